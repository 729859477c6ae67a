import { addDays } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DayBookLine } from '../activities/index.ts';
import { dayBookKey, dayBooks } from '../activities/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { batches, newProgrammeDay, programmeDayKey, programmeDays, unsealedMilligrams } from './index.ts';

const programme = 'qingdao-demo';
const first = '2013-10-22' as Day;

const line = fc.record({ s: fc.constantFrom('a' as const, 'r' as const, 'h' as const, 'v' as const), mg: fc.nat(900) });
const dayPlan = fc.record({
  /** Days apart: thirteen years of records lie between the oldest and the newest. */
  distance: fc.nat(5_000),
  lines: fc.array(line, { maxLength: 6 }),
  sealed: fc.nat(6),
  prepared: fc.nat(6),
});

it('counts exactly the accepted grams after the last sealed record, however old they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(dayPlan, { maxLength: 6, selector: ({ distance }) => distance }), async (plans) => {
      const store = createSqliteStore({ path: ':memory:', collections: [batches, programmeDays, dayBooks] });
      let expected = 0n;
      for (const { distance, lines, sealed, prepared } of plans) {
        const day = addDays(first, distance);
        const lastSealed = Math.min(sealed, lines.length);
        const lastPrepared = Math.max(lastSealed, Math.min(prepared, lines.length));
        const numbered = lines.map(({ s, mg }, at): DayBookLine => {
          if (s === 'a' && at + 1 > lastSealed) expected += BigInt(mg);
          return { a: at + 1, m: 0, e: 0, k: String(at), s, r: at + 1, mg: String(mg) };
        });
        const fresh = { ...newProgrammeDay(programme, day), lastRecord: lines.length, lastPrepared, lastSealed };
        const value = lastPrepared < lines.length ? { ...fresh, pendingAt: 1 } : fresh;
        await store.unitOfWork(async (tx) => {
          await tx.insertMany(programmeDays, [{ key: programmeDayKey(programme, day), value }]);
          await tx.insertMany(dayBooks, [
            { key: dayBookKey(programme, day, 'acc_1'), value: { day, lines: numbered } },
            { key: dayBookKey(programme, day, 'acc_other'), value: { day, lines: numbered } },
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
    { numRuns: 60 },
  );
});
