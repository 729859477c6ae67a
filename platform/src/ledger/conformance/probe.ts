import { randomBytes } from 'node:crypto';
import type { Answer, Step } from '../../../../chaincode/probe/src/steps.ts';
import type { Commit, ContractCall, Endorsed, LedgerClient, LedgerEvent, LedgerRole } from '../port.ts';
import { probeContract } from './harness.ts';
import type { LedgerUnderTest } from './harness.ts';

export type { Answer, Step };

export interface ProbeOptions {
  readonly as?: LedgerRole;
  readonly transient?: Readonly<Record<string, string>>;
  readonly endorsers?: readonly string[];
}

/** A committed or refused-at-commit program. */
export interface Committed extends Commit {
  readonly answers: readonly Answer[];
}

/** The probe contract, as the suite speaks to it: programs of steps, over keys that no other run uses. */
export interface Probe {
  ledger(): LedgerClient;
  /** A key of this run; keys of one run sort by their names. */
  key(name: string): string;
  evaluate(steps: readonly Step[], options?: ProbeOptions): Promise<readonly Answer[]>;
  endorse(steps: readonly Step[], options?: ProbeOptions): Promise<Endorsed>;
  /** Submits what was endorsed and waits for its block. */
  submit(endorsed: Endorsed): Promise<Committed>;
  commit(steps: readonly Step[], options?: ProbeOptions): Promise<Committed>;
  call(call: Pick<ContractCall, 'function' | 'args'>): Promise<Uint8Array>;
  /** Events of this run from a block on, until one with this payload has come. */
  eventsUntil(
    from: { readonly blockNumber: number; readonly afterTransactionId?: string },
    payload: string,
  ): Promise<readonly LedgerEvent[]>;
  restart(): Promise<void>;
  identities: Required<LedgerUnderTest>['identities'];
}

export const commitTimeoutMs = 15_000;

export function createProbe(under: LedgerUnderTest): Probe {
  const run = `t${randomBytes(5).toString('hex')}`;
  const callOf = (steps: readonly Step[], options: ProbeOptions = {}): ContractCall => ({
    contract: probeContract,
    function: 'Run',
    args: [JSON.stringify(steps)],
    as: options.as ?? 'recorder',
    ...(options.endorsers !== undefined && { endorsers: options.endorsers }),
    ...(options.transient !== undefined && { transient: bytesOf(options.transient) }),
  });
  const submit = async (endorsed: Endorsed): Promise<Committed> => {
    await under.client().submit(endorsed.envelope);
    const commit = await under.client().status(endorsed.transactionId, { timeoutMs: commitTimeoutMs });
    return { ...commit, answers: answersOf(endorsed.result) };
  };
  return {
    ledger: () => under.client(),
    key: (name) => `${run}.${name}`,
    evaluate: async (steps, options) => answersOf(await under.client().evaluate(callOf(steps, options))),
    endorse: (steps, options) => under.client().endorse(callOf(steps, options)),
    submit,
    commit: async (steps, options) => submit(await under.client().endorse(callOf(steps, options))),
    call: (call) => under.client().evaluate({ ...call, contract: probeContract, as: 'recorder' }),
    eventsUntil: (from, payload) => eventsUntil(under.client(), from, { run, payload }),
    async identities() {
      if (under.identities === undefined) throw new Error('keys of this ledger are not to be had here');
      return under.identities();
    },
    async restart() {
      if (under.restart === undefined) throw new Error('this ledger cannot be restarted here');
      await under.restart();
    },
  };
}

function bytesOf(texts: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}

function answersOf(result: Uint8Array): readonly Answer[] {
  return JSON.parse(Buffer.from(result).toString()) as readonly Answer[];
}

async function eventsUntil(
  ledger: LedgerClient,
  from: { readonly blockNumber: number; readonly afterTransactionId?: string },
  wanted: { readonly run: string; readonly payload: string },
): Promise<readonly LedgerEvent[]> {
  const stop = AbortSignal.timeout(commitTimeoutMs);
  const controller = new AbortController();
  stop.addEventListener('abort', () => {
    controller.abort();
  });
  const found: LedgerEvent[] = [];
  for await (const event of ledger.events(from, controller.signal)) {
    if (!event.name.startsWith(wanted.run)) continue;
    found.push(event);
    if (Buffer.from(event.payload).toString() === wanted.payload) break;
  }
  controller.abort();
  return found;
}
