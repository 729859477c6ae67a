import type { TanhuiClient } from '@tanhui/sdk/client';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentText } from '../../src/identity/index.ts';
import type { TestServer } from '../support/server.ts';
import { bikeOrder, metroTrip, startServer } from '../support/server.ts';

const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const yesterday = addDays(today, -1);
const consent = consentText.version;
let server: TestServer;

/** A bike order of 4 km is 140,000 mg; 8 fen are 1,000,000 mg, so a fen burns 125,000 mg. */
beforeAll(async () => {
  server = await startServer();
  for (const [citizen, rider] of [
    ['ctz_sim-lan', 'rider-lan'],
    ['ctz_sim-hai', 'rider-hai'],
    ['ctz_sim-song', 'rider-song'],
  ] as const) {
    const me = await meOf(citizen);
    await me.bindAccount({ source: 'mobike-orders', account: rider, consent });
    await me.bindWallet('class-3', `wallet-of-${rider}`);
  }
});
afterAll(() => server.stop());

const meOf = async (citizen: string): Promise<TanhuiClient['me']> => (await server.signedIn(citizen)).me;

async function ride(source: string, ...records: readonly Readonly<Record<string, string>>[]): Promise<void> {
  await server.send(source, records);
  await server.platform.services.sealNow();
}

/** What the person's pages say, in milligrams and fen. */
async function figures(citizen: string) {
  const me = await meOf(citizen);
  const { redeemableMilligrams, redeemableFen, clawbackMilligrams, binding } = await me.wallet();
  const { balanceMilligrams, clawbackMilligrams: onHome } = await me.get();
  expect(onHome).toBe(clawbackMilligrams);
  return { balanceMilligrams, redeemableMilligrams, redeemableFen, clawbackMilligrams, wallet: binding?.balanceFen };
}

const nothingRedeemable = { code: 'REWARDS_NOTHING_REDEEMABLE' };

describe('grams that are taken back after they were redeemed, over HTTP', () => {
  it('by an appeal of somebody else: they are owed, later trips fill them first, then redeeming works again', async () => {
    const lan = 'ctz_sim-lan';
    await ride(
      'mobike-orders',
      bikeOrder('rider-lan', { day: yesterday, clock: '08:00', bike: 'bike-5' }),
      bikeOrder('rider-lan', { day: yesterday, clock: '10:00' }),
      bikeOrder('rider-hai', { day: yesterday, clock: '08:00', bike: 'bike-5' }),
    );
    const me = await meOf(lan);
    expect(await figures(lan)).toMatchObject({ balanceMilligrams: '280000', redeemableFen: '2' });
    expect(await me.redeem('2', 'redeem-two')).toMatchObject({ status: 'settled', burnedMilligrams: '250000' });
    const kept = { redeemableFen: '0', wallet: '2' };
    expect(await figures(lan)).toMatchObject({ ...kept, balanceMilligrams: '30000', clawbackMilligrams: '0' });

    await takeBackForHai();
    const owing = { balanceMilligrams: '0', redeemableMilligrams: '0', clawbackMilligrams: '110000' };
    expect(await figures(lan)).toEqual({ ...kept, ...owing });
    expect((await me.wallet()).obstacle).toMatchObject(nothingRedeemable);
    await expect(me.redeem('1', 'redeem-none')).rejects.toMatchObject(nothingRedeemable);

    await ride('mobike-orders', bikeOrder('rider-lan', { day: today, clock: '07:00' }));
    const filled = { balanceMilligrams: '30000', redeemableMilligrams: '30000', clawbackMilligrams: '0' };
    expect(await figures(lan)).toEqual({ ...kept, ...filled });
    await expect(me.redeem('1', 'redeem-none-yet')).rejects.toMatchObject(nothingRedeemable);

    await ride('mobike-orders', bikeOrder('rider-lan', { day: today, clock: '09:00' }));
    expect(await figures(lan)).toMatchObject({ balanceMilligrams: '170000', redeemableFen: '1' });
    expect(await me.redeem('1', 'redeem-again')).toMatchObject({ status: 'settled', burnedMilligrams: '125000' });
    expect(await figures(lan)).toMatchObject({ balanceMilligrams: '45000', clawbackMilligrams: '0', wallet: '3' });
  });

  it('by a ride with stronger evidence at the same time, of which the difference is owed', async () => {
    const song = 'ctz_sim-song';
    const me = await meOf(song);
    await me.bindAccount({ source: 'metro-trips', account: 'card-song', consent });
    await ride('mobike-orders', bikeOrder('rider-song', { day: yesterday, clock: '18:00' }));
    expect(await me.redeem('1', 'redeem-one')).toMatchObject({ status: 'settled', burnedMilligrams: '125000' });
    expect(await figures(song)).toMatchObject({ balanceMilligrams: '15000', clawbackMilligrams: '0', wallet: '1' });

    const oneStop = { ...metroTrip('card-song', { day: yesterday, clock: '18:00' }), to: '浮山所' };
    await ride('metro-trips', oneStop);
    const trips = (await me.trips({ day: yesterday })).items;
    expect(trips.map(({ mode, status }) => `${mode} ${status}`).sort()).toEqual(['bike reversed', 'metro accepted']);
    const metro = trips.find(({ mode }) => mode === 'metro')?.reductionMilligrams;
    expect(metro).toBe('58560');
    expect(await figures(song)).toMatchObject({ balanceMilligrams: '0', clawbackMilligrams: '66440', wallet: '1' });

    await ride('metro-trips', { ...metroTrip('card-song', { day: today, clock: '07:00' }), to: '浮山所' });
    expect(await figures(song)).toMatchObject({ balanceMilligrams: '0', clawbackMilligrams: '7880' });
    await ride('mobike-orders', bikeOrder('rider-song', { day: today, clock: '09:00' }));
    expect(await figures(song)).toMatchObject({ balanceMilligrams: '132120', clawbackMilligrams: '0' });
    expect(await me.redeem('1', 'redeem-again')).toMatchObject({ status: 'settled', burnedMilligrams: '125000' });
    expect(await figures(song)).toMatchObject({ balanceMilligrams: '7120', clawbackMilligrams: '0', wallet: '2' });
  });
});

/** Hai's ride on the same bike was held; he appeals, and the agency decides that it was his. */
async function takeBackForHai(): Promise<void> {
  const hai = await meOf('ctz_sim-hai');
  const held = (await hai.trips({ day: yesterday })).items.find(({ status }) => status === 'held');
  const appeal = { activity: held?.activity ?? '', statement: '车是我骑的' };
  const { appeal: filed } = await hai.appeal(appeal, 'appeal-of-hai');
  const agency = await server.signedIn('agency-demo');
  const decision = { decision: 'uphold', answer: '以车辆记录为准', alsoReverse: true } as const;
  await agency.appeals.decide(filed, decision, 'decision-for-hai');
}
