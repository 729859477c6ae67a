import { addDays, dayOf } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDayBook, reconcile } from '../../src/activities/index.ts';
import { consentText } from '../../src/identity/index.ts';
import { bindAndCredit, decideAppeal, fileAppeal } from '../../src/intake/index.ts';
import { draftSources, ride, steps, walk } from '../support/drafts.ts';
import { ledgerFixture } from '../support/ledger.ts';
import type { TestServer } from '../support/server.ts';
import { bikeOrder, metroTrip, startServer } from '../support/server.ts';

const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const yesterday = addDays(today, -1);
const consent = consentText.version;
const citizen = 'ctz_one';

describe('appeals over HTTP', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer();
    const lan = (await server.signedIn('ctz_sim-lan')).me;
    await lan.bindAccount({ source: 'mobike-orders', account: 'rider-1', consent });
    await lan.bindAccount({ source: 'metro-trips', account: 'card-77', consent });
    const hai = (await server.signedIn('ctz_sim-hai')).me;
    await hai.bindAccount({ source: 'mobike-orders', account: 'rider-2', consent });
    await server.send('metro-trips', [metroTrip('card-77', { day: yesterday, clock: '08:00' })]);
    await server.send('mobike-orders', [
      bikeOrder('rider-1', { day: yesterday, clock: '08:00' }),
      bikeOrder('rider-1', { day: yesterday, clock: '14:00', bike: 'bike-5' }),
      { ...bikeOrder('rider-2', { day: yesterday, clock: '14:00', bike: 'bike-5' }) },
    ]);
  });
  afterAll(() => server.stop());

  const trips = async (identity: string) =>
    (await (await server.signedIn(identity)).me.trips({ day: yesterday })).items;
  const only = async (identity: string, status: string) => {
    const found = (await trips(identity)).filter((trip) => trip.status === status);
    expect(found).toHaveLength(1);
    return found[0]?.activity ?? '';
  };
  const expectDayToAddUp = async () => {
    await server.platform.services.sealNow();
    const day = await (await server.signedIn('agency-demo')).audit.day(yesterday);
    expect(day.adds.map(({ holds }) => holds)).toEqual(day.adds.map(() => true));
    expect(day.sealed.milligrams).toBe(day.reductionMilligrams);
    return day.activities;
  };

  it('files one for a trip of one’s own, once, and lists it', async () => {
    const { me } = await server.signedIn('ctz_sim-lan');
    const activity = await only('ctz_sim-lan', 'refused');
    expect((await me.trip(activity)).reason?.code).toBe('ACTIVITIES_OVERLAPS');
    const appeal = { activity, statement: '那天我没有坐地铁，卡借给了家人' };
    const filed = await me.appeal(appeal, 'appeal-one');
    expect(filed).toMatchObject({ ...appeal, status: 'open' });
    expect(await me.appeal(appeal, 'appeal-one-again')).toEqual(filed);
    expect((await me.appeals()).items).toEqual([filed]);
    await expect(me.appeal({ ...appeal, statement: '再说一遍' }, 'appeal-two')).rejects.toMatchObject({
      code: 'INTAKE_APPEAL_EXISTS',
      status: 409,
    });
    const hai = (await server.signedIn('ctz_sim-hai')).me;
    await expect(hai.appeal(appeal, 'appeal-hai')).rejects.toMatchObject({ code: 'INTAKE_APPEAL_TRIP_UNKNOWN' });
    await expect(hai.trip(activity)).rejects.toMatchObject({ status: 404 });
  });

  it('upheld for a ride that lost: it counts, the other gives way, the balance and the ledger follow', async () => {
    const agency = await server.signedIn('agency-demo');
    const { items } = await agency.appeals.open();
    expect(items).toMatchObject([{ about: 'refused', reason: { code: 'ACTIVITIES_OVERLAPS' } }]);
    expect(JSON.stringify(items)).not.toContain('家人');
    const appeal = items[0]?.appeal ?? '';
    const seen = await agency.appeals.get(appeal, '处理申诉');
    expect(seen).toMatchObject({ trip: { mode: 'bike', status: 'refused' }, statement: expect.any(String) as string });
    expect(JSON.stringify(seen)).not.toContain('acc_');
    const before = await expectDayToAddUp();
    const decision = { decision: 'uphold', answer: '情况属实' } as const;
    const decided = await agency.appeals.decide(appeal, decision, 'decide-one');
    expect(decided).toMatchObject({ status: 'upheld', outcome: 'counted', answer: '情况属实' });
    expect(await agency.appeals.decide(appeal, decision, 'decide-one-again')).toEqual(decided);
    await expect(
      agency.appeals.decide(appeal, { decision: 'decline', answer: 'no' }, 'decide-other'),
    ).rejects.toMatchObject({ code: 'INTAKE_APPEAL_DECIDED' });
    const now = await trips('ctz_sim-lan');
    expect(now.map(({ mode, status, reason }) => `${mode} ${status} ${reason?.code ?? '-'}`).sort()).toEqual([
      'bike accepted -',
      'bike accepted -',
      'metro reversed ACTIVITIES_OVERLAPS',
    ]);
    const { me } = await server.signedIn('ctz_sim-lan');
    const earned = now
      .filter(({ status }) => status === 'accepted')
      .reduce((sum, trip) => sum + BigInt(trip.reductionMilligrams), 0n);
    expect((await me.get()).balanceMilligrams).toBe(String(earned));
    const after = await expectDayToAddUp();
    expect([after.accepted - before.accepted, after.refused - before.refused]).toEqual([1, -1]);
    expect((await me.appeals()).items).toMatchObject([{ status: 'upheld', answer: '情况属实' }]);
    expect((await agency.appeals.open()).items).toEqual([]);
  });

  it('decided ones stay in a list with who, when and why, and without the person’s words', async () => {
    const agency = await server.signedIn('agency-demo');
    const { items } = await agency.appeals.decided();
    expect(items).toMatchObject([
      { status: 'upheld', about: 'refused', answer: '情况属实', outcome: 'counted', decidedBy: 'agency-demo' },
    ]);
    expect(items[0]?.decidedAt).toBeGreaterThanOrEqual(items[0]?.createdAt ?? Infinity);
    expect(JSON.stringify(items)).not.toContain('家人');
    const { me } = await server.signedIn('ctz_sim-lan');
    expect(JSON.stringify(await me.appeals())).not.toContain('agency-demo');
  });

  it('upheld for a held ride: it counts, and the claim that stood in its way is taken back with it', async () => {
    const hai = (await server.signedIn('ctz_sim-hai')).me;
    const activity = await only('ctz_sim-hai', 'held');
    const filed = await hai.appeal({ activity, statement: '车是我骑的' }, 'appeal-held');
    const agency = await server.signedIn('agency-demo');
    const seen = await agency.appeals.get(filed.appeal, '核对车辆记录');
    expect(seen.heldAgainst).toMatchObject({ mode: 'bike', status: 'accepted' });
    const decision = { decision: 'uphold', answer: '以车辆记录为准', alsoReverse: true } as const;
    const decided = await agency.appeals.decide(filed.appeal, decision, 'decide-held');
    const { decidedAt } = decided;
    const after = {
      status: 'upheld',
      outcome: 'counted',
      answer: '以车辆记录为准',
      decidedBy: 'agency-demo',
      decidedAt,
    };
    expect(decided).toEqual({
      ...{ ...seen, ...after },
      trip: { ...seen.trip, status: 'accepted', record: decided.trip.record },
      heldAgainst: undefined,
    });
    expect(decided.trip.record).toMatch(/^rec_/);
    expect((await hai.trip(activity)).status).toBe('accepted');
    expect((await agency.appeals.decided()).items.map(({ answer }) => answer)).toEqual(['以车辆记录为准', '情况属实']);
    const reversed = (await trips('ctz_sim-lan')).filter(({ reason }) => reason?.code === 'ACTIVITIES_TAKEN_BACK');
    expect(reversed).toHaveLength(1);
    const again = { ...bikeOrder('rider-3', { day: yesterday, clock: '14:00', bike: 'bike-5' }) };
    await server.send('mobike-orders', [again]);
    expect((await expectDayToAddUp()).held).toBe(1);
  });

  it('stands in the trail with its reason, and the person sees who looked', async () => {
    const { body } = await server.operator('/v1/audit/trail');
    const { items } = body as { items: { action: string; reason?: string; person?: string }[] };
    expect(items.filter(({ action }) => action.startsWith('appeal-'))).toMatchObject([
      { action: 'appeal-upheld', reason: '以车辆记录为准', person: 'ctz_sim-hai' },
      { action: 'appeal-upheld', reason: '情况属实', person: 'ctz_sim-lan' },
    ]);
    const looks = await server.as('ctz_sim-hai', '/v1/me/looks');
    const own = (looks.body as { items: { action: string; reason?: string; actor: string }[] }).items;
    expect(own).toMatchObject([
      { actor: 'agency-demo', action: 'appeal-upheld', reason: '以车辆记录为准' },
      { actor: 'agency-demo', action: 'person-looked-at', reason: '核对车辆记录' },
    ]);
  });

  it('shows a decided case to whoever decides the same again, and writes that look down', async () => {
    const operator = await server.signedIn('operator-demo');
    const [held] = (await operator.appeals.decided()).items;
    const same = { decision: 'uphold', answer: '以车辆记录为准', alsoReverse: true } as const;
    expect(await operator.appeals.decide(held?.appeal ?? '', same, 'decide-again')).toMatchObject({ status: 'upheld' });
    const { body } = await server.as('ctz_sim-hai', '/v1/me/looks');
    expect((body as { items: readonly object[] }).items[0]).toMatchObject({
      ...{ actor: 'operator-demo', action: 'person-looked-at', reason: '以车辆记录为准' },
    });
  });

  it('is shown to nobody who does not say why, and that attempt leaves no look', async () => {
    const agency = await server.signedIn('agency-demo');
    const appeal = (await agency.appeals.decided()).items[0]?.appeal ?? '';
    const looks = async () => JSON.stringify((await server.as('ctz_sim-hai', '/v1/me/looks')).body);
    const before = await looks();
    for (const reason of ['', '   '])
      await expect(agency.appeals.get(appeal, reason)).rejects.toMatchObject({
        code: 'HTTP_REASON_MISSING',
        status: 400,
      });
    expect(await looks()).toBe(before);
  });

  it('is not for citizens to decide, and says what is missing', async () => {
    expect((await server.as('ctz_sim-hai', '/v1/appeals')).status).toBe(403);
    const decision = { decision: 'uphold', answer: 'x' };
    expect(await server.operator('/v1/appeals/apl_nothing/decision', decision)).toMatchObject({
      status: 404,
      body: { code: 'INTAKE_APPEAL_UNKNOWN' },
    });
    expect((await server.operator('/v1/appeals/apl_nothing/decision', { decision: 'maybe', answer: 'x' })).status).toBe(
      400,
    );
  });
});

describe('what a decision does', () => {
  const fixture = async () => {
    const ledger = ledgerFixture();
    await ledger.addCitizen(citizen);
    for (const source of draftSources)
      await bindAndCredit(ledger.deps, { citizen, source, name: 'card', consent, windowDays: 9 });
    const appeal = async (index: number, isUpheld: boolean, alsoReverse = false) => {
      const page = await ledger.activityIds();
      const activity = page[index] ?? '';
      return ledger.deps.store.unitOfWork(async (tx) => {
        const { key } = await fileAppeal(tx, { citizen, activity, statement: 'x', at: ledger.deps.clock.now() });
        return decideAppeal(tx, ledger.deps, { appeal: key, isUpheld, answer: 'y', by: 'somebody', alsoReverse });
      });
    };
    return { ledger, appeal };
  };

  it('takes a trip back that the person says is not his, and the steps that it hid come back', async () => {
    const { ledger, appeal } = await fixture();
    await ledger.take([steps('card', yesterday, 5_000)]);
    const whole = await ledger.balance(`citizen:${citizen}`);
    await ledger.take([walk('card', { day: yesterday, clock: '09:00' }, 2_000)], { source: 'drafts-two' });
    const { value } = await appeal(1, true);
    expect(value).toMatchObject({ about: 'accepted', outcome: 'taken-back' });
    expect(await ledger.balance(`citizen:${citizen}`)).toBe(whole);
  });

  it('leaves everything as it was where it is declined', async () => {
    const { ledger, appeal } = await fixture();
    await ledger.take([ride('card', { day: yesterday, clock: '08:00' })]);
    await ledger.take([ride('card', { day: yesterday, clock: '08:05' })], { source: 'drafts-two' });
    const before = await ledger.activities();
    expect((await appeal(1, false)).value).toMatchObject({ status: 'declined', outcome: 'unchanged' });
    expect(await ledger.activities()).toEqual(before);
  });

  it('does not go over the day’s cap, nor count the record of a source twice', async () => {
    const { ledger, appeal } = await fixture();
    const long = (clock: string) =>
      ride('card', { day: yesterday, clock, minutes: 170 }, { mode: 'bike', distanceMeters: 35_000 });
    await ledger.take([long('06:00'), long('12:00')]);
    await expect(appeal(1, true)).rejects.toMatchObject({ code: 'INTAKE_APPEAL_OVER_CAP' });
    const short = {
      ...ride('card', { day: yesterday, clock: '18:00' }, { mode: 'bike', distanceMeters: 50 }),
      sourceKey: 'one',
    };
    await ledger.take([short, { ...short, distanceMeters: 500 }]);
    await expect(appeal(2, true)).rejects.toMatchObject({ code: 'INTAKE_APPEAL_COUNTED_OTHERWISE' });
  });

  it('keeps days without overlap and within caps, and the books agree, whatever is appealed', async () => {
    const trip = fc.record({
      source: fc.constantFrom(...draftSources),
      hour: fc.constantFrom(6, 7, 8, 23),
      quarter: fc.nat(3),
      evidence: fc.constantFrom('measured' as const, 'provider' as const),
    });
    const scenario = fc.record({
      trips: fc.array(trip, { minLength: 2, maxLength: 10 }),
      appeals: fc.uniqueArray(fc.nat(9), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ trips, appeals }) => {
        const { ledger, appeal } = await fixture();
        for (const [at, { source, hour, quarter, evidence }] of trips.entries()) {
          const clock = `${String(hour).padStart(2, '0')}:${String(quarter * 15).padStart(2, '0')}`;
          const draft = ride('card', { day: yesterday, clock, minutes: 40 }, { evidence });
          await ledger.take([{ ...draft, sourceKey: String(at) }], { source });
        }
        for (const index of appeals) if (index < trips.length) await appeal(index, true);
        const books = [];
        let credited = 0n;
        for (const day of [yesterday, today]) {
          for (const source of draftSources) {
            const lines = await ledger.lines('card', day, source);
            books.push(openDayBook(source, day, { version: 1, value: { day, lines } }));
            credited += lines.reduce((sum, { s, mg }) => (s === 'a' ? sum + BigInt(mg ?? 0) : sum), 0n);
          }
        }
        expect(reconcile(books)).toEqual([]);
        expect(await ledger.balance(`citizen:${citizen}`)).toBe(credited);
        expect(await ledger.totals()).toBe(credited);
        const all = await ledger.activities();
        const accepted = all.filter(({ status }) => status === 'accepted').length;
        const counts = [await ledger.counted(yesterday), await ledger.counted(today)];
        const sum = (of: (one: (typeof counts)[number]) => number) => counts.reduce((total, one) => total + of(one), 0);
        expect([
          sum(({ accepted: counted, reversed }) => counted - reversed),
          sum(({ accepted: counted, refused }) => counted + refused),
        ]).toEqual([accepted, all.length]);
        const records = await ledger.records();
        expect(new Set(records.map(({ nullifier }) => nullifier)).size).toBe(records.length);
      }),
      { numRuns: 30 },
    );
  });
});
