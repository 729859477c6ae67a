import fc from 'fast-check';
import { dayOf, fen, milligrams } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { moneyFixture, operator } from '../../test/support/money.ts';
import { balanceOf } from '../accounts/index.ts';
import type { WalletGateway } from '../wallets/index.ts';
import { askNow, payments, payStep, walletBindings } from '../wallets/index.ts';
import type { Campaign, NewCampaign } from './index.ts';
import {
  budgetOf,
  burnedAccount,
  createCampaign,
  demoCampaign,
  extendCampaign,
  fenFor,
  gramsOf,
  milligramsFor,
  moneyDayOf,
  quote,
  redeem,
  redemptions,
} from './index.ts';

const citizen = 'ctz_x';
const dayMs = 86_400_000;
const { programme } = demoCampaign;

interface Options {
  readonly gateway?: (bank: WalletGateway) => WalletGateway;
  readonly campaign?: Partial<NewCampaign>;
}

async function fixture(options: Options = {}) {
  const money = await moneyFixture(options);
  const wallet = await money.person(citizen, { grams: 10_000_000_000n });
  const take = (amount: number, key: string) =>
    redeem(money.deps, { citizen, amountFen: fen(amount), idempotencyKey: key });
  /** Moves the clock to an instant in UTC+8. */
  const at = (local: string) => {
    money.advance(Date.parse(`${local}+08:00`) - money.now());
  };
  return { ...money, wallet, take, at };
}

/** A bank that is asked how often, and that says what it is told to. */
function counting(says: { credit: () => Promise<unknown>; query: () => Promise<unknown> }) {
  const calls = { credit: 0, query: 0 };
  const gateway = (bank: WalletGateway): WalletGateway => ({
    ...bank,
    credit: () => ((calls.credit += 1), says.credit() as never),
    query: () => ((calls.query += 1), says.query() as never),
    statement: silence,
  });
  return { calls, gateway };
}

const silence = () => Promise.reject(new Error('no answer'));

describe('rounding', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
  const priced = fc
    .tuple(amount, amount)
    .map(([priceFen, priceMilligrams]) => ({ price: { fen: fen(priceFen), milligrams: milligrams(priceMilligrams) } }));
  const burned = (campaign: Pick<Campaign, 'price'>, wanted: bigint): bigint => milligramsFor(campaign, fen(wanted));

  it('burns the least whole milligrams that are worth the fen: never one less, never one more', () => {
    fc.assert(
      fc.property(priced, amount, (campaign, wanted) => {
        const worth = wanted * campaign.price.milligrams;
        expect(burned(campaign, wanted) * campaign.price.fen >= worth).toBe(true);
        expect((burned(campaign, wanted) - 1n) * campaign.price.fen < worth).toBe(true);
      }),
    );
  });

  it('never sells more fen than the grams are worth, and nobody gains by redeeming in parts', () => {
    fc.assert(
      fc.property(priced, amount, amount, (campaign, grams, part) => {
        const most = fenFor(campaign, milligrams(grams));
        expect(burned(campaign, most) <= grams).toBe(true);
        expect(burned(campaign, most + 1n) > grams).toBe(true);
        expect(burned(campaign, most) + burned(campaign, part) >= burned(campaign, most + part)).toBe(true);
      }),
    );
  });
});

describe('days are those of UTC+8', () => {
  it('a cap ends at midnight there, not at midnight in UTC', async () => {
    const money = await fixture();
    money.at('2026-11-25T23:59:59');
    await money.take(200, 'last-second');
    await expect(money.take(1, 'too-much')).rejects.toThrow('REWARDS_DAILY_CAP');
    money.at('2026-11-26T00:00:00');
    await money.take(200, 'first-second');
    money.at('2026-11-26T08:00:01');
    await expect(money.take(1, 'utc-midnight')).rejects.toThrow('REWARDS_DAILY_CAP');
    const day = await moneyDayOf(money.store, programme, '2026-11-25');
    expect(day.taken).toMatchObject({ count: 1, fen: '200' });
  });

  it('a month’s cap ends with the month there', async () => {
    const money = await fixture({ campaign: { dailyCapFen: fen(300), monthlyCapFen: fen(300) } });
    money.at('2026-11-30T23:59:59');
    await money.take(300, 'last-second');
    await expect(money.take(1, 'too-much')).rejects.toThrow('REWARDS_MONTHLY_CAP');
    money.at('2026-12-01T00:00:00');
    await money.take(300, 'first-second');
  });

  it('a redemption while the day turns is of one day in its id, its cap, its grams and its figures', async () => {
    const money = await fixture();
    const midnight = Date.parse('2026-11-26T00:00:00+08:00');
    for (let early = 1; early < 8; early += 1) {
      const turning = await fixture();
      turning.advance(midnight - early - turning.now());
      const { key, value } = await turning.take(8, 'at-midnight');
      expect(key.slice(4, 12)).toBe(value.createdOn.replaceAll('-', ''));
      expect(dayOf(value.createdAt)).toBe(value.createdOn);
      const burned = await balanceOf(turning.store, burnedAccount(programme, value.createdOn), 'milligrams');
      expect(burned.amount).toBe(1_000_000n);
      expect((await moneyDayOf(turning.store, programme, value.createdOn)).taken.count).toBe(1);
    }
    await money.store.close();
  });
});

describe('money that comes back', () => {
  it('counts for the cap of the day it was taken from, and for no other, whenever it comes back', async () => {
    const money = await fixture({ campaign: { monthlyCapFen: fen(500) } });
    money.at('2026-11-24T22:00:00');
    await money.take(150, 'a');
    await money.bank.setState(money.wallet, 'closed');
    money.at('2026-11-25T09:00:00');
    await payStep(money.paying);
    await money.bank.setState(money.wallet, 'active');
    expect(await quote(money.deps, citizen)).toMatchObject({ leftTodayFen: 200n, leftThisMonthFen: 350n });
    await money.take(200, 'b');
    money.at('2026-12-01T09:00:00');
    expect(await quote(money.deps, citizen)).toMatchObject({ leftTodayFen: 200n, leftThisMonthFen: 500n });
    expect((await moneyDayOf(money.store, programme, '2026-11-24')).returned).toMatchObject({ count: 1, fen: '150' });
  });
});

describe('an outcome that stays unknown', () => {
  it('is asked for and never paid again: not by the schedule, not by people who ask, not by the same key', async () => {
    const { calls, gateway } = counting({ credit: silence, query: silence });
    const money = await fixture({ gateway });
    const { key } = await money.take(8, 'a');
    for (let hour = 0; hour < 24 * 20; hour += 1) {
      for (let steps = 0; steps < 5 && (await payStep(money.paying)); steps += 1);
      money.advance(dayMs / 24);
    }
    expect((await money.store.get(payments, key))?.value).toMatchObject({
      state: 'manual',
      unresolvedAt: expect.any(Number) as number,
    });
    const asked = calls.query;
    for (let time = 0; time < 5; time += 1) {
      await money.store.unitOfWork((tx) => askNow(tx, money.paying, { id: key, at: money.now(), by: operator }));
      await payStep(money.paying);
    }
    expect(calls.query).toBe(asked + 5);
    expect((await money.take(8, 'a')).key).toBe(key);
    expect(calls.credit).toBe(1);
    expect(await budgetOf(money.store, demoCampaign.id)).toMatchObject({
      reservedFen: 8n,
      paidFen: 0n,
      returnedFen: 0n,
    });
    expect((await gramsOf(money.store, citizen)).balance).toBe(9_999_000_000n);
  });

  it('goes to the wallet that it was made for, whatever is bound since', async () => {
    const says = { credit: silence as () => Promise<unknown>, query: silence as () => Promise<unknown> };
    const { gateway } = counting({ credit: () => says.credit(), query: () => says.query() });
    const money = await fixture({ gateway });
    const { key } = await money.take(8, 'a');
    await payStep(money.paying);
    const other = await money.bank.openWallet({ holder: 'somebody else', tier: 'class-3' });
    await money.store.unitOfWork(async (tx) => {
      await tx.removeMany(walletBindings, [citizen]);
    });
    await expect(money.take(8, 'b')).rejects.toThrow('REWARDS_NO_WALLET');
    await money.store.unitOfWork((tx) =>
      tx.insertMany(walletBindings, [{ key: citizen, value: { wallet: other, boundAt: 1 } }]),
    );
    const { value: payment } = (await money.store.get(payments, key)) ?? { value: undefined };
    expect(payment?.payee).toEqual(money.wallet);
    says.query = () => Promise.resolve({ kind: 'settled', bankReference: 'SIM1', settledAt: money.now() });
    money.advance(6_000);
    await payStep(money.paying);
    expect((await money.store.get(redemptions, key))?.value).toMatchObject({
      status: 'settled',
      bankReference: 'SIM1',
    });
    expect((await money.store.get(payments, key))?.value.payee).toEqual(money.wallet);
  });

  it('is not forgotten while the bank keeps saying that it never got it: since when it waits stays known', async () => {
    const { calls, gateway } = counting({
      credit: silence,
      query: () => Promise.resolve({ kind: 'not-found', isFinal: true }),
    });
    const money = await fixture({ gateway });
    const { key } = await money.take(8, 'a');
    const since: (number | undefined)[] = [];
    for (let round = 0; round < 12; round += 1) {
      await payStep(money.paying);
      since.push((await money.store.get(payments, key))?.value.unresolvedAt);
      money.advance(5_000);
    }
    expect(calls.credit).toBeGreaterThan(3);
    expect(new Set(since).size).toBe(1);
    expect(since[0]).toEqual(expect.any(Number));
  });

  it('ends without a second try where the same id may not be sent twice', async () => {
    const { calls, gateway } = counting({
      credit: silence,
      query: () => Promise.resolve({ kind: 'not-found', isFinal: true }),
    });
    const once = (bank: WalletGateway): WalletGateway => ({
      ...gateway(bank),
      capabilities: () => ({ ...bank.capabilities(), isSameIdRetrySafe: false }),
    });
    const money = await fixture({ gateway: once });
    const { key } = await money.take(8, 'a');
    for (let round = 0; round < 12; round += 1) {
      await payStep(money.paying);
      money.advance(5_000);
    }
    expect(calls.credit).toBe(1);
    expect((await money.store.get(redemptions, key))?.value).toMatchObject({
      status: 'rejected',
      rejectionCode: 'NOT_EXECUTED',
    });
    expect((await gramsOf(money.store, citizen)).balance).toBe(10_000_000_000n);
  });
});

describe('at one time', () => {
  const outcomes = async (all: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length;

  it('two redemptions of one person never take more than the day’s cap or the month’s', async () => {
    const money = await fixture({ campaign: { dailyCapFen: fen(50), monthlyCapFen: fen(80) } });
    const taken = (day: string) =>
      outcomes(Array.from({ length: 30 }, (_, at) => money.take(9, `${day}-${String(at)}`)));
    expect(await taken('first')).toBe(5);
    money.advance(dayMs);
    expect(await taken('second')).toBe(3);
    expect(await quote(money.deps, citizen)).toMatchObject({ leftTodayFen: 23n, leftThisMonthFen: 8n });
  });

  it('two people never take the same last fen of a budget', async () => {
    const money = await fixture({ campaign: { budgetFen: fen(15) } });
    await money.person('ctz_y');
    const redeems = ['ctz_x', 'ctz_y'].map((one) =>
      redeem(money.deps, { citizen: one, amountFen: fen(8), idempotencyKey: 'the-last' }),
    );
    expect(await outcomes(redeems)).toBe(1);
    expect(await budgetOf(money.store, demoCampaign.id)).toMatchObject({ leftFen: 7n, reservedFen: 8n });
  });

  it('the same key is one redemption, one payment and one burn', async () => {
    const money = await fixture();
    const keys = await Promise.all(Array.from({ length: 20 }, () => money.take(8, 'same').then(({ key }) => key)));
    expect(new Set(keys).size).toBe(1);
    while (await payStep(money.paying));
    expect(await money.bank.balance(money.wallet)).toBe(8n);
    expect((await gramsOf(money.store, citizen)).balance).toBe(9_999_000_000n);
  });
});

describe('a wallet that is frozen', () => {
  it.each([
    ['frozen-in', 'REWARDS_WALLET_FROZEN'],
    ['frozen', 'REWARDS_WALLET_FROZEN'],
    ['closed', 'REWARDS_WALLET_CLOSED'],
  ] as const)('%s takes nothing, and nothing is burned', async (state, code) => {
    const money = await fixture();
    await money.bank.setState(money.wallet, state);
    await expect(money.take(8, 'a')).rejects.toThrow(code);
    expect((await gramsOf(money.store, citizen)).balance).toBe(10_000_000_000n);
    expect((await moneyDayOf(money.store, programme, '2026-11-24')).taken.count).toBe(0);
  });

  it('that only cannot pay is paid', async () => {
    const money = await fixture();
    await money.bank.setState(money.wallet, 'frozen-out');
    await money.take(8, 'a');
    await payStep(money.paying);
    expect(await money.bank.balance(money.wallet)).toBe(8n);
  });
});

describe('a sponsor’s money', () => {
  it('is not taken for a programme that pays none out', async () => {
    const money = await fixture();
    const deps = { ...money.campaigning, regimeOf: () => 'points' as const };
    const wanted = { ...demoCampaign, id: 'cmp_points', sponsor: 'another sponsor' };
    await expect(createCampaign(deps, wanted, operator)).rejects.toThrow('REWARDS_NO_MONEY_REGIME');
    const wallet = await money.bank.openWallet({ holder: 'another sponsor', tier: 'class-1' });
    expect(await money.bank.balance(wallet)).toBe(0n);
  });

  it('is paid in once for one key, and the key for another amount is refused before any money moves', async () => {
    const money = await fixture({ campaign: { budgetFen: fen(5) } });
    const more = { id: demoCampaign.id, key: 'more', by: operator };
    for (let time = 0; time < 2; time += 1) await extendCampaign(money.campaigning, { ...more, addBudgetFen: fen(7) });
    await expect(extendCampaign(money.campaigning, { ...more, addBudgetFen: fen(9) })).rejects.toThrow(
      'REWARDS_KEY_REUSED',
    );
    expect(await budgetOf(money.store, demoCampaign.id)).toMatchObject({ paidInFen: 12n, leftFen: 12n });
    const wallet = await money.bank.openWallet({ holder: demoCampaign.sponsor, tier: 'class-1' });
    expect(await money.bank.balance(wallet)).toBe(12n);
  });
});
