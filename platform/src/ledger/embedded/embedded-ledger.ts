import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../kernel/index.ts';
import { rest } from '../../runtime/index.ts';
import type { ContractCall, EventPosition, LedgerClient, LedgerEvent, LedgerFailureKind } from '../port.ts';
import { LedgerFailure } from '../port.ts';
import { chaincode, channel } from './names.ts';
import type { EngineSettings } from './engine.ts';
import { loadIdentities } from './identities.ts';
import type { EmbeddedIdentities } from './identities.ts';
import type { Answers, Reply, Request } from './protocol.ts';
import type { Collection } from './simulation.ts';

export interface EmbeddedLedgerOptions {
  /** Keys and chain live here. */
  readonly folder: string;
  /** Path of the compiled module that exports `contracts`. */
  readonly contractsModule: string;
  readonly clock: Clock;
  /** For tests of a contract: once for each organisation, and a refusal where they differ. `once` where absent. */
  readonly execution?: EngineSettings['execution'];
  /** Another build of the contract for an organisation, by MSP id. */
  readonly contractsModuleOf?: Readonly<Record<string, string>>;
  readonly collections?: readonly Collection[];
}

const followMs = 25;
const maxHeapMegabytes = 96;
const maxYoungMegabytes = 6;

interface Line {
  ask<Name extends Request['ask']>(request: Extract<Request, { ask: Name }>): Promise<Answers[Name]>;
}

/** Opens the embedded ledger: keys at the first time, the chain as it was left at any other. */
export async function createEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<LedgerClient> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const identities = await loadIdentities(options.folder, options.clock.now());
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), {
    workerData: settingsOf(options, identities),
    execArgv: ['--conditions=tanhui-source', '--disable-warning=DEP0040'],
    env: { CORE_CHAINCODE_LOGGING_LEVEL: 'critical', CORE_CHAINCODE_LOGGING_SHIM: 'critical' },
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes, maxYoungGenerationSizeMb: maxYoungMegabytes },
  });
  return clientOf(lineTo(worker), identities);
}

function settingsOf(options: EmbeddedLedgerOptions, identities: EmbeddedIdentities): EngineSettings {
  const { folder, contractsModule, contractsModuleOf, collections } = options;
  return {
    folder,
    contractsModule,
    identities,
    execution: options.execution ?? 'once',
    ...(contractsModuleOf !== undefined && { contractsModuleOf }),
    ...(collections !== undefined && { collections }),
  };
}

function lineTo(worker: Worker): Line {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 0;
  let stopped: Error | undefined;
  worker.on('message', (reply: Reply) => {
    const waiter = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.ok) waiter?.resolve(reply.value);
    else waiter?.reject(errorOf(reply));
  });
  const giveUp = (error?: Error): void => {
    const why = error === undefined ? '' : `: ${error.message}`;
    stopped ??= new LedgerFailure('endorse-failed', `the ledger has stopped${why}`, { cause: error });
    const unknown = new LedgerFailure('outcome-unknown', `the ledger stopped before it answered${why}`, {
      cause: error,
    });
    for (const { reject } of pending.values()) reject(unknown);
    pending.clear();
  };
  worker.on('error', giveUp);
  worker.on('exit', () => {
    giveUp();
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (stopped !== undefined) {
          reject(stopped);
          return;
        }
        const id = (next += 1);
        pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
        worker.postMessage({ id, request });
      }),
  };
}

function errorOf(reply: Extract<Reply, { ok: false }>): Error {
  if (reply.failure === undefined) return new Error(reply.message);
  const { kind, contractCode } = reply.failure;
  return new LedgerFailure(
    kind as LedgerFailureKind,
    reply.message,
    contractCode === undefined ? {} : { contractCode },
  );
}

function clientOf(line: Line, identities: EmbeddedIdentities): LedgerClient {
  return {
    describe: () =>
      Promise.resolve({
        engine: 'embedded',
        channel,
        chaincode,
        organisations: identities.organisations,
        isSameOperator: true,
      }),
    evaluate: (call: ContractCall) => line.ask({ ask: 'evaluate', call }),
    endorse: (call: ContractCall) => line.ask({ ask: 'endorse', call }),
    submit: async (envelope) => {
      await line.ask({ ask: 'submit', envelope });
    },
    status: (transactionId, { timeoutMs }) => line.ask({ ask: 'status', transactionId, timeoutMs }),
    transaction: async (transactionId) => (await line.ask({ ask: 'transaction', transactionId })) ?? undefined,
    height: () => line.ask({ ask: 'height' }),
    async block(number) {
      const bytes = await line.ask({ ask: 'block', number });
      return bytes === null ? undefined : { number, bytes };
    },
    events: (from, signal) => followEvents(line, from, signal),
    blocks: (from, signal) => followBlocks(line, from, signal),
    copyBlocks: async (path) => {
      await line.ask({ ask: 'copy', path });
    },
    close: async () => {
      await line.ask({ ask: 'close' });
    },
  };
}

async function* followBlocks(line: Line, from: number, signal: AbortSignal) {
  for (let number = from; !signal.aborted;) {
    const bytes = await line.ask({ ask: 'block', number });
    if (bytes === null) await rest(followMs, signal);
    else yield { number: number++, bytes };
  }
}

async function* followEvents(line: Line, from: EventPosition, signal: AbortSignal): AsyncGenerator<LedgerEvent> {
  let position = from;
  while (!signal.aborted) {
    const page = await line.ask({ ask: 'events', from: position });
    for (const { block, transactionId, name, payload } of page) {
      position = { blockNumber: block, afterTransactionId: transactionId };
      yield { blockNumber: block, transactionId, name, payload };
    }
    if (page.length === 0) await rest(followMs, signal);
  }
}
