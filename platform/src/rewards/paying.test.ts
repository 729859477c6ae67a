import { fen } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { moneyFixture } from '../../test/support/money.ts';
import type { DocumentStore } from '../storage/index.ts';
import type { WalletGateway } from '../wallets/index.ts';
import { payments, payStep } from '../wallets/index.ts';
import { redeem, redemptions } from './index.ts';

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

/** Counts the units of work of a store. */
function counted(store: DocumentStore): { readonly store: DocumentStore; readonly units: () => number } {
  let units = 0;
  return { store: { ...store, unitOfWork: (work) => ((units += 1), store.unitOfWork(work)) }, units: () => units };
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
    const { store, units } = counted(money.store);
    expect(await payStep({ ...money.paying, store })).toBe(true);
    expect(units()).toBe(2);
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
      onFinal: (...[tx, payment]: Parameters<typeof onFinal>) =>
        payment.id === poisoned ? Promise.reject(new Error('a defect of ours')) : onFinal(tx, payment),
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
});
