import type { ActivityDraft, Day } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import { balanceOf, openTransfer, postTransfer } from '../../src/accounts/index.ts';
import type { ActivityDocument, DayBookLine } from '../../src/activities/index.ts';
import { activities, dayBookKey, dayBooks } from '../../src/activities/index.ts';
import { carbonRecords, emptyTotals, programmeDayKey, programmeDays } from '../../src/carbon/index.ts';
import type { ProgrammeDayDocument, RecordDocument } from '../../src/carbon/index.ts';
import { collections } from '../../src/compose/collections.ts';
import { accountIdOf, citizenDocuments } from '../../src/identity/index.ts';
import type { BatchResult, IntakeDeps } from '../../src/intake/index.ts';
import { takeBatch } from '../../src/intake/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { DraftSource } from './drafts.ts';
import { draftPlugin } from './drafts.ts';
import { intakeFixture } from './intake.ts';

export const programme = 'qingdao-demo';

export interface LedgerFixture {
  readonly deps: IntakeDeps;
  /** Moves the clock on. */
  advance(milliseconds: number): void;
  /** Sends drafts as records of one run. */
  take(
    drafts: readonly ActivityDraft[],
    options?: { readonly source?: DraftSource; readonly run?: string },
  ): Promise<BatchResult>;
  account(name: string, source?: DraftSource): string;
  balance(owner: string): Promise<bigint>;
  lines(name: string, day: string, source?: DraftSource): Promise<readonly DayBookLine[]>;
  /** Every activity and record in order of their ids. */
  activities(): Promise<readonly ActivityDocument[]>;
  activityIds(): Promise<readonly string[]>;
  /** What a day counts of its activities. */
  counted(day: string): Promise<ProgrammeDayDocument['totals']['activities']>;
  records(): Promise<readonly (RecordDocument & { readonly id: string })[]>;
  /** Milligrams over all days as the programme counts them. */
  totals(): Promise<bigint>;
  addCitizen(id: string): Promise<void>;
}

let sent = 0;

/** Intake on a store with every collection, in memory where none is given, and real double entry, fed with drafts. */
export function ledgerFixture(
  now = Date.parse('2026-11-24T12:00:00+08:00'),
  store: DocumentStore = createSqliteStore({ path: ':memory:', collections }),
): LedgerFixture {
  let time = now;
  const base = intakeFixture({ store });
  const deps: IntakeDeps = {
    ...base,
    clock: { now: () => time },
    plugins: createPluginRegistry([draftPlugin]),
    poster: { open: openTransfer, post: postTransfer },
  };
  const account = (name: string, source: DraftSource = 'drafts-one') => accountIdOf(deps.keys, source, name);
  return {
    deps,
    advance: (milliseconds) => void (time += milliseconds),
    take: (drafts, { source = 'drafts-one', run = `run_${dayOf(time)}_${source}` } = {}) =>
      takeBatch(deps, {
        scope: { source, programme, settings: {}, run },
        // A number of its own makes each record a new one, whatever stands in it.
        records: drafts.map((draft, line) => ({
          line: line + 1,
          fields: { draft: JSON.stringify(draft), number: String((sent += 1)) },
        })),
      }),
    account,
    balance: async (owner) => (await balanceOf(store, owner, 'milligrams')).amount,
    lines: async (name, day, source) =>
      (await store.get(dayBooks, dayBookKey(programme, day as Day, account(name, source))))?.value.lines ?? [],
    activities: async () =>
      (await store.find(activities, { index: 'key', limit: 1_000 })).items.map(({ value }) => value),
    activityIds: async () => (await store.find(activities, { index: 'key', limit: 1_000 })).items.map(({ key }) => key),
    counted: async (day) => {
      const stored = await store.get(programmeDays, programmeDayKey(programme, day as Day));
      return (stored?.value.totals ?? emptyTotals).activities;
    },
    records: async () =>
      (await store.find(carbonRecords, { index: 'key', limit: 1_000 })).items.map(({ key, value }) => ({
        id: key,
        ...value,
      })),
    totals: async () =>
      (await store.find(programmeDays, { index: 'key', limit: 1_000 })).items.reduce(
        (sum, { value }) => sum + BigInt(value.totals.milligrams),
        0n,
      ),
    addCitizen: async (id) => {
      const value = { name: id, programme, isSimulated: true, createdAt: time, accounts: [] };
      await store.unitOfWork((tx) => tx.insertMany(citizenDocuments, [{ key: id, value }]));
    },
  };
}
