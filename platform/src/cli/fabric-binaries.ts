import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const needed = ['peer', 'orderer', 'configtxgen', 'cryptogen', 'osnadmin'] as const;
export type Binary = (typeof needed)[number];
/** Path of each program. */
export type Binaries = Readonly<Record<Binary, string>>;

/** Fabric's programs as they are on this machine: usable, or not and why. */
export type FabricFound =
  | { readonly isUsable: true; readonly binaries: Binaries; readonly version: string }
  | { readonly isUsable: false; readonly reason: string };

/** Looks in FABRIC_BIN if that is set, else along the PATH, and runs what it finds once to see what it is. */
export function findFabric(environment: Readonly<Record<string, string | undefined>>): FabricFound {
  const own = environment['FABRIC_BIN'];
  const folders = (own ? [own] : (environment['PATH'] ?? '').split(delimiter)).filter((folder) => folder !== '');
  const found = needed.map((name) => [name, folders.map((folder) => join(folder, name)).find(isExecutable)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  if (missing.length > 0)
    return {
      isUsable: false,
      reason: `${missing.join(', ')} not found ${own ? `in FABRIC_BIN (${own})` : 'on the PATH'}`,
    };
  const binaries = Object.fromEntries(found) as Binaries;
  return inspect(binaries);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const versionLine = /^ *Version: *(\S+)/m;

/**
 * What a program says of itself is taken for its name and never for what it can do, because a self-built one says `latest`:
 * a peer that can leave a channel (2.4) has the gateway service without which nothing here works.
 */
function inspect(binaries: Binaries): FabricFound {
  for (const name of ['peer', 'orderer'] as const) {
    const text = printed(binaries[name], ['version']);
    if (text === undefined) return { isUsable: false, reason: `${binaries[name]} does not run on this machine` };
    if (!text.startsWith(`${name}:`) || !versionLine.test(text))
      return {
        isUsable: false,
        reason: `${binaries[name]} is another program of the same name, not Hyperledger Fabric's`,
      };
  }
  const version = versionLine.exec(printed(binaries.peer, ['version']) ?? '')?.[1] ?? 'unknown';
  if (!/\bunjoin\b/.test(printed(binaries.peer, ['node', '--help']) ?? ''))
    return {
      isUsable: false,
      reason: `${binaries.peer} (${version}) is older than the gateway service; 2.5 or newer is needed`,
    };
  return { isUsable: true, binaries, version };
}

const patienceMs = 10_000;

function printed(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: patienceMs });
  return status === 0 ? stdout : undefined;
}

/** What to do about missing binaries, as Hyperledger documents it. */
export const howToGetFabric = [
  'Get release 2.5.16 (or 3.1.5) as Hyperledger documents it:',
  '  https://hyperledger-fabric.readthedocs.io/en/release-2.5/install.html',
  '  (its install-fabric.sh with the arguments: --fabric-version 2.5.16 binary)',
  'then name the folder: FABRIC_BIN=/path/to/fabric-samples/bin npm run fabric:up',
  'Without Fabric, Tanhui runs on its embedded ledger; nothing else has to change.',
].join('\n');
