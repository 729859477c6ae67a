import type { Day } from '@tanhui/sdk/model';
import { addDays } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DayBookDocument, DayBookLine } from '../activities/index.ts';
import { dayBookKey, dayBooks } from '../activities/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import type { ProgrammeDayDocument } from './collections.ts';
import { batches, newProgrammeDay, programmeDayKey, programmeDays, unsealedMilligrams } from './index.ts';

const programme = 'qingdao-demo';
const first = '2013-10-22' as Day;

const line = fc.record({
  s: fc.constantFrom('a' as const, 'r' as const, 'h' as const, 'v' as const),
  mg: fc.nat(900),
  /** How many of the days on its record stands; mostly on its own. */
  later: fc.constantFrom(0, 0, 0, 1, 2),
});
const dayPlan = fc.record({
  /** Days apart: thirteen years of records lie between the oldest and the newest. */
  distance: fc.nat(5_000),
  lines: fc.array(line, { maxLength: 6 }),
  sealed: fc.nat(8),
  prepared: fc.nat(8),
  /** From which of its sealed records on its close came before them. */
  closedFrom: fc.option(fc.nat(8), { freq: 3 }),
});

type Plan = typeof dayPlan extends fc.Arbitrary<infer One> ? One : never;

/** A day with what stands on it: the book of its own lines, notes of others, and how far its records are sealed. */
interface Made {
  readonly day: Day;
  readonly plan: Plan;
  readonly book: DayBookDocument & { readonly lines: DayBookLine[]; readonly recordsFrom: Day[] };
  /** Of each record of the day the milligrams of an accepted line, else 0. */
  readonly records: number[];
}

function made(plans: readonly Plan[]): Made[] {
  const ordered = plans.toSorted((one, other) => one.distance - other.distance);
  const days = ordered.map((plan): Made => {
    const day = addDays(first, plan.distance);
    return { day, plan, book: { day, lines: [], recordsFrom: [] }, records: [] };
  });
  for (const [at, { plan, day, book }] of days.entries())
    for (const { s, mg, later } of plan.lines) {
      const on = days[at + later] ?? days[at];
      if (on === undefined) continue;
      on.records.push(s === 'a' ? mg : 0);
      const isElsewhere = on.day !== day;
      const a = book.lines.length + 1;
      const own = { a, m: 0, e: 0, k: String(a), s, r: on.records.length, mg: String(mg) };
      book.lines.push({ ...own, ...(isElsewhere && { rd: on.day }) });
      if (isElsewhere && !on.book.recordsFrom.includes(day)) on.book.recordsFrom.push(day);
    }
  return days;
}

function documentOf({ day, plan, records }: Made): ProgrammeDayDocument {
  const lastRecord = records.length;
  const lastSealed = Math.min(plan.sealed, lastRecord);
  const lastPrepared = Math.max(lastSealed, Math.min(plan.prepared, lastRecord));
  const late = plan.closedFrom === null ? 0 : lastSealed - plan.closedFrom;
  return {
    ...{ ...newProgrammeDay(programme, day), lastRecord, lastPrepared, lastSealed },
    ...(lastPrepared < lastRecord && { pendingAt: 1 }),
    ...(late > 0 && { tooLateAt: 1, tooLate: [{ first: lastSealed - late + 1, count: late, milligrams: '0' }] }),
  };
}

it('counts exactly the accepted grams whose record is in no sealed batch, however old and in whichever book they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(dayPlan, { maxLength: 6, selector: ({ distance }) => distance }), async (plans) => {
      const store = createSqliteStore({ path: ':memory:', collections: [batches, programmeDays, dayBooks] });
      let expected = 0n;
      for (const one of made(plans)) {
        const { day, book, records } = one;
        const value = documentOf(one);
        const { lastSealed, lastPrepared, tooLate = [] } = value;
        const onLedger = lastSealed - (tooLate[0]?.count ?? 0);
        for (const mg of records.slice(onLedger)) expected += BigInt(mg);
        await store.unitOfWork(async (tx) => {
          await tx.insertMany(programmeDays, [{ key: programmeDayKey(programme, day), value }]);
          await tx.insertMany(dayBooks, [
            { key: dayBookKey(programme, day, 'acc_1'), value: book },
            { key: dayBookKey(programme, day, 'acc_other'), value: book },
          ]);
          if (lastPrepared === lastSealed) return;
          const underWay = { programme, day, first: lastSealed + 1, count: 1, openAt: 1 } as never;
          await tx.insertMany(batches, [{ key: `bat_${day}`, value: underWay }]);
        });
      }
      expect(await unsealedMilligrams(store, { programme, accounts: ['acc_1', 'acc_2'] })).toBe(expected);
      expect(await unsealedMilligrams(store, { programme: 'elsewhere', accounts: ['acc_1'] })).toBe(0n);
      await store.close();
    }),
    { numRuns: 100 },
  );
});
