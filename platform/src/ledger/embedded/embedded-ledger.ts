import { mkdirSync } from 'node:fs';
import type { Clock } from '../../kernel/index.ts';
import { rest } from '../../runtime/index.ts';
import type { Thread, ToldError } from '../../runtime/thread.ts';
import { openThread } from '../../runtime/thread.ts';
import type { ContractCall, EventPosition, LedgerClient, LedgerEvent } from '../port.ts';
import { LedgerFailure } from '../port.ts';
import { chaincode, channel } from './names.ts';
import type { EngineSettings } from './engine.ts';
import { loadIdentities } from './identities.ts';
import type { EmbeddedIdentities } from './identities.ts';
import type { EngineService, FailureDetails } from './protocol.ts';
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

type Line = Thread<EngineService>;

/** Opens the embedded ledger: keys at the first time, the chain as it was left at any other. */
export async function createEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<LedgerClient> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const identities = await loadIdentities(options.folder, options.clock.now());
  const line = openThread<EngineService>({
    file: new URL('./engine.worker.ts', import.meta.url),
    data: settingsOf(options, identities),
    maxHeapMegabytes,
    flags: ['--disable-warning=DEP0040'],
    environment: { CORE_CHAINCODE_LOGGING_LEVEL: 'critical', CORE_CHAINCODE_LOGGING_SHIM: 'critical' },
    revive: failureOf,
    ended: failuresAtEnd,
  });
  return clientOf(line, identities);
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

function failureOf({ message, details }: ToldError): Error {
  if (details === undefined) return new Error(message);
  const { kind, ...more } = details as FailureDetails;
  return new LedgerFailure(kind, message, more);
}

/** What was asked may have been done; what is asked later is not. */
function failuresAtEnd(cause: Error | undefined): { readonly waiting: Error; readonly later: Error } {
  const why = cause === undefined ? '' : `: ${cause.message}`;
  return {
    waiting: new LedgerFailure('outcome-unknown', `the ledger stopped before it answered${why}`, { cause }),
    later: new LedgerFailure('endorse-failed', `the ledger has stopped${why}`, { cause }),
  };
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
    evaluate: (call: ContractCall) => line.call('evaluate', call),
    endorse: (call: ContractCall) => line.call('endorse', call),
    submit: (envelope) => line.call('submit', envelope),
    status: (transactionId, { timeoutMs }) => line.call('status', transactionId, timeoutMs),
    transaction: (transactionId) => line.call('transaction', transactionId),
    height: () => line.call('height'),
    async block(number) {
      const bytes = await line.call('block', number);
      return bytes === undefined ? undefined : { number, bytes };
    },
    events: (from, signal) => followEvents(line, from, signal),
    blocks: (from, signal) => followBlocks(line, from, signal),
    copyBlocks: (path) => line.call('copy', path),
    close: async () => {
      await line.call('close');
      await line.end();
    },
  };
}

async function* followBlocks(line: Line, from: number, signal: AbortSignal) {
  for (let number = from; !signal.aborted;) {
    const bytes = await line.call('block', number);
    if (bytes === undefined) await rest(followMs, signal);
    else yield { number: number++, bytes };
  }
}

async function* followEvents(line: Line, from: EventPosition, signal: AbortSignal): AsyncGenerator<LedgerEvent> {
  let position = from;
  while (!signal.aborted) {
    const page = await line.call('events', position);
    for (const { block, transactionId, name, payload } of page) {
      position = { blockNumber: block, afterTransactionId: transactionId };
      yield { blockNumber: block, transactionId, name, payload };
    }
    if (page.length === 0) await rest(followMs, signal);
  }
}
