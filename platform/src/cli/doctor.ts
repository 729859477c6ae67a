import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findFabric, howToGetFabric } from './fabric-binaries.ts';

interface Finding {
  readonly name: string;
  readonly isThere: boolean;
  readonly without: string;
}

/** Says what is here, what would be skipped without it, and the one thing that adds it. */
export function doctor(environment: Readonly<Record<string, string | undefined>>, isJson: boolean): void {
  const findings = findingsIn(environment);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ findings })}\n`);
    return;
  }
  for (const { name, isThere, without } of findings)
    process.stdout.write(`${isThere ? '✓' : '–'} ${name}${isThere ? '' : `  → ${without}`}\n`);
}

function findingsIn(environment: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  return [
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
    fabricFinding(environment),
  ];
}

function fabricFinding(environment: Readonly<Record<string, string | undefined>>): Finding {
  const found = findFabric(environment);
  if (found.isUsable)
    return { name: `Hyperledger Fabric ${found.version} (${found.binaries.peer})`, isThere: true, without: '' };
  const advice = howToGetFabric.replaceAll('\n', '\n    ');
  return {
    name: 'Hyperledger Fabric',
    isThere: false,
    without: `${found.reason}: what needs real peers is skipped.\n    ${advice}`,
  };
}
