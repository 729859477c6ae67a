import type { Binaries } from '../../platform/src/cli/fabric-binaries.ts';
import { checkout } from '../../scripts/fabric/command.ts';
import { placesOf } from '../../scripts/fabric/layout.ts';
import { processesOf, startNetwork, stopNetwork } from '../../scripts/fabric/network.ts';

/** A Fabric network of its own, for one measurement. */
export interface BenchNetwork {
  readonly connectionFile: string;
  /** Process ids of its peers, its orderer and its contract servers. */
  readonly processes: () => readonly number[];
  stop(): Promise<void>;
}

export async function startBenchNetwork(folder: string, binaries: Binaries): Promise<BenchNetwork> {
  const say = (line: string): void => {
    console.log(`fabric: ${line}`);
  };
  await startNetwork({ folder, binaries, checkout, profile: 'raft-1', isProbe: false, say });
  return {
    connectionFile: placesOf(folder).connection,
    processes: () => processesOf(folder).map(({ pid }) => pid),
    async stop() {
      await stopNetwork(folder);
    },
  };
}
