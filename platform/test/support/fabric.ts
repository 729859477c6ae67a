import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../../../scripts/fabric/command.ts';
import { placesOf } from '../../../scripts/fabric/layout.ts';
import { processesOf, readState, startNetwork, stopNetwork } from '../../../scripts/fabric/network.ts';
import { endProcesses } from '../../../scripts/fabric/processes.ts';
import { findFabric } from '../../src/cli/fabric-binaries.ts';
import { required } from '../../src/kernel/index.ts';

const found = findFabric(process.env);
if (!found.isUsable) process.stdout.write(`Fabric: ${found.reason}; what needs it is skipped\n`);

/** Why tests of a real network cannot run here; undefined where they can. */
export const fabricSkip = found.isUsable ? undefined : found.reason;
export const fabricVersion = found.isUsable ? found.version : 'none';

/** A network of real peers and an orderer on free ports, in a folder that `remove` takes away. */
export interface TestNetwork {
  readonly folder: string;
  readonly connectionFile: string;
  /** Starts what does not run. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends processes as a crash of their machine would. */
  kill(...names: readonly string[]): Promise<void>;
  /** The key with which the platform's peer endorses. */
  peerIdentity(): { readonly mspId: string; readonly certificate: string; readonly privateKey: string };
  remove(): Promise<void>;
}

export async function startTestNetwork({ isProbe }: { readonly isProbe: boolean }): Promise<TestNetwork> {
  if (!found.isUsable) throw new Error(found.reason);
  const { binaries } = found;
  const root = mkdtempSync(join(tmpdir(), 'tanhui-fabric-'));
  const folder = join(root, 'network');
  const start = async (): Promise<void> => {
    await startNetwork({ folder, binaries, checkout, profile: 'raft-1', isProbe, say: () => undefined });
  };
  const stop = async (): Promise<void> => {
    await stopNetwork(folder);
  };
  await start();
  return {
    folder,
    connectionFile: placesOf(folder).connection,
    start,
    stop,
    kill: (...names) =>
      endProcesses(
        processesOf(folder).filter(({ name }) => names.includes(name)),
        'SIGKILL',
      ),
    peerIdentity: () => peerIdentityOf(folder),
    async remove() {
      await stop();
      rmSync(root, { recursive: true });
    },
  };
}

function peerIdentityOf(folder: string): ReturnType<TestNetwork['peerIdentity']> {
  const peer = required(readState(folder)?.layout.peers[0], 'peer');
  const msp = join(placesOf(folder).identity(peer), 'msp');
  const fileIn = (name: string): string => {
    const [file = ''] = readdirSync(join(msp, name));
    return readFileSync(join(msp, name, file), 'utf8');
  };
  return { mspId: peer.mspId, certificate: fileIn('signcerts'), privateKey: fileIn('keystore') };
}
