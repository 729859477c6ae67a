import { fen } from '@tanhui/sdk/model';
import { expect, it } from 'vitest';
import { silentLog } from '../../test/support/intake.ts';
import { moneyFixture } from '../../test/support/money.ts';
import { collections } from '../compose/collections.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure } from '../ledger/index.ts';
import { redeem, redemptions, settlementStep } from '../rewards/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { payStep } from '../wallets/index.ts';
import { figuresOf, readBacklog, stuckOf } from './index.ts';

/** Endorses, and says nothing of what it is asked to order. */
const silent = {
  endorse: () => Promise.resolve({ transactionId: 'tx_1', envelope: Buffer.from('x') }),
  submit: () => Promise.reject(new LedgerFailure('outcome-unknown', 'no answer')),
} as unknown as LedgerClient;

it('holds what was paid until it stands on the ledger: first in no seal, then in one that waits', async () => {
  const store = createSqliteStore({ path: ':memory:', collections });
  const money = await moneyFixture({ store });
  await money.person('ctz_a');
  const { key } = await redeem(money.deps, { citizen: 'ctz_a', amountFen: fen(8), idempotencyKey: 'once' });
  await payStep(money.paying);
  const late = async () => stuckOf(await readBacklog(store), money.now());
  money.advance(1_000);
  expect((await late()).unsealed.map((one) => one.key)).toEqual([key]);
  expect((await late()).seals).toEqual([]);
  const figures = async () => figuresOf(await readBacklog(store));
  const unsealedAt = (await store.get(redemptions, key))?.value.unsealedAt;
  expect(unsealedAt).toBeLessThan(money.now());
  expect(await figures()).toMatchObject({ unsealedPayments: 1, oldestUnsealedAt: unsealedAt });
  const { clock } = money.deps;
  const sealing = { store, ledger: silent, clock, log: silentLog, delayMs: 0, commitTimeoutMs: 10 };
  await settlementStep(sealing, { now: true });
  expect(stuckOf(await readBacklog(store), money.now() - 60_000).seals).toEqual([]);
  money.advance(1_000);
  expect((await late()).unsealed).toEqual([]);
  const header = { count: 1, amountFen: '8' };
  expect(await figures()).toMatchObject({
    unsealedPayments: 1,
    oldestUnsealedAt: (await late()).seals[0]?.value.openAt,
  });
  expect((await late()).seals.map(({ value }) => value)).toMatchObject([{ state: 'submitted', header }]);
});
