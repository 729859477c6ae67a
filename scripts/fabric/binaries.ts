import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const needed = ['peer', 'orderer', 'configtxgen', 'cryptogen', 'osnadmin'] as const;
export type Binary = (typeof needed)[number];
export type Binaries = Readonly<Record<Binary, string>>;

export type BinariesFound = { readonly binaries: Binaries } | { readonly missing: readonly Binary[] };

/** Looks in FABRIC_BIN if that is set, else along the PATH. */
export function findBinaries(environment: Readonly<Record<string, string | undefined>>): BinariesFound {
  const folders = environment['FABRIC_BIN']
    ? [environment['FABRIC_BIN']]
    : (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = needed.map((name) => [name, folders.map((folder) => join(folder, name)).find(isExecutable)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0) return { missing };
  return { binaries: Object.fromEntries(found) as Binaries };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What to do about missing binaries, as Hyperledger documents it. */
export function missingText(missing: readonly Binary[], folder: string | undefined): string {
  const where = folder ? `FABRIC_BIN (${folder})` : 'the PATH';
  return [
    `Hyperledger Fabric is not installed: ${missing.join(', ')} not found in ${where}.`,
    '未找到 Hyperledger Fabric 程序。',
    'Get the binaries of release 2.5.16 (or 3.1.5) as Hyperledger documents it:',
    '  https://hyperledger-fabric.readthedocs.io/en/release-2.5/install.html',
    '  (its install-fabric.sh with the arguments: --fabric-version 2.5.16 binary)',
    'then name their folder: FABRIC_BIN=/path/to/fabric-samples/bin npm run fabric:up',
    'Without Fabric, Tanhui runs on its embedded ledger; nothing else has to change.',
  ].join('\n');
}
