import type { ActivityDraft } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claims } from '../../src/activities/index.ts';
import { consentText } from '../../src/identity/index.ts';
import {
  beginErasure,
  beginUndo,
  bindAndCredit,
  decideAppeal,
  fileAppeal,
  finishErasure,
  finishRun,
  undoSteps,
} from '../../src/intake/index.ts';
import type { DocumentStore, Transaction } from '../../src/storage/index.ts';
import { at, ride } from '../support/drafts.ts';
import type { LedgerFixture } from '../support/ledger.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import type { TestServer } from '../support/server.ts';
import { bikeOrder, startServer } from '../support/server.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const [eve, before, after] = [addDays(today, -3), addDays(today, -2), addDays(today, -1)];
const consent = consentText.version;
const held = 'ACTIVITIES_SAME_JOURNEY_ELSEWHERE';

describe('over HTTP, a journey that ends behind midnight and its twin that ends before', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer();
    for (const [identity, account] of [
      ['ctz_sim-lan', 'one'],
      ['ctz_sim-hai', 'other'],
    ] as const)
      for (const source of ['mobike-orders', 'gps-track'])
        await (await server.signedIn(identity)).me.bindAccount({ source, account, consent });
  });
  afterAll(() => server.stop());

  const tripsOf = async (identity: string, mode: string) => {
    const { me } = await server.signedIn(identity);
    const days = await Promise.all([eve, before, after].map(async (day) => (await me.trips({ day })).items));
    return days.flat().filter((trip) => trip.mode === mode);
  };
  const became = async (mode: string) =>
    Promise.all(
      ['ctz_sim-lan', 'ctz_sim-hai'].map(async (identity) =>
        (await tripsOf(identity, mode)).map(({ status, reason }) => [status, reason?.code]),
      ),
    );

  /** A point a minute on one way, up to a clock time. */
  const track = (user: string, minutes: number) =>
    Array.from({ length: minutes + 1 }, (_, minute) => ({
      ...{ user_id: user, timestamp: new Date(at(before, '23:31') + minute * 60_000).toISOString() },
      ...{ latitude: String(36.06 + minute * 0.0007), longitude: '120.38', stop: 'FALSE', mode: 'Walk' },
    }));
  const sendTrack = async (user: string, minutes: number) => {
    const { body } = await server.operator('/v1/runs', { source: 'gps-track', programme });
    const { run } = body as { readonly run: string };
    await server.send('gps-track', track(user, minutes), run);
    await server.operator(`/v1/runs/${run}/finish`, {});
  };

  it('are one track: the second is held', async () => {
    await sendTrack('one', 30);
    await sendTrack('other', 28);
    expect(await became('walk')).toEqual([[['accepted', undefined]], [['held', held]]]);
  });

  it('are one bike: the second is held, also where that is the longer one', async () => {
    const order = (user: string, end: string) => ({
      ...bikeOrder(user, { day: eve, clock: '23:31', bike: 'bike-7' }),
      end_time: end,
    });
    await server.send('mobike-orders', [order('one', `${eve} 23:59`)]);
    await server.send('mobike-orders', [order('other', `${before} 00:01`)]);
    expect(await became('bike')).toEqual([[['accepted', undefined]], [['held', held]]]);
  });

  it('the appeal of the held one shows the other, which is taken back with it', async () => {
    const { me } = await server.signedIn('ctz_sim-hai');
    const agency = await server.signedIn('agency-demo');
    const [trip] = await tripsOf('ctz_sim-hai', 'walk');
    const { appeal } = await me.appeal({ activity: trip?.activity ?? '', statement: '是我走的' }, 'appeal-track');
    const seen = await agency.appeals.get(appeal, '核对轨迹');
    expect(seen.heldAgainst).toMatchObject({ mode: 'walk', status: 'accepted', endedAt: at(after, '00:01') });
    await agency.appeals.decide(appeal, { decision: 'uphold', answer: '属实', alsoReverse: true }, 'decide-track');
    expect(await became('walk')).toEqual([[['reversed', 'ACTIVITIES_TAKEN_BACK']], [['accepted', undefined]]]);
    await sendTrack('third', 30);
    const { activities } = await (await server.signedIn('agency-demo')).audit.day(after);
    expect(activities).toEqual({ accepted: 1, refused: 0, held: 1, reversed: 1 });
  });
});

/** From 23:31 on one bike, to 00:01 or to 23:59. */
const bike = { mode: 'bike', evidence: 'provider', vehicle: 'bike-1', distanceMeters: 3_000 } as const;
const late = (account: string, change: Partial<ActivityDraft> = {}) =>
  ride(account, { day: before, clock: '23:31', minutes: 30 }, { ...bike, ...change });
const early = (account: string, change: Partial<ActivityDraft> = {}) =>
  ride(account, { day: before, clock: '23:31', minutes: 28 }, { ...bike, ...change });

const statuses = async (ledger: LedgerFixture) => (await ledger.activities()).map(({ status }) => status);
const claimed = async ({ deps }: LedgerFixture) =>
  (await everything(deps.store, claims)).map(({ key, value }) => [
    key.slice(0, 10),
    ...value.claims.map(({ activity, day }) => [activity, day]),
  ]);

describe('a claim', () => {
  it('stands on the days that its journey touches and says its own day where that is another', async () => {
    const ledger = ledgerFixture();
    await ledger.take([early('a')]);
    expect(await claimed(ledger)).toEqual([[before, [1, undefined]]]);
    const other = ledgerFixture();
    await other.take([late('b')]);
    expect(await claimed(other)).toEqual([
      [before, [1, after]],
      [after, [1, undefined]],
    ]);
  });

  it('is not taken for that of the same number on the other day', async () => {
    const ledger = ledgerFixture();
    // The first activity of either day: that of the day before is of the account that rides in vain.
    await ledger.take([ride('twin', { day: before, clock: '08:00' }), late('rider')]);
    await ledger.take([early('twin')]);
    const [morning, twin, rider] = await ledger.activities();
    const [, , against] = await ledger.activityIds();
    expect([morning?.status, twin?.status, rider?.status]).toEqual(['accepted', 'held', 'accepted']);
    expect(twin?.claim?.against).toBe(against);
  });

  it('holds nobody up once its ride was undone', async () => {
    const ledger = ledgerFixture();
    const { deps } = ledger;
    await ledger.take([late('a')], { run: 'run_1' });
    await finishRun(deps.store, 'run_1', deps.clock.now());
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run: 'run_1', by: 'x', reason: 'x' }));
    await undoSteps(deps, 'run_1', 100);
    expect((await ledger.take([early('b')])).counts.activities).toMatchObject({ accepted: { bike: 1 }, held: {} });
    await expectBooksToAgree(deps.store, programme);
  });

  it('goes on holding its journey on both days once its account is erased', async () => {
    const ledger = ledgerFixture();
    const { store } = ledger.deps;
    await ledger.addCitizen('ctz_one');
    await bindAndCredit(ledger.deps, { citizen: 'ctz_one', source: 'drafts-one', name: 'a', consent, windowDays: 9 });
    await ledger.take([late('a')]);
    const request = { citizen: 'ctz_one', programmes: [programme] };
    await finishErasure(ledger.deps, await store.unitOfWork((tx) => beginErasure(tx, ledger.deps, request)));
    expect((await ledger.take([early('b'), late('c')])).counts.activities.held).toEqual({ [held]: 2 });
  });

  it('of a held ride that counts after all stands on both days, also one that was held before claims did', async () => {
    const ledger = ledgerFixture();
    const { deps } = ledger;
    await ledger.addCitizen('ctz_one');
    await bindAndCredit(deps, { citizen: 'ctz_one', source: 'drafts-one', name: 'b', consent, windowDays: 9 });
    await ledger.take([late('a')]);
    await ledger.take([late('b')]);
    const [, activity = ''] = await ledger.activityIds();
    const [, ride] = await ledger.activities();
    // What is kept with a held ride is what always was: the keys of its own day.
    expect(ride?.claim?.keys.map((key) => key.slice(0, 10))).toEqual([after]);
    await deps.store.unitOfWork(async (tx) => {
      const { key } = await fileAppeal(tx, { citizen: 'ctz_one', activity, statement: 'x', at: deps.clock.now() });
      await decideAppeal(tx, deps, { appeal: key, isUpheld: true, answer: 'y', by: 'z', alsoReverse: true });
    });
    expect(await claimed(ledger)).toEqual([
      [before, [1, after], [2, after]],
      [after, [1, undefined], [2, undefined]],
    ]);
    expect((await ledger.take([early('c')])).counts.activities.held).toEqual({ [held]: 1 });
    expect(await statuses(ledger)).toEqual(['held', 'reversed', 'accepted']);
    await expectBooksToAgree(deps.store, programme);
  });

  it('keeps a ride that gave way from counting again beside the same one on another account', async () => {
    const ledger = ledgerFixture();
    const { deps } = ledger;
    await ledger.take([late('a')]);
    await ledger.take([ride('a', { day: before, clock: '23:30', minutes: 40 })], { run: 'run_1' });
    await ledger.take([early('b')]);
    expect(await statuses(ledger)).toEqual(['accepted', 'reversed', 'accepted']);
    await finishRun(deps.store, 'run_1', deps.clock.now());
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run: 'run_1', by: 'x', reason: 'x' }));
    await undoSteps(deps, 'run_1', 100);
    expect(await statuses(ledger)).toEqual(['accepted', 'reversed', 'reversed']);
    await expectBooksToAgree(deps.store, programme);
  });

  it('is left by a ride that was refused and counts after all', async () => {
    const ledger = ledgerFixture();
    const { deps } = ledger;
    await ledger.addCitizen('ctz_one');
    await bindAndCredit(deps, { citizen: 'ctz_one', source: 'drafts-one', name: 'a', consent, windowDays: 9 });
    await ledger.take([ride('a', { day: before, clock: '23:31', minutes: 28 })]);
    await ledger.take([late('a')]);
    expect(await statuses(ledger)).toEqual(['accepted', 'refused']);
    const [, activity = ''] = await ledger.activityIds();
    await deps.store.unitOfWork(async (tx) => {
      const { key } = await fileAppeal(tx, { citizen: 'ctz_one', activity, statement: 'x', at: deps.clock.now() });
      await decideAppeal(tx, deps, { appeal: key, isUpheld: true, answer: 'y', by: 'z', alsoReverse: false });
    });
    expect((await ledger.take([early('b')])).counts.activities.held).toEqual({ [held]: 1 });
    await expectBooksToAgree(deps.store, programme);
  });

  it('that an earlier version left is one of the day of its key', async () => {
    const ledger = ledgerFixture();
    await ledger.take([late('a')]);
    const { store } = ledger.deps;
    const stored = await everything(store, claims);
    await store.unitOfWork((tx) =>
      tx.removeMany(
        claims,
        stored.flatMap(({ key }) => (key.startsWith(before) ? [key] : [])),
      ),
    );
    expect((await ledger.take([early('b'), late('c')])).counts.activities).toMatchObject({
      accepted: { bike: 1 },
      held: { [held]: 1 },
    });
  });
});

/** Whoever asks a store for claims is written down with the keys. */
function watched(store: DocumentStore, asked: (readonly string[])[]): DocumentStore {
  const watching = (tx: Transaction): Transaction => ({
    ...tx,
    getMany: (collection, keys) => {
      if (collection.name === claims.name) asked.push(keys);
      return tx.getMany(collection, keys);
    },
  });
  return { ...store, unitOfWork: (work) => store.unitOfWork((tx) => work(watching(tx))) };
}

it('metro trips ask for no claims, and a ride within a day for those of its day alone', async () => {
  const ledger = ledgerFixture();
  const asked: (readonly string[])[] = [];
  Object.assign(ledger.deps, { store: watched(ledger.deps.store, asked) });
  await ledger.take([ride('a', { day: before, clock: '23:31', minutes: 30 })]);
  expect(asked).toEqual([]);
  await ledger.take([early('b')]);
  await ledger.take([late('c')]);
  expect(asked.map((keys) => keys.map((key) => key.slice(0, 10)))).toEqual([[before], [after, before]]);
});
