import { hash, randomBytes } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { headerHashOf } from '../blocks.ts';
import type { Commit, ContractCall, Endorsed } from '../port.ts';
import { LedgerFailure } from '../port.ts';
import { openChain } from './chain.ts';
import type { Chain, CommittedTransaction } from './chain.ts';
import type { EmbeddedIdentities } from './identities.ts';
import { createEnvelope, createProposal } from './messages.ts';
import { chaincode, channel } from './names.ts';
import type { loadShim as LoadShim } from './shim.ts';
import { loadShim } from './shim.ts';
import { simulate } from './simulation.ts';
import { committedOf, openEnvelope, validate } from './validation.ts';
import type { BlockView } from './validation.ts';

const maxTransactionsPerBlock = 500;
const transactionsFilter = common.BlockMetadataIndex.TRANSACTIONS_FILTER;

export interface EngineOptions {
  readonly path: string;
  readonly contractsModule: string;
  readonly identities: EmbeddedIdentities;
  readonly now: () => number;
}

/** 嵌入式账本: the contract class under Fabric's rules in one process. It executes once and signs with both organisations' keys, and says so. */
export interface Engine {
  readonly chain: Chain;
  evaluate(call: ContractCall): Promise<Uint8Array>;
  endorse(call: ContractCall): Promise<Endorsed>;
  /** Queues an envelope; the next block takes everything that waits. */
  submit(envelope: Uint8Array): void;
  commitOf(transactionId: string): Commit | undefined;
  onBlock(listener: () => void): void;
}

interface Parts extends EngineOptions {
  readonly chain: Chain;
  readonly shim: ReturnType<typeof LoadShim>;
}

export function createEngine(options: EngineOptions): Engine {
  const parts: Parts = { ...options, chain: openChain(options.path), shim: loadShim(options.contractsModule) };
  const listeners: (() => void)[] = [];
  let waiting: Uint8Array[] = [];
  const cut = (): void => {
    const taken = waiting.slice(0, maxTransactionsPerBlock);
    waiting = waiting.slice(maxTransactionsPerBlock);
    appendBlock(parts, taken);
    for (const listener of listeners) listener();
    if (waiting.length > 0) setImmediate(cut);
  };
  return {
    chain: parts.chain,
    evaluate: async (call) => (await execute(parts, call)).result,
    endorse: (call) => endorse(parts, call),
    submit(envelope) {
      waiting.push(envelope);
      if (waiting.length === 1) setImmediate(cut);
    },
    commitOf(transactionId) {
      const found = parts.chain.transaction(transactionId);
      return found === undefined ? undefined : { transactionId, blockNumber: found.block, code: found.code };
    },
    onBlock: (listener) => listeners.push(listener),
  };
}

async function execute(parts: Parts, call: ContractCall) {
  const signer = parts.identities.roles[call.as];
  const name = call.contract === undefined ? call.function : `${call.contract}:${call.function}`;
  const proposal = createProposal({
    channel,
    chaincode,
    args: [name, ...call.args],
    transient: call.transient ?? {},
    signer,
    nonce: randomBytes(24),
    now: parts.now(),
  });
  const simulation = simulate(parts.chain);
  const { response, event } = await parts.shim.invoke({
    handler: simulation.handler,
    channel,
    transactionId: proposal.transactionId,
    args: [name, ...call.args],
    signedProposal: proposal.signed.serializeBinary(),
  });
  if (response.status >= 400) throw contractRefused(response.message);
  return { result: response.payload, proposal, set: simulation.set, event, signer };
}

/** The contract's own code stands before the first colon, behind what the shim puts in front. */
function contractRefused(message: string): LedgerFailure {
  const found = /([A-Z][A-Z_]+): /.exec(message);
  return new LedgerFailure('contract-refused', message, found?.[1] === undefined ? {} : { contractCode: found[1] });
}

async function endorse(parts: Parts, call: ContractCall): Promise<Endorsed> {
  const { result, proposal, set, event, signer } = await execute(parts, call);
  const endorsers = parts.identities.endorsers.filter(({ mspId }) => call.endorsers?.includes(mspId) ?? true);
  const envelope = createEnvelope(proposal, {
    chaincode,
    set,
    result,
    event,
    endorsers,
    submitter: signer,
  });
  return { transactionId: proposal.transactionId, envelope, result };
}

function appendBlock({ chain, identities }: Parts, envelopes: readonly Uint8Array[]): void {
  const number = chain.height();
  const view: BlockView = {
    chain,
    written: new Map(),
    seen: new Set(),
    organisations: identities.endorsers.map(({ mspId }) => mspId),
  };
  const transactions: CommittedTransaction[] = [];
  for (const bytes of envelopes) {
    const opened = openEnvelope(bytes);
    const code = validate(view, opened);
    if (code === 0)
      for (const [key, value] of opened.writes) view.written.set(key, value === undefined ? 'removed' : 'written');
    view.seen.add(opened.id);
    transactions.push(committedOf(opened, code));
  }
  const previousHash = chain.lastHeaderHash();
  const dataHash = hash('sha256', Buffer.concat(envelopes), 'buffer');
  const bytes = blockBytes({ number, previousHash, dataHash, envelopes, codes: transactions.map(({ code }) => code) });
  chain.append({ number, bytes, headerHash: headerHashOf({ number, previousHash, dataHash }), transactions });
}

function blockBytes(parts: {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly envelopes: readonly Uint8Array[];
  readonly codes: readonly number[];
}): Uint8Array {
  const header = new common.BlockHeader();
  header.setNumber(parts.number);
  header.setPreviousHash(parts.previousHash);
  header.setDataHash(parts.dataHash);
  const data = new common.BlockData();
  data.setDataList([...parts.envelopes]);
  const metadata = new common.BlockMetadata();
  const filter = Array.from({ length: transactionsFilter + 1 }, (_, at) =>
    at === transactionsFilter ? Uint8Array.from(parts.codes) : new Uint8Array(),
  );
  metadata.setMetadataList(filter);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return block.serializeBinary();
}
