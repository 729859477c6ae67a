import type { TanhuiClient, WalletTier } from '@tanhui/sdk/client';
import { addDays, dayOf, fen } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentText } from '../../src/identity/index.ts';
import type { EmbeddedGateway } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import { createEmbeddedGateway } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import type { WalletRef } from '../../src/wallets/index.ts';
import { walletBindings } from '../../src/wallets/index.ts';
import type { TestServer } from '../support/server.ts';
import { metroTrip, startServer } from '../support/server.ts';

const dayMs = 86_400_000;
const [lan, hai] = ['ctz_sim-lan', 'ctz_sim-hai'];
let server: TestServer;
let bank: EmbeddedGateway;
let acts = 0;

/** A campaign in which a milligram is worth a fortune: only the wallet's own limits are in the way. */
beforeAll(async () => {
  server = await startServer();
  const { store, clock } = server.platform.services;
  bank = createEmbeddedGateway({ store, clock });
  const yesterday = addDays(dayOf(clock.now()), -1);
  for (const citizen of [lan, hai]) {
    const { me } = await server.signedIn(citizen);
    await me.bindAccount({ source: 'metro-trips', account: `card-${citizen}`, consent: consentText.version });
    await server.send('metro-trips', [metroTrip(`card-${citizen}`, { day: yesterday, clock: '08:00' })]);
  }
  await server.platform.services.sealNow();
  const operator = await server.signedIn('operator-demo');
  const most = '9000000000';
  await operator.campaigns.create(
    {
      ...{ campaign: 'cmp_rich', programme: 'qingdao-demo', sponsor: 'a sponsor of tests', from: yesterday },
      ...{ name: { 'zh-CN': '测试', en: 'Test' }, priceFen: '1000000000', priceMilligrams: '1' },
      ...{ dailyCapFen: most, monthlyCapFen: most, budgetFen: most },
    },
    'campaign-of-limits',
  );
});
afterAll(() => server.stop());

interface Person {
  /** Signed in anew: tokens are short, and days pass. */
  readonly me: () => Promise<TanhuiClient['me']>;
  readonly wallet: WalletRef;
}

async function withWallet(tier: WalletTier, citizen = lan): Promise<Person> {
  const me = async () => (await server.signedIn(citizen)).me;
  await (await me()).bindWallet(tier, `wallet-${String((acts += 1))}`);
  const bound = await server.platform.services.store.get(walletBindings, citizen);
  if (bound === undefined) throw new Error('the wallet is bound');
  return { me, wallet: bound.value.wallet };
}

async function redeem({ me }: Person, amount: number): Promise<string> {
  const { status } = await (await me()).redeem(String(amount), `redemption-${String((acts += 1))}`);
  return status;
}

/** Refused with the code, in words, with something to do, and nothing has happened: no grams, no redemption, no money. */
async function expectRefused(person: Person, amount: number, code: string): Promise<void> {
  const me = await person.me();
  const state = async () => ({
    grams: (await me.get()).balanceMilligrams,
    redemptions: (await me.redemptions()).items.map(({ redemption }) => redemption),
    balance: await bank.balance(person.wallet),
    budget: (await (await server.signedIn('operator-demo')).campaigns.budgets()).items[0]?.budget,
  });
  const before = await state();
  const refused = me.redeem(String(amount), `redemption-${String((acts += 1))}`);
  await expect(refused).rejects.toMatchObject({ code, next: expect.stringMatching(/\w{3}/) as string });
  expect(await state()).toEqual(before);
}

/** The citizen's own wallet pays somebody. */
async function spend({ wallet }: Person, amount: number): Promise<void> {
  const shop = await bank.openWallet({ holder: 'a shop', tier: 'class-1' });
  const id = `spent_${String((acts += 1))}`;
  await bank.book({ entryId: `salary_${id}`, wallet, kind: 'deposit', amountFen: fen(amount) });
  const terms = { payer: wallet, payee: shop, amountFen: fen(amount), purpose: 'carbon-reward' as const, memo: '' };
  expect(await bank.credit({ instructionId: id, ...terms })).toMatchObject({ kind: 'settled' });
}

const walletOf = async ({ me }: Person) => (await me()).wallet();
const limitsOf = async (person: Person) => (await walletOf(person)).binding;

describe('wallet limits over HTTP, from the published table', () => {
  it('class 1 has none', async () => {
    const person = await withWallet('class-1');
    expect(await limitsOf(person)).toMatchObject({
      tier: 'class-1',
      hasQuotaControl: false,
      limits: { usedTodayFen: '0', usedThisYearFen: '0' },
    });
    expect((await limitsOf(person))?.limits).not.toHaveProperty('singleFen');
    expect(await redeem(person, 60_000_000)).toBe('settled');
  });

  it('class 2: 50,000 yuan at once and 100,000 a day, to the fen', async () => {
    const person = await withWallet('class-2');
    expect(await limitsOf(person)).toMatchObject({
      ...{ tier: 'class-2', balanceCapFen: '50000000' },
      limits: { singleFen: '5000000', dailyFen: '10000000', usedTodayFen: '0', usedThisYearFen: '0' },
    });
    await expectRefused(person, 5_000_001, 'REWARDS_WALLET_SINGLE');
    expect(await redeem(person, 5_000_000)).toBe('settled');
    await spend(person, 5_000_000);
    await spend(person, 4_999_990);
    expect((await limitsOf(person))?.limits).toMatchObject({ usedTodayFen: '9999990', usedThisYearFen: '9999990' });
    await expectRefused(person, 11, 'REWARDS_WALLET_DAILY');
    expect(await redeem(person, 10)).toBe('settled');
    await spend(person, 10);
    expect((await walletOf(person)).obstacle).toMatchObject({ code: 'REWARDS_WALLET_DAILY' });
    await expectRefused(person, 1, 'REWARDS_WALLET_DAILY');
    server.advance(dayMs);
    expect((await limitsOf(person))?.limits).toMatchObject({ usedTodayFen: '0', usedThisYearFen: '10000000' });
    expect(await redeem(person, 11)).toBe('settled');
  });

  it('class 3: 5,000 yuan at once, 20,000 in all, to the fen', async () => {
    const person = await withWallet('class-3');
    expect(await limitsOf(person)).toMatchObject({ balanceCapFen: '2000000', limits: { singleFen: '500000' } });
    await expectRefused(person, 500_001, 'REWARDS_WALLET_SINGLE');
    expect(await redeem(person, 500_000)).toBe('settled');
    const more = { entryId: 'salary', wallet: person.wallet, kind: 'deposit' as const, amountFen: fen(1_499_990) };
    await bank.book(more);
    expect((await walletOf(person)).redeemableFen).toBe('10');
    await expectRefused(person, 11, 'REWARDS_WALLET_FULL');
    expect(await redeem(person, 10)).toBe('settled');
    await expectRefused(person, 1, 'REWARDS_WALLET_FULL');
  });

  it('class 4 is no real-name wallet and gets nothing, whatever its limits', async () => {
    const person = await withWallet('class-4');
    expect(await limitsOf(person)).toMatchObject({
      ...{ tier: 'class-4', balanceCapFen: '1000000' },
      limits: { singleFen: '200000', dailyFen: '500000', yearlyFen: '5000000' },
    });
    await expectRefused(person, 1, 'REWARDS_WALLET_CLASS');
  });

  it('a wallet under quota control has the limits of class 4: 2,000 yuan at once, 5,000 a day, 50,000 a year', async () => {
    const person = await withWallet('class-3', hai);
    await bank.setQuotaControl(person.wallet, true);
    expect(await limitsOf(person)).toMatchObject({ tier: 'class-3', hasQuotaControl: true, balanceCapFen: '1000000' });
    await expectRefused(person, 200_001, 'REWARDS_WALLET_SINGLE');
    expect(await redeem(person, 200_000)).toBe('settled');
    for (const amount of [200_000, 200_000, 99_990]) await spend(person, amount);
    await expectRefused(person, 11, 'REWARDS_WALLET_DAILY');
    expect(await redeem(person, 10)).toBe('settled');
    for (let day = 0; day < 9; day += 1) {
      server.advance(dayMs);
      for (const amount of [200_000, 200_000, 100_000]) await spend(person, amount);
    }
    server.advance(dayMs);
    expect((await limitsOf(person))?.limits).toEqual({
      ...{ singleFen: '200000', dailyFen: '500000', usedTodayFen: '0' },
      ...{ yearlyFen: '5000000', usedThisYearFen: '4999990' },
    });
    await expectRefused(person, 11, 'REWARDS_WALLET_YEARLY');
    expect(await redeem(person, 10)).toBe('settled');
    server.advance(31 * dayMs);
    expect((await limitsOf(person))?.limits).toMatchObject({ usedTodayFen: '0', usedThisYearFen: '0' });
    expect(await redeem(person, 11)).toBe('settled');
  });
});
