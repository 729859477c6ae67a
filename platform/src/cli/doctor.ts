import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface Finding {
  readonly name: string;
  readonly isThere: boolean;
  readonly without: string;
}

/** Says what is here, what would be skipped without it, and the one thing that adds it. */
export function doctor(environment: Readonly<Record<string, string | undefined>>): void {
  const fabric = environment['FABRIC_BIN'];
  const findings: Finding[] = [
    {
      name: `Node ${process.versions.node}`,
      isThere: Number(process.versions.node.split('.')[0]) >= 24,
      without: 'run commands through npm: the project brings Node 24',
    },
    { name: 'contract (chaincode/dist)', isThere: existsSync('chaincode/dist/index.js'), without: 'npm run build' },
    { name: 'faces (web/dist)', isThere: existsSync('web/dist/index.html'), without: 'npm run build' },
    {
      name: 'Chromium',
      isThere: environment['CHROMIUM_PATH'] !== undefined || existsSync('/usr/bin/chromium'),
      without: 'browser tests take the one from npm; or set CHROMIUM_PATH',
    },
    {
      name: 'Python 3 with venv',
      isThere: spawnSync('python3', ['-c', 'import venv']).status === 0,
      without: 'the MongoDB tests are skipped: install python3-venv, or set MONGODB_URI',
    },
    {
      name: 'Fabric binaries',
      isThere: fabric !== undefined && existsSync(join(fabric, 'peer')),
      without:
        'the Fabric suite is skipped: install Fabric as Hyperledger documents, and set FABRIC_BIN to its bin folder',
    },
  ];
  for (const { name, isThere, without } of findings)
    process.stdout.write(`${isThere ? '✓' : '–'} ${name}${isThere ? '' : `  → ${without}`}\n`);
}
