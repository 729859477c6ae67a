import { addDays, dayOf } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDayBook, reconcile } from '../../src/activities/index.ts';
import { consentText } from '../../src/identity/index.ts';
import { bindAndCredit } from '../../src/intake/index.ts';
import { draftSources, ride } from '../support/drafts.ts';
import { ledgerFixture } from '../support/ledger.ts';
import type { TestServer } from '../support/server.ts';
import { bikeOrder, metroTrip, startServer } from '../support/server.ts';

const citizen = 'ctz_one';
const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const windowDays = 5;
const consent = consentText.version;

describe('a citizen’s balance', () => {
  const trip = fc.record({
    kind: fc.constant('trip' as const),
    source: fc.constantFrom(...draftSources),
    back: fc.integer({ min: 1, max: 7 }),
    hour: fc.constantFrom(6, 7, 8, 9, 23),
    quarter: fc.nat(3),
    evidence: fc.constantFrom('measured' as const, 'provider' as const),
  });
  const binding = fc.record({ kind: fc.constant('bind' as const), source: fc.constantFrom(...draftSources) });

  it('is what its accounts’ trips have earned, less what was reversed, whatever the order of binding and arrival', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(trip, trip, trip, binding), { maxLength: 24 }), async (steps) => {
        const ledger = ledgerFixture();
        await ledger.addCitizen(citizen);
        const bindOne = (source: string) =>
          bindAndCredit(ledger.deps, { citizen, source, name: 'card', consent, windowDays });
        for (const [at, step] of steps.entries()) {
          if (step.kind === 'bind') await bindOne(step.source);
          else {
            const clock = `${String(step.hour).padStart(2, '0')}:${String(step.quarter * 15).padStart(2, '0')}`;
            const draft = ride(
              'card',
              { day: addDays(today, -step.back), clock, minutes: 40 },
              { evidence: step.evidence },
            );
            await ledger.take([{ ...draft, sourceKey: String(at) }], { source: step.source });
          }
        }
        for (const source of draftSources) await bindOne(source);
        await expectBooksToAgree(ledger);
      }),
      { numRuns: 40 },
    );
  });

  async function expectBooksToAgree(ledger: ReturnType<typeof ledgerFixture>): Promise<void> {
    let credited = 0n;
    const books = [];
    for (let back = 0; back <= 7; back += 1) {
      const day: Day = addDays(today, -back);
      for (const source of draftSources) {
        const lines = await ledger.lines('card', day, source);
        if (back <= windowDays) books.push(openDayBook(source, day, { version: 1, value: { day, lines } }));
        const earned = lines.reduce((sum, { s, mg }) => (s === 'a' ? sum + BigInt(mg ?? 0) : sum), 0n);
        if (back <= windowDays) credited += earned;
      }
    }
    expect(reconcile(books)).toEqual([]);
    expect(await ledger.balance(`citizen:${citizen}`)).toBe(credited);
    expect(await ledger.balance('issuance:qingdao-demo')).toBe(-(await ledger.totals()));
    const records = await ledger.records();
    const net = records.reduce((sum, one) => sum + BigInt(one.milligrams) * (one.kind === 'reversal' ? -1n : 1n), 0n);
    expect(net).toBe(await ledger.totals());
    expect(new Set(records.map(({ nullifier }) => nullifier)).size).toBe(records.length);
    const reversed = records.filter(({ kind }) => kind === 'reversal').map(({ reverses }) => reverses);
    expect(new Set(reversed).size).toBe(reversed.length);
  }
});

describe('binding over HTTP', () => {
  let server: TestServer;
  const yesterday = addDays(today, -1);

  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  it('credits earlier trips, reverses what overlaps over all accounts with its reason, and records the consent', async () => {
    await server.send('metro-trips', [
      metroTrip('card-77', { day: yesterday, clock: '08:00' }),
      metroTrip('card-77', { day: addDays(today, -100), clock: '08:00' }),
    ]);
    await server.send('mobike-orders', [
      bikeOrder('rider-1', { day: yesterday, clock: '08:00' }),
      bikeOrder('rider-1', { day: yesterday, clock: '12:00' }),
    ]);
    const { me } = await server.signedIn('ctz_sim-lan');
    const { version } = await me.consentText();
    const first = await me.bindAccount({ source: 'mobike-orders', account: 'rider-1', consent: version });
    expect(first.binding).toMatchObject({ isNew: true, creditedTrips: 2, reversedTrips: 0 });
    const second = await me.bindAccount({ source: 'metro-trips', account: 'card-77', consent: version });
    expect(second.binding).toMatchObject({ isNew: true, creditedTrips: 1, reversedTrips: 1 });
    const { items } = await me.trips({ day: yesterday });
    expect(items.map(({ mode, status, reason }) => [mode, status, reason?.code])).toEqual([
      ['bike', 'accepted', undefined],
      ['bike', 'reversed', 'ACTIVITIES_OVERLAPS'],
      ['metro', 'accepted', undefined],
    ]);
    const accepted = items.filter(({ status }) => status === 'accepted');
    const earned = accepted.reduce((sum, trip) => sum + BigInt(trip.reductionMilligrams), 0n);
    expect((await me.get()).balanceMilligrams).toBe(String(earned));
    expect((await me.day(yesterday)).reductionMilligrams).toBe(String(earned));
    expect((await me.consents()).items).toMatchObject([
      { source: 'metro-trips', textVersion: version },
      { source: 'mobike-orders', textVersion: version },
    ]);
    expect(second.accounts.map(({ source, tail }) => [source, tail])).toEqual([
      ['mobike-orders', 'r-1'],
      ['metro-trips', '-77'],
    ]);
    const again = await me.bindAccount({ source: 'metro-trips', account: 'card-77', consent: version });
    expect(again.binding).toMatchObject({ isNew: false, creditedMilligrams: '0' });
  });

  it('refuses an old text, somebody else’s account, and an account that is not bound', async () => {
    const { me } = await server.signedIn('ctz_sim-hai');
    const binding = { source: 'metro-trips', account: 'card-77', consent };
    await expect(me.bindAccount({ ...binding, consent: '2020-01' })).rejects.toMatchObject({
      code: 'IDENTITY_CONSENT_TEXT_CHANGED',
      status: 409,
    });
    await expect(me.bindAccount(binding)).rejects.toMatchObject({ code: 'IDENTITY_ACCOUNT_BOUND_ELSEWHERE' });
    await expect(me.unbindAccount('acc_nobody')).rejects.toMatchObject({ code: 'IDENTITY_ACCOUNT_NOT_BOUND' });
    await expect(me.withdrawConsent('metro-trips')).rejects.toMatchObject({ code: 'IDENTITY_ACCOUNT_NOT_BOUND' });
  });

  it('seals the reversals: the day still adds up and a receipt of what stayed verifies', async () => {
    await server.platform.services.sealNow();
    const { audit } = await server.signedIn('agency-demo');
    const day = await audit.day(yesterday);
    expect(day.adds.map(({ holds }) => holds)).toEqual([true, true, true]);
    expect(day.sealed.milligrams).toBe(day.reductionMilligrams);
  });

  it('unbinding keeps what was credited, refuses what comes later, says so, and gives the next holder a new epoch', async () => {
    const { me } = await server.signedIn('ctz_sim-lan');
    const before = await me.get();
    const card = before.accounts.find(({ source }) => source === 'metro-trips')?.account ?? '';
    const after = await me.unbindAccount(card);
    expect(after).toMatchObject({
      balanceMilligrams: before.balanceMilligrams,
      unbinding: { accounts: [card], keptMilligrams: before.balanceMilligrams, laterRecords: 'refused' },
    });
    expect(after.unbinding.text.en).toContain('stay in your account');
    expect((await me.consents()).items.find(({ account }) => account === card)?.withdrawnAt).toBeTypeOf('number');
    expect(await server.send('metro-trips', [metroTrip('card-77', { day: today, clock: '07:00' })])).toMatchObject([
      { outcome: 'refused', code: 'ACTIVITIES_CONSENT_WITHDRAWN' },
    ]);
    expect((await me.trips({ day: yesterday })).items).toHaveLength(3);

    const other = (await server.signedIn('ctz_sim-hai')).me;
    const bound = await other.bindAccount({ source: 'metro-trips', account: 'card-77', consent });
    expect(bound.binding).toMatchObject({ isNew: true, creditedMilligrams: '0' });
    expect(bound.binding.account).toBe(`${card}~1`);
    expect((await other.trips({ day: yesterday })).items).toEqual([]);
    const late = metroTrip('card-77', { day: today, clock: '06:00' });
    server.advance(3 * 3_600_000);
    const fresh = metroTrip('card-77', { day: today, clock: '13:00' });
    expect(await server.send('metro-trips', [late, fresh])).toMatchObject([
      { outcome: 'refused', code: 'ACTIVITIES_CONSENT_WITHDRAWN' },
      { outcome: 'used' },
    ]);
    expect((await other.get()).balanceMilligrams).not.toBe('0');
    expect((await me.get()).balanceMilligrams).toBe(before.balanceMilligrams);
  });

  it('exports everything as one file, also what is older than a month', async () => {
    const { me } = await server.signedIn('ctz_sim-lan');
    const file = (await me.exportAll()) as { trips: { day: string; carbonRecord?: object }[]; consents: object[] };
    // The trips that were refused after the consent ended are no part of it: nothing of them was kept.
    expect(file.trips.map(({ day }) => day)).toEqual([addDays(today, -100), yesterday, yesterday, yesterday]);
    expect(file.trips.filter(({ carbonRecord }) => carbonRecord !== undefined)).toHaveLength(4);
    expect(file.consents).toHaveLength(2);
  });
});
