import { contractRefused } from '../contract-refused.ts';
import type { Proposal } from './messages.ts';
import { responsePayloadOf } from './messages.ts';
import { chaincode, channel } from './names.ts';
import type { PrivateWrites } from './read-write-set.ts';
import { loadShim } from './shim.ts';
import { simulate } from './simulation.ts';
import type { Collection } from './simulation.ts';
import type { State } from './state.ts';

export interface ExecutorOptions {
  readonly contractsModule: string;
  /** Whose executions this one stands for. */
  readonly organisations: readonly string[];
  readonly state: State;
  readonly collections: readonly Collection[];
}

export interface Execution {
  readonly result: Uint8Array;
  /** What endorsers sign. */
  readonly responsePayload: Uint8Array;
  readonly privateWrites: PrivateWrites;
}

/** 背书节点: one build of the contract, run for one organisation or for several at once. */
export interface Executor {
  readonly organisations: readonly string[];
  execute(proposal: Proposal, args: readonly string[]): Promise<Execution>;
}

export function createExecutor({ contractsModule, organisations, state, collections }: ExecutorOptions): Executor {
  const shim = loadShim(contractsModule);
  return {
    organisations,
    async execute(proposal, args) {
      const { transactionId, caller } = proposal;
      const simulation = simulate({ state, collections, transactionId, caller });
      const { response, event } = await shim.invoke({
        handler: simulation.handler,
        channel,
        transactionId,
        args,
        signedProposal: proposal.signed.serializeBinary(),
      });
      if (response.status >= 400) throw contractRefused(response.message);
      const { set, privateWrites } = simulation.results();
      const responsePayload = responsePayloadOf(proposal, { chaincode, set, result: response.payload, event });
      return { result: response.payload, responsePayload, privateWrites };
    },
  };
}
