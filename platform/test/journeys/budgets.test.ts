import { randomUUID } from 'node:crypto';
import { dayOf } from '@tanhui/sdk/model';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { everyItem } from '@tanhui/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../../src/cli/demo.ts';
import { createEmbeddedGateway } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import { walletBindings } from '../../src/wallets/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';

let city: City;
let operator: TanhuiClient;
const campaign = 'cmp_metro';

beforeAll(async () => {
  city = await openCity({ TANHUI_SEAL_DELAY_MS: '0' });
  await seedDemo(city.platform);
  operator = await client('operator-demo');
  const terms = {
    ...{ campaign, programme: 'qingdao-demo', sponsor: '地铁公司', organisation: 'metro-company' },
    ...{ name: { 'zh-CN': '地铁奖励', en: 'Metro reward' }, priceFen: '8', priceMilligrams: '1000000' },
    ...{ dailyCapFen: '500', monthlyCapFen: '500', budgetFen: '1000', from: dayOf(Date.now()) },
  };
  await operator.campaigns.create(terms, 'campaign-of-the-metro');
});
afterAll(() => city.close());

const client = async (identity: string) => city.clientOf(await city.tokenOf(identity));

async function partner(subject: string): Promise<TanhuiClient> {
  const asked = { role: 'partner' as const, subject, label: 'of a test' };
  const { secret } = await operator.access.issue(asked, randomUUID());
  return city.clientOf((await city.clientOf(secret).access.token()).token);
}

const line = async (who: TanhuiClient) =>
  (await who.campaigns.budgets()).items.find((one) => one.campaign === campaign);
const budget = async (who: TanhuiClient) => (await line(who))?.budget;

describe('a sponsor’s budget over HTTP', () => {
  it('says what was paid in, reserved, paid, returned and is left, after each step', async () => {
    const nothing = { reservedFen: '0', paidFen: '0', payments: 0, returnedFen: '0', returns: 0 };
    expect(await budget(operator)).toEqual({ ...nothing, paidInFen: '1000', leftFen: '1000' });
    const { me } = await client('ctz_sim-hai');
    await me.bindWallet('class-3', 'wallet-of-hai');
    await me.redeem('15', 'redemption-one');
    const paid = { paidFen: '15', payments: 1 };
    expect(await budget(operator)).toEqual({ ...nothing, ...paid, paidInFen: '1000', leftFen: '985' });
    await operator.operations.pause('payments', 'to see what is reserved');
    await me.redeem('20', 'redemption-two');
    expect(await budget(operator)).toMatchObject({ ...paid, paidInFen: '1000', reservedFen: '20', leftFen: '965' });
    const { store, clock } = city.platform.services;
    const bound = await store.get(walletBindings, 'ctz_sim-hai');
    if (bound !== undefined) await createEmbeddedGateway({ store, clock }).setState(bound.value.wallet, 'closed');
    await operator.operations.resume('payments', 'seen');
    await city.platform.services.payNow();
    const returned = { ...nothing, ...paid, returnedFen: '20', returns: 1 };
    expect(await budget(operator)).toEqual({ ...returned, paidInFen: '1000', leftFen: '985' });
    const extended = await operator.campaigns.extend(campaign, { addBudgetFen: '300' }, 'three-hundred');
    expect(extended.budget).toEqual({ ...returned, paidInFen: '1300', leftFen: '1285' });
  });

  it('is ample, low below a tenth of what was paid in, and used up, as the sponsor reads it', async () => {
    const terms = { ...{ programme: 'qingdao-demo', sponsor: '小出资方' }, from: dayOf(Date.now()) };
    const small = { ...terms, campaign: 'cmp_small', name: { 'zh-CN': '小', en: 'small' }, budgetFen: '100' };
    const price = { priceFen: '8', priceMilligrams: '1000000', dailyCapFen: '500', monthlyCapFen: '500' };
    await operator.campaigns.create({ ...small, ...price }, 'campaign-small');
    const { me } = await client('ctz_sim-song');
    await me.bindWallet('class-3', 'wallet-of-song');
    const standing = async () =>
      (await operator.campaigns.budgets()).items.find((one) => one.campaign === 'cmp_small')?.standing;
    const seen = [];
    for (const [at, amount] of ['90', '1', '9'].entries()) {
      await me.redeem(amount, `redemption-small-${String(at)}`);
      seen.push(await standing());
    }
    expect(seen).toEqual(['ample', 'low', 'used-up']);
    await operator.campaigns.pause('cmp_small', 'used up');
    expect((await line(operator))?.standing).toBe('ample');
  });

  it('that is short says how much can still be redeemed, and one that is used up does not ask for less', async () => {
    const terms = { ...{ programme: 'qingdao-demo', sponsor: '更小的出资方' }, from: dayOf(Date.now()) };
    const tiny = { ...terms, campaign: 'cmp_tiny', name: { 'zh-CN': '更小', en: 'tiny' }, budgetFen: '12' };
    const price = { priceFen: '8', priceMilligrams: '1000000', dailyCapFen: '500', monthlyCapFen: '500' };
    await operator.campaigns.create({ ...tiny, ...price }, 'campaign-tiny');
    const token = await city.tokenOf('ctz_sim-song');
    const [chinese, english] = [city.clientOf(token, 'zh-CN'), city.clientOf(token, 'en')];
    await expect(chinese.me.redeem('13', 'redemption-short-1')).rejects.toMatchObject({
      ...{ code: 'REWARDS_BUDGET_SHORT', message: '超过出资方预算的余额，现在最多可兑 ¥0.12' },
      next: '减少到 ¥0.12 以内，或等待新的预算；减排量会保留',
    });
    await expect(english.me.redeem('13', 'redemption-short-2')).rejects.toMatchObject({
      next: 'Redeem ¥0.12 or less, or wait for a new budget; your grams stay',
    });
    await chinese.me.redeem('12', 'redemption-all-of-it');
    for (const { me } of [chinese, english]) {
      const { obstacle } = await me.wallet();
      expect(obstacle?.code).toBe('REWARDS_BUDGET_EMPTY');
      expect(obstacle?.next).toEqual({
        'zh-CN': '等待新的预算后再兑换；减排量会保留',
        en: 'Redeem once there is a new budget; your grams stay',
      });
    }
    await expect(chinese.me.redeem('1', 'redemption-too-late')).rejects.toMatchObject({
      ...{ code: 'REWARDS_BUDGET_EMPTY', message: '出资方的预算已用完', next: '等待新的预算后再兑换；减排量会保留' },
    });
    await operator.campaigns.pause('cmp_tiny', 'used up');
  });

  it('is seen by agency and operator whole, by the sponsor’s organisation alone, and by nobody else', async () => {
    const agency = await client('agency-demo');
    const all = (await agency.campaigns.budgets()).items;
    expect(all.map((one) => one.campaign)).toEqual(['cmp_tiny', 'cmp_small', campaign, 'cmp_demo']);
    const own = (await (await partner('metro-company')).campaigns.budgets()).items;
    expect(own).toEqual([all[2]]);
    expect((await (await partner('bike-company')).campaigns.budgets()).items).toEqual([]);
    await expect((await client('ctz_sim-hai')).campaigns.budgets()).rejects.toMatchObject({ status: 403 });
  });

  it('is made of deposits, which its organisation lists one by one, and nobody else does', async () => {
    const reference = (key: string) => `txn_000000000_budget_${campaign}_${key}`;
    const own = await (await partner('metro-company')).campaigns.deposits();
    expect(own.items).toMatchObject([
      { deposit: reference('three-hundred'), campaign, sponsor: '地铁公司', amountFen: '300' },
      { deposit: reference('open'), campaign, amountFen: '1000', name: { 'zh-CN': '地铁奖励', en: 'Metro reward' } },
    ]);
    const paidIn = own.items.reduce((sum, { amountFen }) => sum + BigInt(amountFen), 0n);
    expect((await budget(operator))?.paidInFen).toBe(String(paidIn));
    const day = dayOf(own.items[0]?.paidInAt ?? 0);
    const { deposits } = await operator.settlements.reconciliation(day);
    expect(deposits.books).toEqual(deposits.bank);
    const agency = await client('agency-demo');
    const paged = everyItem((cursor) => agency.campaigns.deposits({ cursor, limit: 1 }), 100);
    const seen = [];
    for await (const one of paged) seen.push(one.campaign);
    expect(seen).toEqual(['cmp_tiny', 'cmp_small', campaign, campaign, 'cmp_demo']);
    expect((await (await partner('bike-company')).campaigns.deposits()).items).toEqual([]);
    await expect((await client('ctz_sim-hai')).campaigns.deposits()).rejects.toMatchObject({ status: 403 });
  });
});
