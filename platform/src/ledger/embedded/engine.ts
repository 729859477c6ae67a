import { randomBytes } from 'node:crypto';
import type { EndorsedTransaction } from '@tanhui/sdk/model';
import { endorsedTransaction, envelopeOf } from '../blocks.ts';
import type { Commit, ContractCall, Endorsed, EventPosition } from '../port.ts';
import { LedgerFailure, validationCodes } from '../port.ts';
import { catchUp, commitBlock } from './committing.ts';
import type { Ledger } from './committing.ts';
import { isDiskFull } from './database.ts';
import { createExecutor } from './executor.ts';
import type { Executor } from './executor.ts';
import { openLedgerFiles } from './files.ts';
import type { EmbeddedIdentities } from './identities.ts';
import { createEnvelope, createProposal } from './messages.ts';
import type { Proposal } from './messages.ts';
import { chaincode, channel } from './names.ts';
import type { Collection } from './simulation.ts';
import type { StateEvent } from './state.ts';
import { isFromWriter, openEnvelope } from './validation.ts';

const maxTransactionsPerBlock = 500;
const maxEnvelopeBytes = 10 * 1024 * 1024;

/** How the engine executes and what it offers; plain data, so that it can cross to its thread. */
export interface EngineSettings {
  /** Both files are here. */
  readonly folder: string;
  /** Path of the compiled module that exports `contracts`. */
  readonly contractsModule: string;
  readonly identities: EmbeddedIdentities;
  /**
   * `once` executes one time for both organisations; `each-organisation` once for each and refuses where they differ, which finds a contract that is
   * not deterministic and builds that are not the same.
   */
  readonly execution: 'once' | 'each-organisation';
  /** Another build of the contract, for some organisations. */
  readonly contractsModuleOf?: Readonly<Record<string, string>>;
  readonly collections?: readonly Collection[];
}

/** 嵌入式账本: the contract class under Fabric's rules in one process, under one operator, and it says so. */
export interface Engine {
  readonly ledger: Ledger;
  evaluate(call: ContractCall): Promise<Uint8Array>;
  endorse(call: ContractCall): Promise<Endorsed>;
  /** Queues an envelope; the next block takes everything that waits. */
  submit(envelope: Uint8Array): void;
  commitOf(transactionId: string): Commit | undefined;
  transaction(transactionId: string): EndorsedTransaction | undefined;
  events(from: EventPosition): readonly StateEvent[];
  /** Whether a transaction was let go because the disk was full, and has to be submitted again. */
  isLetGo(transactionId: string): boolean;
  /** Called whenever a block was cut, or could not be. */
  onCut(listener: () => void): void;
}

interface Parts {
  readonly settings: EngineSettings;
  readonly now: () => number;
  readonly ledger: Ledger;
  readonly executors: readonly Executor[];
}

export function createEngine(settings: EngineSettings, now: () => number): Engine {
  const ledger = openLedgerFiles(settings.folder);
  const parts: Parts = { settings, now, ledger, executors: executorsOf(settings, ledger) };
  const listeners: (() => void)[] = [];
  let waiting: Uint8Array[] = [];
  const letGo = new Set<string>();
  const cut = (): void => {
    const taken = waiting.slice(0, maxTransactionsPerBlock);
    waiting = waiting.slice(maxTransactionsPerBlock);
    const isWritten = commit(ledger, () => {
      commitBlock(ledger, taken);
    });
    if (!isWritten) for (const envelope of taken) letGo.add(openEnvelope(envelope).id);
    for (const listener of listeners) listener();
    if (waiting.length > 0) setImmediate(cut);
  };
  return {
    ledger,
    evaluate: async (call) => (await execute(parts, call)).result,
    endorse: (call) => endorse(parts, call),
    submit(envelope) {
      const opened = opening(envelope);
      if (opened?.channel !== channel || !isFromWriter(ledger.network.membership, opened))
        throw new LedgerFailure('order-failed', 'not an envelope that a writer of the channel has signed');
      letGo.delete(opened.id);
      waiting.push(envelope);
      if (waiting.length === 1) setImmediate(cut);
    },
    commitOf(transactionId) {
      const place = ledger.state.place(transactionId);
      return place === undefined ? undefined : { transactionId, blockNumber: place.block, code: place.code };
    },
    transaction: (transactionId) => transactionOf(ledger, transactionId),
    events: (from) => ledger.state.events(placeBefore(ledger, from)),
    isLetGo: (transactionId) => letGo.has(transactionId),
    onCut: (listener) => listeners.push(listener),
  };
}

/**
 * A full disk stops no ledger: the envelopes are let go, as whoever waits for them asks and submits again. Where the block was written and the state was not, the state
 * follows before the next block.
 */
function commit(ledger: Ledger, work: () => void): boolean {
  try {
    catchUp(ledger);
    work();
    return true;
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    return false;
  }
}

function executorsOf(settings: EngineSettings, { state }: Ledger): readonly Executor[] {
  const { contractsModule, contractsModuleOf, collections = [], identities } = settings;
  const names = identities.endorsers.map(({ mspId }) => mspId);
  if (settings.execution === 'once')
    return [createExecutor({ contractsModule, organisations: names, state, collections })];
  return names.map((name) =>
    createExecutor({
      contractsModule: contractsModuleOf?.[name] ?? contractsModule,
      organisations: [name],
      state,
      collections,
    }),
  );
}

function opening(envelope: Uint8Array): ReturnType<typeof openEnvelope> | undefined {
  if (envelope.length > maxEnvelopeBytes) return undefined;
  try {
    return openEnvelope(envelope);
  } catch {
    return undefined;
  }
}

function proposalOf({ settings, now }: Parts, call: ContractCall): Proposal {
  return createProposal({
    channel,
    chaincode,
    args: argumentsOf(call),
    transient: call.transient ?? {},
    signer: settings.identities.roles[call.as],
    nonce: randomBytes(24),
    now: now(),
  });
}

function argumentsOf(call: ContractCall): readonly string[] {
  return [call.contract === undefined ? call.function : `${call.contract}:${call.function}`, ...call.args];
}

/** Executes with whoever has to; all of them have to have done the same. */
async function execute(parts: Parts, call: ContractCall) {
  const proposal = proposalOf(parts, call);
  const wanted = parts.executors.filter(
    ({ organisations }) => call.endorsers === undefined || organisations.some((name) => call.endorsers?.includes(name)),
  );
  const outcomes = [];
  for (const executor of wanted) outcomes.push(await executor.execute(proposal, argumentsOf(call)));
  const [first, ...others] = outcomes;
  if (first === undefined)
    throw new LedgerFailure('endorse-failed', 'none of the organisations asked for endorses here');
  if (others.some(({ responsePayload }) => Buffer.compare(responsePayload, first.responsePayload) !== 0))
    throw new LedgerFailure('endorse-failed', 'ProposalResponsePayloads do not match: the organisations disagree');
  return { ...first, proposal };
}

async function endorse(parts: Parts, call: ContractCall): Promise<Endorsed> {
  const { identities } = parts.settings;
  const { result, proposal, responsePayload, privateWrites } = await execute(parts, call);
  const endorsers = identities.endorsers.filter(({ mspId }) => call.endorsers?.includes(mspId) ?? true);
  if (privateWrites.size > 0) parts.ledger.blocks.keepPrivate(proposal.transactionId, privateWrites);
  const envelope = createEnvelope(proposal, { responsePayload, endorsers, submitter: identities.roles[call.as] });
  return { transactionId: proposal.transactionId, envelope, result };
}

function transactionOf({ blocks, state }: Ledger, transactionId: string): EndorsedTransaction | undefined {
  const place = state.place(transactionId);
  if (place?.code !== validationCodes.valid) return undefined;
  const envelope = envelopeOf(blocks.block(place.block) ?? new Uint8Array(), place.transaction);
  if (envelope === undefined) return undefined;
  return endorsedTransaction(envelope, { engine: 'embedded', channel, chaincode, block: place.block });
}

/** The place after which events are wanted; a transaction that is not in its block counts as its beginning. */
function placeBefore({ state }: Ledger, { blockNumber, afterTransactionId }: EventPosition) {
  const place = afterTransactionId === undefined ? undefined : state.place(afterTransactionId);
  return place?.block === blockNumber ? place : { block: blockNumber, transaction: -1 };
}
