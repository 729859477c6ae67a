import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { expect } from 'vitest';
import type { SealStep } from '../../src/carbon/index.ts';
import { batches, createBatchBuilder, programmeDayKey, programmeDays, sealStep } from '../../src/carbon/index.ts';
import type { LedgerClient } from '../../src/ledger/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { everyOf } from '../../src/storage/index.ts';
import { ride } from './drafts.ts';
import { Crash, storeOf } from './faulty-gateway.ts';
import type { LedgerFault } from './faulty-ledger.ts';
import { faultyLedger } from './faulty-ledger.ts';
import { ledgerFixture, programme } from './ledger.ts';

export interface Waiting {
  readonly ledger: LedgerClient;
  /** Noon of the youngest day. */
  readonly now: number;
  /** Records of each day, the youngest first. */
  readonly counts: readonly number[];
  /** Those of the endorsements, in turn. */
  readonly faults?: readonly LedgerFault[];
  readonly store?: DocumentStore;
}

/** Records that wait for a seal. */
export async function waitingForSeal({ ledger, now, counts, faults = [], store }: Waiting) {
  const fixture = ledgerFixture(now, store);
  const { deps } = fixture;
  const days = counts.map((_, at) => addDays(dayOf(now), -at));
  const take = async (day: Day, count: number) => {
    for (let from = 0; from < count; from += 1_000)
      await fixture.take(
        Array.from({ length: Math.min(1_000, count - from) }, (_, offset) =>
          ride(`card-${String(from + offset)}`, { day, clock: '08:00' }),
        ),
      );
  };
  for (const [at, day] of days.entries()) await take(day, counts[at] ?? 0);
  const own = { isDown: false };
  const plan = [...faults];
  const log: string[] = [];
  const sealing = {
    ...{ clock: deps.clock, steps: deps.steps, delayMs: 0, commitTimeoutMs: 5_000 },
    log: { ...deps.log, warn: (event: string) => void log.push(event) },
    store: storeOf(own, deps.store),
    ledger: faultyLedger(ledger, own, () => plan.shift() ?? 'none'),
    builder: createBatchBuilder({ reader: deps.store, methodologyOf: deps.quantifier.methodologyOf }),
  };
  /** One step of one process; after a crash the next step is another process's. */
  const step = async (): Promise<SealStep | { readonly did: 'crashed' }> => {
    try {
      return await sealStep(sealing, { now: true });
    } catch (error) {
      expect(error).toBeInstanceOf(Crash);
      return { did: 'crashed' };
    } finally {
      own.isDown = false;
    }
  };
  return { fixture, store: deps.store, days, step, warned: log };
}

export async function dayStored(store: DocumentStore, day: Day | undefined) {
  return (await store.get(programmeDays, programmeDayKey(programme, day ?? ('' as Day))))?.value;
}

export async function statesOf(store: DocumentStore): Promise<string[]> {
  return (await everyOf(store, batches, { index: 'key' })).map(({ value }) => value.state);
}
