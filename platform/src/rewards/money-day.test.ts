import { fen } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { expect, it } from 'vitest';
import { moneyFixture } from '../../test/support/money.ts';
import { dayMs } from '../../test/support/paid-day.ts';
import { newProgrammeDay, programmeDayKey, programmeDays } from '../carbon/index.ts';
import { payStep } from '../wallets/index.ts';
import { demoCampaign, redeem } from './index.ts';

const { programme } = demoCampaign;
const citizen = 'ctz_a';

it('a day on which something was redeemed or paid is a day of the programme, though nobody travelled', async () => {
  const money = await moneyFixture();
  await money.person(citizen);
  await redeem(money.deps, { citizen, amountFen: fen(8), idempotencyKey: 'once' });
  money.advance(dayMs);
  await payStep(money.paying);
  const query = { index: 'by_programme', prefix: [programme], limit: 10 };
  const days = (await money.store.find(programmeDays, query)).items.map(({ value }) => value);
  expect(days).toEqual(['2026-11-24', '2026-11-25'].map((day) => newProgrammeDay(programme, day as Day)));
});

it('a day that has trips stays as it is when money comes to it', async () => {
  const money = await moneyFixture();
  await money.person(citizen);
  const key = programmeDayKey(programme, '2026-11-24' as Day);
  const value = { ...newProgrammeDay(programme, '2026-11-24' as Day), lastRecord: 7, lastPrepared: 7, lastSealed: 7 };
  await money.store.unitOfWork((tx) => tx.insertMany(programmeDays, [{ key, value }]));
  await redeem(money.deps, { citizen, amountFen: fen(8), idempotencyKey: 'once' });
  await payStep(money.paying);
  expect(await money.store.get(programmeDays, key)).toEqual({ key, version: 1, value });
});
