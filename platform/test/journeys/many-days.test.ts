import { addDays } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postTransfer } from '../../src/accounts/index.ts';
import { emptyTotals, newProgrammeDay, programmeDayKey, programmeDays } from '../../src/carbon/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';

/** More than three years of days: beyond one page of the store. */
const dayCount = 1_100;
const programme = 'qingdao-demo';
const first = '2023-01-01' as Day;
let city: City;

beforeAll(async () => {
  city = await openCity();
  const days = Array.from({ length: dayCount }, (_, at) => dayOf(addDays(first, at)));
  const milligrams = BigInt(dayCount) * 7n;
  await city.platform.services.store.unitOfWork(async (tx) => {
    await tx.insertMany(programmeDays, days);
    await postTransfer(tx, {
      id: 'txn_many_days',
      at: 0,
      kind: 'intake',
      legs: [
        { account: `issuance:${programme}`, asset: 'milligrams', amount: -milligrams },
        { account: `unclaimed:${programme}`, asset: 'milligrams', amount: milligrams },
      ],
      mayOwe: false,
    });
  });
});
afterAll(() => city.close());

function dayOf(day: Day) {
  const sealed = { lastRecord: 1, lastPrepared: 1, lastSealed: 1, batches: 1, sealedMilligrams: '7' };
  const totals = { ...emptyTotals, milligrams: '7' };
  return { key: programmeDayKey(programme, day), value: { ...newProgrammeDay(programme, day), ...sealed, totals } };
}

describe('a programme of more days than a page holds', () => {
  it('sums the grams of all of its days when an auditor holds them to the books', async () => {
    const { adds } = await city.clientOf(await city.tokenOf('agency-demo')).audit.day(first);
    const grams = adds.find(({ claim }) => claim.en.startsWith('all grams'));
    expect(grams).toMatchObject({ holds: true, left: '7700', right: '7700' });
  });

  it('counts what it sealed over all of its days when a run ends', async () => {
    const { runs } = city.clientOf(await city.tokenOf('operator-demo'));
    const { run } = await runs.open({ source: 'metro-trips', programme });
    const late = dayOf(addDays(first, dayCount));
    await city.platform.services.store.unitOfWork((tx) => tx.insertMany(programmeDays, [late]));
    expect(await runs.finish(run)).toMatchObject({ sealed: { batches: 1, records: 1 } });
  });
});
