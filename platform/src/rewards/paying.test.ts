import { fen } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { farStore } from '../../test/support/far-store.ts';
import { silentLog } from '../../test/support/intake.ts';
import { moneyFixture } from '../../test/support/money.ts';
import type { DocumentStore } from '../storage/index.ts';
import type { WalletGateway } from '../wallets/index.ts';
import { payments, payStep } from '../wallets/index.ts';
import { budgetOf, demoCampaign, gramsOf, moneyDayOf, redeem, redemptions } from './index.ts';

/** Redemptions of as many people, none of them paid. */
async function reserved(count: number, gateway?: (bank: WalletGateway) => WalletGateway) {
  const money = await moneyFixture(gateway === undefined ? {} : { gateway });
  const keys: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const citizen = `ctz_${String(at)}`;
    await money.person(citizen);
    keys.push((await redeem(money.deps, { citizen, amountFen: fen(8), idempotencyKey: 'once' })).key);
  }
  const states = async () => [...(await money.store.getMany(payments, keys)).values()].map(({ value }) => value.state);
  return { ...money, keys, states };
}

describe('paying', () => {
  it('has many calls under way at one time, between two units of work', async () => {
    let calls = 0;
    const { promise: all, resolve: release } = Promise.withResolvers<undefined>();
    const money = await reserved(10, (bank) => ({
      ...bank,
      credit: async (instruction) => {
        if ((calls += 1) === 10) release(undefined);
        await all;
        return bank.credit(instruction);
      },
    }));
    const { store, waits } = farStore(money.store);
    expect(await payStep({ ...money.paying, store })).toBe(true);
    expect(waits().units).toBe(2);
    expect(await money.states()).toEqual(Array.from({ length: 10 }, () => 'settled'));
    expect(await payStep(money.paying)).toBe(false);
  });

  it('takes a bounded number at a time', async () => {
    const money = await reserved(20);
    await payStep(money.paying);
    expect((await money.states()).filter((state) => state === 'settled')).toHaveLength(16);
    await payStep(money.paying);
    expect((await money.states()).filter((state) => state === 'settled')).toHaveLength(20);
  });

  it('lets one that cannot be recorded hold up no other, and pays none twice', async () => {
    const money = await reserved(5);
    const [, , poisoned = ''] = money.keys;
    const { onFinal } = money.paying;
    const paying = {
      ...money.paying,
      onFinal: (...[tx, ended]: Parameters<typeof onFinal>) =>
        ended.some(({ id }) => id === poisoned) ? Promise.reject(new Error('a defect of ours')) : onFinal(tx, ended),
    };
    await expect(payStep(paying)).rejects.toThrow('a defect of ours');
    expect(await money.states()).toEqual(['settled', 'settled', 'sent', 'settled', 'settled']);
    money.advance(6_000);
    await payStep(money.paying);
    const all = await money.store.getMany(redemptions, money.keys);
    expect([...all.values()].map(({ value }) => value.status)).toEqual(Array.from({ length: 5 }, () => 'settled'));
    const sponsor = await money.bank.openWallet({ holder: 'simulated sponsor 模拟出资方', tier: 'class-1' });
    expect(await money.bank.balance(sponsor)).toBe(1_000_000n - 40n);
  });

  it('says once of a payment that it needs a person, however often its unit of work runs', async () => {
    const reason = 'IDEMPOTENCY_CONFLICT';
    const money = await reserved(2, (bank) => ({
      ...bank,
      credit: () => Promise.resolve({ kind: 'unknown', reason }),
    }));
    const said: unknown[] = [];
    const log = { ...silentLog, info: (event: string, fields?: object) => void said.push([event, fields]) };
    let runs = 0;
    const store: DocumentStore = {
      ...money.store,
      async unitOfWork(work) {
        // As where somebody else wrote first: all of it runs, none of it stands, and it runs again.
        await money.store
          .unitOfWork(async (tx) => {
            await work(tx);
            throw new Error('lost');
          })
          .catch(() => (runs += 1));
        return money.store.unitOfWork(work);
      },
    };
    await payStep({ ...money.paying, store, log });
    expect(runs).toBe(2);
    expect(await money.states()).toEqual(['manual', 'manual']);
    expect(said).toEqual(money.keys.map((payment) => ['pay.needs-a-person', { payment, reason }]));
  });

  it('ends what was settled and what was rejected together, each counted once', async () => {
    const money = await reserved(7);
    for (const closed of ['ctz_1', 'ctz_4'])
      await money.bank.setState(await money.bank.openWallet({ holder: closed, tier: 'class-3' }), 'closed');
    await payStep(money.paying);
    const ends = ['settled', 'rejected', 'settled', 'settled', 'rejected', 'settled', 'settled'];
    expect(await money.states()).toEqual(ends);
    const { id: campaign, programme, budgetFen } = demoCampaign;
    expect(await budgetOf(money.store, campaign)).toEqual({
      ...{ paidInFen: budgetFen, leftFen: budgetFen - 40n, reservedFen: 0n },
      ...{ paidFen: 40n, payments: 5, returnedFen: 16n, returns: 2 },
    });
    const paid = { count: 5, fen: '40', milligrams: '5000000' };
    expect(await moneyDayOf(money.store, programme, '2026-11-24')).toMatchObject({
      taken: { count: 7, fen: '56', milligrams: '7000000' },
      returned: { count: 2, fen: '16', milligrams: '2000000' },
      ...{ paid, settled: paid },
    });
    expect((await gramsOf(money.store, 'ctz_1')).balance).toBe(10_000_000n);
    expect((await gramsOf(money.store, 'ctz_2')).balance).toBe(9_000_000n);
  });
});

describe('a store that is far away', () => {
  it('is waited for at most five times in the one unit of work of a redemption', async () => {
    const money = await moneyFixture();
    await money.person('ctz_a');
    const { store, waits } = farStore(money.store);
    await redeem({ ...money.deps, store }, { citizen: 'ctz_a', amountFen: fen(8), idempotencyKey: 'once' });
    expect(waits().units).toBe(1);
    expect(waits().inUnits).toBeLessThanOrEqual(5);
  });

  it('is waited for at most five times for sixteen payments, in two units of work', async () => {
    const money = await reserved(16);
    const { store, waits } = farStore(money.store);
    await payStep({ ...money.paying, store });
    expect(await money.states()).toEqual(Array.from({ length: 16 }, () => 'settled'));
    expect(waits().units).toBe(2);
    expect(waits().inUnits).toBeLessThanOrEqual(5);
  });
});
