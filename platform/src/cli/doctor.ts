import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { openCatalogue } from '../compose/catalogue.ts';
import { seeStore } from '../compose/store.ts';
import { configRefusals } from '../config-refusals.ts';
import { parseConfig } from '../config.ts';
import { filledText, Refusal } from '../kernel/index.ts';
import { methodologyRefusals } from '../methodologies/index.ts';
import { storageRefusals } from '../storage/index.ts';
import chromiumPaths from './chromium-paths.json' with { type: 'json' };
import { findFabric, howToGetFabric } from './fabric-binaries.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Finding {
  readonly name: string;
  readonly isThere: boolean;
  readonly without: string;
}

/** Says what is here, what would be skipped without it, and the one thing that adds it. */
export async function doctor(environment: Environment, isJson: boolean): Promise<void> {
  const findings = await findingsIn(environment);
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ findings })}\n`);
    return;
  }
  for (const { name, isThere, without } of findings)
    process.stdout.write(`${isThere ? '✓' : '–'} ${name}${isThere ? '' : `  → ${without}`}\n`);
}

async function findingsIn(environment: Environment): Promise<readonly Finding[]> {
  return [
    {
      name: `Node ${process.versions.node}`,
      isThere: Number(process.versions.node.split('.')[0]) >= 24,
      without: 'run commands through npm: the project brings Node 24',
    },
    { name: 'contract (chaincode/dist)', isThere: existsSync('chaincode/dist/index.js'), without: 'npm run build' },
    { name: 'faces (web/dist)', isThere: existsSync('web/dist/index.html'), without: 'npm run build' },
    programmeFinding(environment),
    await storeFinding(environment),
    {
      name: 'Chromium',
      isThere: environment['CHROMIUM_PATH'] !== undefined || chromiumPaths.some((path) => existsSync(path)),
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

function fabricFinding(environment: Environment): Finding {
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

const startRefusals: Readonly<Record<string, { readonly en: string; readonly next: { readonly en: string } }>> = {
  ...configRefusals,
  ...methodologyRefusals,
  ...storageRefusals,
};

/** What answers where the documents stand; never the address, which holds a password. */
async function storeFinding(environment: Environment): Promise<Finding> {
  try {
    return { name: await seeStore(parseConfig(environment)), isThere: true, without: '' };
  } catch (error) {
    return refusedFinding('store', error);
  }
}

/** Whose trips are counted where nobody names a programme. */
function programmeFinding(environment: Environment): Finding {
  try {
    const { programme, name } = openCatalogue(parseConfig(environment)).own();
    return { name: `programme ${programme} (${name.en})`, isThere: true, without: '' };
  } catch (error) {
    return refusedFinding('programme', error);
  }
}

function refusedFinding(what: string, error: unknown): Finding {
  if (!(error instanceof Refusal)) throw error;
  const text = startRefusals[error.code];
  const without = filledText(`${text?.en ?? ''}: ${text?.next.en ?? ''}`, error.details);
  return { name: `${what}: ${error.code}`, isThere: false, without };
}
