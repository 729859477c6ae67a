import fc from 'fast-check';
import type { Day } from '@tanhui/sdk/model';
import { fen } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { Crash, faultyGateway, faults, storeOf } from '../../test/support/faulty-gateway.ts';
import type { MoneyFixture } from '../../test/support/money.ts';
import { credit, moneyFixture, operator } from '../../test/support/money.ts';
import { balanceOf } from '../accounts/index.ts';
import { payments, payStep, walletBindings } from '../wallets/index.ts';
import {
  burnedAccount,
  budgetOf,
  campaignsOf,
  createCampaign,
  demoCampaign,
  depositsOf,
  extendCampaign,
  gramsOf,
  moneyDayKey,
  moneyDays,
  quote,
  redeem,
  redemptions,
  setPaused,
} from './index.ts';
import type { NewCampaign } from './campaigns.ts';

const citizen = 'ctz_x';
const dayMs = 86_400_000;
const { programme } = demoCampaign;

async function fixture(
  options: Parameters<typeof moneyFixture>[0] & { grams?: bigint; tier?: 'class-3' | 'class-4' } = {},
) {
  const money = await moneyFixture(options);
  const wallet = await money.person(citizen, options);
  const take = (amount: number, key: string) =>
    redeem(money.deps, { citizen, amountFen: fen(amount), idempotencyKey: key });
  return { ...money, wallet, take };
}

async function milligrams({ store }: Pick<MoneyFixture, 'store'>): Promise<bigint> {
  return (await gramsOf(store, citizen)).balance;
}

describe('redemption', () => {
  it('burns grams rounded up, reserves fen, and settles from the sponsor’s wallet into the citizen’s', async () => {
    const money = await fixture();
    const { value } = await money.take(7, 'a');
    expect(value.burnedMilligrams).toBe('875000');
    expect(await milligrams(money)).toBe(9_125_000n);
    const paidIn = { paidInFen: 1_000_000n, leftFen: 999_993n, returnedFen: 0n, returns: 0 };
    const reserved = { ...paidIn, reservedFen: 7n, paidFen: 0n, payments: 0 };
    expect(await budgetOf(money.store, 'cmp_demo')).toEqual(reserved);
    expect(await payStep(money.paying)).toBe(true);
    expect(await money.bank.balance(money.wallet)).toBe(7n);
    expect(await budgetOf(money.store, 'cmp_demo')).toEqual({ ...paidIn, reservedFen: 0n, paidFen: 7n, payments: 1 });
    const sponsor = await money.bank.openWallet({ holder: demoCampaign.sponsor, tier: 'class-1' });
    expect(await money.bank.balance(sponsor)).toBe(999_993n);
    expect(await payStep(money.paying)).toBe(false);
  });

  it('is the same redemption for the same key, also on the next day, and refuses the key for another amount', async () => {
    const money = await fixture();
    const first = await money.take(8, 'a');
    money.advance(dayMs);
    expect(await money.take(8, 'a')).toEqual(first);
    expect(await milligrams(money)).toBe(9_000_000n);
    await expect(money.take(9, 'a')).rejects.toThrow('REWARDS_KEY_REUSED');
  });

  it('gives grams and budget back when the wallet is frozen in between, but not the day’s cap', async () => {
    const money = await fixture();
    const { key } = await money.take(8, 'a');
    await money.bank.setState(money.wallet, 'frozen');
    await payStep(money.paying);
    expect((await money.store.get(redemptions, key))?.value).toMatchObject({
      status: 'rejected',
      rejectionCode: 'WALLET_FROZEN',
    });
    expect(await milligrams(money)).toBe(10_000_000n);
    expect(await budgetOf(money.store, 'cmp_demo')).toEqual({
      ...{ paidInFen: 1_000_000n, leftFen: 1_000_000n, reservedFen: 0n, paidFen: 0n, payments: 0 },
      ...{ returnedFen: 8n, returns: 1 },
    });
    expect(await money.bank.balance(money.wallet)).toBe(0n);
    await money.bank.setState(money.wallet, 'active');
    expect((await quote(money.deps, citizen)).leftTodayFen).toBe(192n);
  });

  it('keeps the day’s figures: taken, returned, paid and settled', async () => {
    const money = await fixture();
    await money.take(8, 'a');
    await payStep(money.paying);
    await money.take(16, 'b');
    await money.bank.setState(money.wallet, 'closed');
    await payStep(money.paying);
    const day = await money.store.get(moneyDays, moneyDayKey(programme, '2026-11-24'));
    expect(day?.value).toMatchObject({
      taken: { count: 2, fen: '24', milligrams: '3000000' },
      returned: { count: 1, fen: '16', milligrams: '2000000' },
      paid: { count: 1, fen: '8', milligrams: '1000000' },
      settled: { count: 1, fen: '8', milligrams: '1000000' },
    });
    const burned = await balanceOf(money.store, burnedAccount(programme, '2026-11-24'), 'milligrams');
    expect(burned.amount).toBe(1_000_000n);
  });

  it('goes on while nothing is known, and says what a wallet’s owner can do when the bank says no', async () => {
    const money = await fixture({ gateway: (bank) => ({ ...bank, credit: () => Promise.reject(new Error('down')) }) });
    const { key } = await money.take(8, 'a');
    await payStep(money.paying);
    expect((await money.store.get(payments, key))?.value).toMatchObject({
      state: 'unknown',
      unknownReason: 'CALL_FAILED: down',
    });
    expect((await budgetOf(money.store, 'cmp_demo')).reservedFen).toBe(8n);
  });
});

describe('what is in the way of a redemption', () => {
  type Prepare = (money: Awaited<ReturnType<typeof fixture>>) => Promise<unknown>;
  const cases: readonly [code: string, options: Parameters<typeof fixture>[0], prepare: Prepare][] = [
    ['REWARDS_NO_WALLET', {}, ({ store }) => store.unitOfWork((tx) => tx.removeMany(walletBindings, [citizen]))],
    ['REWARDS_WALLET_CLASS', { tier: 'class-4' }, () => Promise.resolve()],
    ['REWARDS_WALLET_FROZEN', {}, ({ bank, wallet }) => bank.setState(wallet, 'frozen-in')],
    ['REWARDS_WALLET_CLOSED', {}, ({ bank, wallet }) => bank.setState(wallet, 'closed')],
    [
      'REWARDS_WALLET_FULL',
      {},
      ({ bank, wallet }) => bank.book({ entryId: 'salary', wallet, kind: 'deposit', amountFen: fen(2_000_000) }),
    ],
    [
      'REWARDS_GATEWAY_UNAVAILABLE',
      { gateway: (bank) => ({ ...bank, inspect: () => Promise.reject(new Error('down')) }) },
      () => Promise.resolve(),
    ],
    ['REWARDS_NOTHING_REDEEMABLE', { grams: 1n }, () => Promise.resolve()],
    ['REWARDS_BUDGET_EMPTY', { campaign: { budgetFen: fen(5) } }, ({ take }) => take(5, 'all of it')],
    ['REWARDS_DAILY_CAP', { campaign: { dailyCapFen: fen(9) } }, ({ take }) => take(9, 'all of it')],
    [
      'REWARDS_MONTHLY_CAP',
      { campaign: { dailyCapFen: fen(9), monthlyCapFen: fen(9) } },
      ({ take }) => take(9, 'all of it'),
    ],
    [
      'REWARDS_PAUSED',
      {},
      ({ campaigning }) => setPaused(campaigning, { id: 'cmp_demo', isPaused: true, by: operator, reason: 'test' }),
    ],
    ['REWARDS_NO_CAMPAIGN', { campaign: { from: '2027-01-01' as never } }, () => Promise.resolve()],
  ];

  it.each(cases)('%s', async (code, options, prepare) => {
    const money = await fixture(options);
    await prepare(money);
    expect(await quote(money.deps, citizen)).toMatchObject({ obstacle: code, redeemableFen: 0n });
    await expect(money.take(1, 'later')).rejects.toThrow(code);
  });

  it('a budget that is not enough, which is another thing than one that is used up', async () => {
    const money = await fixture({ campaign: { budgetFen: fen(5), dailyCapFen: fen(4) } });
    await expect(money.take(6, 'too much')).rejects.toMatchObject({
      code: 'REWARDS_BUDGET_SHORT',
      details: { redeemableFen: '4' },
    });
    await money.take(3, 'some of it');
    expect(await quote(money.deps, citizen)).toMatchObject({ redeemableFen: 1n, budgetLeftFen: 2n });
    await expect(money.take(3, 'more')).rejects.toMatchObject({
      code: 'REWARDS_BUDGET_SHORT',
      details: { redeemableFen: '1' },
    });
  });

  it('a cap, to the fen and until its day or month is over', async () => {
    const money = await fixture({ grams: 10_000_000_000n, campaign: { monthlyCapFen: fen(500) } });
    await money.take(150, 'a');
    await expect(money.take(51, 'b')).rejects.toThrow('REWARDS_DAILY_CAP');
    await money.take(50, 'c');
    expect(await quote(money.deps, citizen)).toMatchObject({ leftTodayFen: 0n, leftThisMonthFen: 300n });
    money.advance(dayMs);
    await money.take(200, 'd');
    money.advance(dayMs);
    await expect(money.take(101, 'e')).rejects.toThrow('REWARDS_MONTHLY_CAP');
    await money.take(100, 'f');
    money.advance(7 * dayMs);
    expect(await quote(money.deps, citizen)).toMatchObject({ leftTodayFen: 200n, leftThisMonthFen: 500n });
  });

  it('a programme that pays no money', async () => {
    const money = await fixture();
    const deps = { ...money.deps, regimeOf: () => 'no-money' as const };
    await expect(redeem(deps, { citizen, amountFen: fen(1), idempotencyKey: 'a' })).rejects.toThrow(
      'REWARDS_NO_MONEY_REGIME',
    );
  });
});

describe('a campaign', () => {
  it('is stored once, with its budget; another one under its id is refused', async () => {
    const { campaigning, store, bank } = await fixture();
    await createCampaign(campaigning, demoCampaign, operator);
    expect(await budgetOf(store, 'cmp_demo')).toMatchObject({
      paidInFen: 1_000_000n,
      leftFen: 1_000_000n,
      paidFen: 0n,
    });
    const sponsor = await bank.openWallet({ holder: demoCampaign.sponsor, tier: 'class-1' });
    expect(await bank.balance(sponsor)).toBe(1_000_000n);
    const dearer = { ...demoCampaign, price: { ...demoCampaign.price, fen: fen(80) } };
    await expect(createCampaign(campaigning, dearer, operator)).rejects.toThrow('REWARDS_CAMPAIGN_EXISTS');
    const others: Partial<NewCampaign>[] = [
      { budgetFen: fen(999_999) },
      { dailyCapFen: fen(100) },
      { monthlyCapFen: fen(3_000) },
      { from: '2021-01-01' as Day },
      { to: '2030-01-01' as Day },
      { organisation: 'another' },
      { name: { ...demoCampaign.name, en: 'Another' } },
    ];
    for (const other of others)
      await expect(
        createCampaign(campaigning, { ...demoCampaign, ...other }, operator),
        JSON.stringify(Object.keys(other)),
      ).rejects.toThrow('REWARDS_CAMPAIGN_EXISTS');
    expect(await bank.balance(sponsor)).toBe(1_000_000n);
    await extendCampaign(campaigning, { id: 'cmp_demo', key: 'end', to: '2030-01-01' as Day, by: operator });
    expect(await createCampaign(campaigning, demoCampaign, operator)).toMatchObject({ to: '2030-01-01' });
    const free = { ...demoCampaign, id: 'cmp_2', price: { ...demoCampaign.price, fen: fen(0) } };
    await expect(createCampaign(campaigning, free, operator)).rejects.toThrow('REWARDS_CAMPAIGN_INVALID');
  });

  it('ends on the later of two last days that come at once, with the budget of both', async () => {
    const { campaigning, store } = await fixture();
    const extend = (key: string, to: string) =>
      extendCampaign(campaigning, { id: 'cmp_demo', key, to: to as Day, addBudgetFen: fen(7), by: operator });
    await Promise.all([extend('long', '2031-06-30'), extend('short', '2031-01-31')]);
    const [campaign] = await campaignsOf(store, demoCampaign.programme);
    expect(campaign).toMatchObject({ to: '2031-06-30' });
    expect(await budgetOf(store, 'cmp_demo')).toMatchObject({ paidInFen: 1_000_014n });
    await expect(extend('back', '2031-01-31')).rejects.toThrow('REWARDS_CAMPAIGN_INVALID');
  });

  it('lists what was paid in, newest first and each once, and it adds up to what its budget says', async () => {
    const money = await fixture({ campaign: { budgetFen: fen(5) } });
    const { campaigning, store } = money;
    const add = (key: string, amount: number) =>
      extendCampaign(campaigning, { id: 'cmp_demo', key, addBudgetFen: fen(amount), by: operator });
    for (const amount of [7, 11]) {
      money.advance(dayMs);
      await add(`more-${String(amount)}`, amount);
    }
    money.advance(dayMs);
    await add('more-7', 7);
    const other = { ...demoCampaign, id: 'cmp_other', organisation: 'another', budgetFen: fen(1_000) };
    await createCampaign(campaigning, other, operator);
    const asked = { programme, organisation: 'partner-demo', limit: 2 };
    const first = await depositsOf(store, asked);
    const second = await depositsOf(store, { ...asked, after: first.next ?? '' });
    const own = [...first.items, ...second.items].map(({ value }) => value);
    expect(own.map(({ amountFen }) => amountFen)).toEqual(['11', '7', '5']);
    expect(own[0]).toMatchObject({ campaign: 'cmp_demo', sponsor: demoCampaign.sponsor });
    expect((own[0]?.paidInAt ?? 0) - (own[1]?.paidInAt ?? 0)).toBeGreaterThanOrEqual(dayMs);
    expect((await budgetOf(store, 'cmp_demo')).paidInFen).toBe(23n);
    const all = await depositsOf(store, { programme, limit: 50 });
    expect(all.items.map(({ value }) => value.amountFen)).toEqual(['1000', '11', '7', '5']);
    expect((await depositsOf(store, { programme: 'elsewhere', limit: 50 })).items).toEqual([]);
  });

  it('is paused, resumed and extended by an operator, each in the trail; the same extension adds once', async () => {
    const { campaigning, store, take, trail } = await fixture({ campaign: { budgetFen: fen(5) } });
    const act = { id: 'cmp_demo', by: operator, reason: 'looking into it' };
    await setPaused(campaigning, { ...act, isPaused: true });
    await expect(take(1, 'a')).rejects.toThrow('REWARDS_PAUSED');
    await setPaused(campaigning, { ...act, isPaused: false });
    const more = { id: 'cmp_demo', key: 'more', addBudgetFen: fen(7), by: operator };
    for (let round = 0; round < 2; round += 1) await extendCampaign(campaigning, more);
    expect(await budgetOf(store, 'cmp_demo')).toMatchObject({ paidInFen: 12n, leftFen: 12n });
    await extendCampaign(campaigning, { id: 'cmp_demo', key: 'longer', to: '2026-12-31' as never, by: operator });
    await expect(
      extendCampaign(campaigning, { id: 'cmp_demo', key: 'shorter', to: '2026-12-30' as never, by: operator }),
    ).rejects.toThrow('REWARDS_CAMPAIGN_INVALID');
    expect(trail.map(({ action }) => action)).toEqual([
      'campaign-created',
      'campaign-paused',
      'campaign-resumed',
      'campaign-extended',
      'campaign-extended',
      'campaign-extended',
    ]);
  });
});

describe('redemptions at one time', () => {
  it('never take more than one person’s grams and cap', async () => {
    const { deps, store } = await fixture({ grams: 10_000_000n });
    const all = Array.from({ length: 40 }, (_, at) =>
      redeem(deps, { citizen, amountFen: fen(9), idempotencyKey: `key-${String(at)}` }).then(
        () => 'taken',
        (error: unknown) => (error as Error).message,
      ),
    );
    const answers = await Promise.all(all);
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(8);
    expect(await gramsOf(store, citizen)).toMatchObject({ balance: 1_000_000n, redeemable: 1_000_000n });
  });

  it('never take more than one budget, and the same key takes once', async () => {
    const money = await fixture({ campaign: { budgetFen: fen(100) } });
    const people = Array.from({ length: 30 }, (_, at) => `ctz_${String(at)}`);
    for (const one of people) await money.person(one);
    const answers = await Promise.allSettled(
      people.flatMap((one) =>
        [0, 1].map(() => redeem(money.deps, { citizen: one, amountFen: fen(7), idempotencyKey: 'only-once' })),
      ),
    );
    const taken = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.key] : []));
    expect(new Set(taken).size).toBe(14);
    expect(await budgetOf(money.store, 'cmp_demo')).toMatchObject({ leftFen: 2n, reservedFen: 98n, paidInFen: 100n });
  });
});

describe('grams taken back after they were redeemed', () => {
  it('are owed, stop redemption, and are filled by the next grams', async () => {
    const money = await fixture();
    await money.take(64, 'a');
    await money.grams('txn_1_back', credit(citizen, -10_000_000n), true);
    expect(await gramsOf(money.store, citizen)).toEqual({ balance: 0n, redeemable: 0n, clawback: 8_000_000n });
    await money.grams('txn_2_more', credit(citizen, 9_000_000n));
    expect(await gramsOf(money.store, citizen)).toEqual({ balance: 1_000_000n, redeemable: 1_000_000n, clawback: 0n });
    await expect(money.take(9, 'b')).rejects.toThrow('REWARDS_NOTHING_REDEEMABLE');
    await money.take(8, 'c');
  });

  it('are filled by a payment that comes back', async () => {
    const money = await fixture();
    await money.take(64, 'a');
    await money.grams('txn_1_back', credit(citizen, -10_000_000n), true);
    await money.bank.setState(money.wallet, 'closed');
    await payStep(money.paying);
    expect(await gramsOf(money.store, citizen)).toEqual({ balance: 0n, redeemable: 0n, clawback: 0n });
  });
});

describe('money under faults', () => {
  const fault = fc.constantFrom(...faults);

  it('pays each redemption exactly once, whatever is lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 12 }), async (plan) => {
        const left = [...plan];
        const money = await moneyFixture();
        const own = { isDown: false };
        const gateway = faultyGateway(money.bank, own, () => left.shift() ?? 'none');
        const paying = { ...money.paying, gateway, store: storeOf(own, money.store) };
        const wallet = await money.person(citizen);
        let paid = 0n;
        for (const [at, amount] of [3n, 5n, 11n].entries()) {
          await redeem(money.deps, { citizen, amountFen: fen(amount), idempotencyKey: String(at) });
          paid += amount;
        }
        for (let round = 0; round < 60; round += 1) {
          await payStep(paying).catch((error: unknown) => {
            expect(error).toBeInstanceOf(Crash);
          });
          own.isDown = false;
          if (round % 7 === 3) await gateway.deliverLate();
          money.advance(round < 20 ? 10_000 : dayMs);
        }
        await gateway.deliverLate();
        expect(await money.bank.balance(wallet)).toBe(paid);
        const rest = { leftFen: 1_000_000n - paid, reservedFen: 0n, returnedFen: 0n };
        expect(await budgetOf(money.store, 'cmp_demo')).toMatchObject({
          ...rest,
          paidInFen: 1_000_000n,
          paidFen: paid,
        });
        expect((await balanceOf(money.store, 'external:ecny', 'fen')).amount).toBe(paid);
        await money.store.close();
      }),
      { numRuns: 60 },
    );
  });
});
