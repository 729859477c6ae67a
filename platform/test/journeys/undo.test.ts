import { createClient } from '@tanhui/sdk/client';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf, clawbackAccount, postTransfer } from '../../src/accounts/index.ts';
import { checkTrail, trailEntries } from '../../src/audit/index.ts';
import { programmeDayKey, programmeDays } from '../../src/carbon/index.ts';
import { consentText, unclaimedAccount } from '../../src/identity/index.ts';
import {
  beginErasure,
  beginUndo,
  bindAndCredit,
  decideAppeal,
  eraseStep,
  fileAppeal,
  finishRun,
  runs,
  runTraces,
  undoAbandoned,
  undoSteps,
} from '../../src/intake/index.ts';
import { ride } from '../support/drafts.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import type { LedgerFixture } from '../support/ledger.ts';
import type { TestServer } from '../support/server.ts';
import { bikeOrder, metroTrip, startServer } from '../support/server.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const yesterday = addDays(today, -1);
const consent = consentText.version;
const reason = 'the file of another month';

describe('undoing an import over HTTP', () => {
  let server: TestServer;
  let wrong: string;
  const orders = [
    bikeOrder('rider-1', { day: yesterday, clock: '08:00' }),
    bikeOrder('rider-2', { day: yesterday, clock: '09:00', bike: 'bike-9' }),
    bikeOrder('rider-3', { day: yesterday, clock: '09:00', bike: 'bike-9' }),
    { ...bikeOrder('rider-1', { day: yesterday, clock: '15:00' }), track_m: '90000' },
  ];

  const open = async (source: string) =>
    ((await server.operator('/v1/runs', { source, programme: 'qingdao-demo' })).body as { readonly run: string }).run;
  const undo = (run: string, identity = 'operator-demo') => server.as(identity, `/v1/runs/${run}/reversal`, { reason });
  const gramsOf = async () => (await (await server.signedIn('ctz_sim-lan')).me.get()).balanceMilligrams;

  beforeAll(async () => {
    server = await startServer();
    const lan = (await server.signedIn('ctz_sim-lan')).me;
    await lan.bindAccount({ source: 'mobike-orders', account: 'rider-1', consent });
    wrong = await open('mobike-orders');
    expect((await server.send('mobike-orders', orders, wrong)).map(({ outcome }) => outcome)).toEqual([
      'used',
      'used',
      'used',
      'refused',
    ]);
  });
  afterAll(() => server.stop());

  it('waits until the run has ended, needs a reason, and is its owner’s or an operator’s to ask', async () => {
    expect(await undo(wrong)).toMatchObject({ status: 409, body: { code: 'INTAKE_RUN_RUNNING' } });
    await server.operator(`/v1/runs/${wrong}/finish`, {});
    expect(await server.as('operator-demo', `/v1/runs/${wrong}/reversal`, { reason: ' ' })).toMatchObject({
      status: 400,
    });
    expect(await undo(wrong, 'ctz_sim-lan')).toMatchObject({ status: 403 });
    expect(await undo('run_of_nobody')).toMatchObject({ status: 404, body: { code: 'INTAKE_RUN_UNKNOWN' } });
    const { access } = await server.signedIn('operator-demo');
    const other = { role: 'partner' as const, subject: 'another-partner', label: 'of a test' };
    const { secret } = await access.issue(other, 'another-partner-of-tests');
    const answer = await fetch(`${server.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
    });
    const { token } = (await answer.json()) as { readonly token: string };
    const partner = createClient({ baseUrl: server.url, locale: 'en', token });
    await expect(partner.runs.undo(wrong, reason, 'a-key-of-another')).rejects.toMatchObject({ status: 404 });
    const { run } = await partner.runs.open({ source: 'metro-trips', programme: 'qingdao-demo' });
    await partner.runs.send({ run, source: 'metro-trips' }, [
      { line: 1, fields: metroTrip('card-9', { day: yesterday, clock: '20:00' }) },
    ]);
    await partner.runs.finish(run);
    expect(await partner.runs.undo(run, reason, 'a-key-of-its-own')).toMatchObject({
      ...{ state: 'done', by: 'another-partner', reversedRecords: 1 },
    });
    expect(await gramsOf()).not.toBe('0');
  });

  it('takes back what counts and withdraws the rest, once, and says who, why and how much', async () => {
    const before = await gramsOf();
    const { status, body } = await undo(wrong);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'done', by: 'operator-demo', reason, batchesLeft: 0 });
    expect(body).toMatchObject({ reversedRecords: 2, withdrawnTrips: 1, endedRecords: 0, restoredTrips: 0 });
    expect(body).toMatchObject({ reversedMilligrams: String(2n * BigInt(before)) });
    expect(await undo(wrong)).toEqual({ status, body });
    expect(await gramsOf()).toBe('0');
    const { runs: ownRuns } = await server.signedIn('operator-demo');
    expect((await ownRuns.get(wrong)).reversal).toEqual(body);
    const trips = (await (await server.signedIn('ctz_sim-lan')).me.trips({ day: yesterday })).items;
    expect(trips).toMatchObject([{ status: 'reversed', reason: { code: 'ACTIVITIES_RUN_REVERSED' } }]);
    const day = await (await server.signedIn('agency-demo')).audit.day(yesterday);
    expect(day.adds.map(({ holds }) => holds)).toEqual([true, true, true]);
    expect(day.activities).toEqual({ accepted: 3, held: 0, refused: 2, reversed: 3 });
    expect(day.reductionMilligrams).toBe('0');
    expect(day.sealed.milligrams).toBe('0');
  });

  it('stands in the trail once, with its reason', async () => {
    const { store } = server.platform.services;
    const lines = (await everything(store, trailEntries)).filter(({ value }) => value.action === 'run-reversed');
    expect(lines.map(({ value }) => value)).toMatchObject([
      { actor: 'another-partner', role: 'partner', reason },
      { subject: wrong, actor: 'operator-demo', reason },
    ]);
    expect(await checkTrail(store, today)).toMatchObject({ isWhole: true });
  });

  it('takes no more records into the run, and the same records into another', async () => {
    const refused = await server.operator(`/v1/sources/mobike-orders/records?run=${wrong}`, orders);
    expect(refused).toMatchObject({ status: 409, body: { code: 'INTAKE_RUN_REVERSED' } });
    const again = await open('mobike-orders');
    const outcomes = await server.send('mobike-orders', orders, again);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['used', 'used', 'used', 'refused']);
    expect(await gramsOf()).not.toBe('0');
    await expectBooksToAgree(server.platform.services.store, 'qingdao-demo');
  });

  it('leaves what is sent without a run to go on, in another of the day', async () => {
    const trip = (clock: string) => metroTrip('card-live', { day: yesterday, clock });
    await server.send('metro-trips', [trip('06:00')]);
    const { runs: all } = await server.signedIn('operator-demo');
    const newest = async () => (await all.list()).items[0]?.run ?? '';
    const first = await newest();
    await server.operator(`/v1/runs/${first}/finish`, {});
    expect(await undo(first)).toMatchObject({ body: { state: 'done', reversedRecords: 1 } });
    const sent = await server.send('metro-trips', [trip('06:00'), trip('07:00')]);
    expect(sent.map(({ outcome }) => outcome)).toEqual(['used', 'used']);
    const second = await newest();
    expect(second).not.toBe(first);
    await server.send('metro-trips', [trip('21:00')]);
    expect((await all.get(second)).counts.records).toMatchObject({ read: 3, used: 3 });
  });

  it('is told to the operator while something is still to be taken back', async () => {
    const run = await open('metro-trips');
    await server.send('metro-trips', [metroTrip('card-slow', { day: yesterday, clock: '12:00' })], run);
    await server.operator(`/v1/runs/${run}/finish`, {});
    const { store, intake } = server.platform.services;
    await store.unitOfWork((tx) => beginUndo(tx, intake, { run, by: 'operator-demo', reason }));
    const { operations } = await server.signedIn('operator-demo');
    expect((await operations.stuck(0)).undos).toMatchObject([
      { run, source: 'metro-trips', programme: 'qingdao-demo', batches: 1, batchesLeft: 1 },
    ]);
    expect((await operations.stuck(5)).undos).toEqual([]);
    await undoSteps(intake, run, 100);
    expect((await operations.stuck(0)).undos).toEqual([]);
  });

  it('lets a trip of another source count again that had given way', async () => {
    const lan = (await server.signedIn('ctz_sim-lan')).me;
    const before = await gramsOf();
    const metro = await open('metro-trips');
    await server.send('metro-trips', [metroTrip('card-77', { day: yesterday, clock: '08:00' })], metro);
    await server.operator(`/v1/runs/${metro}/finish`, {});
    // The overlap is found when the card is bound: no unit of the run itself took the ride's place.
    expect(await lan.bindAccount({ source: 'metro-trips', account: 'card-77', consent })).toMatchObject({
      binding: { reversedTrips: 1 },
    });
    expect(await undo(metro)).toMatchObject({ body: { state: 'done', reversedRecords: 1, restoredTrips: 1 } });
    expect(await gramsOf()).toBe(before);
    await expectBooksToAgree(server.platform.services.store, 'qingdao-demo');
  });
});

describe('undoing a run', () => {
  const when = (clock: string) => ({ day: yesterday, clock });
  const unclaimed = unclaimedAccount(programme);
  const run = 'run_1';

  async function withRun(drafts = [ride('card', when('08:00')), ride('card', when('10:00'))]): Promise<LedgerFixture> {
    const ledger = ledgerFixture();
    await ledger.take(drafts, { run });
    await finishRun(ledger.deps.store, run, ledger.deps.clock.now());
    return ledger;
  }

  function begin({ deps }: LedgerFixture): Promise<boolean> {
    return deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run, by: 'x', reason }));
  }

  it('claws back what was spent: the next grams fill that first', async () => {
    const ledger = await withRun();
    const { deps } = ledger;
    const owner = 'citizen:ctz_one';
    await ledger.addCitizen('ctz_one');
    await bindAndCredit(deps, { citizen: 'ctz_one', source: 'drafts-one', name: 'card', consent, windowDays: 5 });
    const earned = await ledger.balance(owner);
    await deps.store.unitOfWork((tx) =>
      postTransfer(tx, {
        ...{ id: 'txn_burn', at: 1, kind: 'redemption' },
        legs: [
          { account: owner, asset: 'milligrams', amount: -earned },
          { account: 'burned:x', asset: 'milligrams', amount: earned },
        ],
      }),
    );
    await begin(ledger);
    await undoSteps(deps, run, 100);
    expect(await balanceOf(deps.store, owner, 'milligrams')).toMatchObject({ amount: 0n, owed: earned });
    expect(await ledger.balance(clawbackAccount(owner))).toBe(-earned);
    await expectBooksToAgree(deps.store, programme);
    await ledger.take([ride('card', when('12:00'))]);
    expect(await balanceOf(deps.store, owner, 'milligrams')).toMatchObject({ amount: 0n, owed: earned / 2n });
  });

  it('seals what concerns a closed day into the running one', async () => {
    const ledger = await withRun();
    const { store } = ledger.deps;
    const earned = await ledger.balance(unclaimed);
    const closed = programmeDayKey(programme, yesterday);
    await store.unitOfWork(async (tx) => {
      const stored = await tx.get(programmeDays, closed);
      if (stored !== undefined)
        await tx.replaceMany(programmeDays, [{ ...stored, value: { ...stored.value, closedAt: 1 } }]);
    });
    await begin(ledger);
    await undoSteps(ledger.deps, run, 100);
    const days = await everything(store, programmeDays);
    expect(days.map(({ key, value: { totals } }) => [key, totals.milligrams, totals.activities.reversed])).toEqual([
      [closed, String(earned), 0],
      [programmeDayKey(programme, today), String(-earned), 2],
    ]);
    expect(await ledger.balance(unclaimed)).toBe(0n);
  });

  it('leaves a withdrawn trip without appeal', async () => {
    const ledger = await withRun();
    await ledger.addCitizen('ctz_one');
    await bindAndCredit(ledger.deps, {
      citizen: 'ctz_one',
      source: 'drafts-one',
      name: 'card',
      consent,
      windowDays: 5,
    });
    await begin(ledger);
    await undoSteps(ledger.deps, run, 100);
    const [activity = ''] = await ledger.activityIds();
    const { store } = ledger.deps;
    const filed = { citizen: 'ctz_one', activity, statement: 'x', at: 1 };
    const { key } = await store.unitOfWork((tx) => fileAppeal(tx, filed));
    const decision = { appeal: key, answer: 'x', by: 'x', alsoReverse: false };
    const decide = (isUpheld: boolean) =>
      store.unitOfWork((tx) => decideAppeal(tx, ledger.deps, { ...decision, isUpheld }));
    await expect(decide(true)).rejects.toMatchObject({ code: 'INTAKE_APPEAL_RUN_REVERSED' });
    expect((await decide(false)).value).toMatchObject({ status: 'declined', outcome: 'unchanged' });
  });

  it('goes on by itself once nobody has taken a step for a while, and then without a rest', async () => {
    const ledger = await withRun(Array.from({ length: 950 }, (_, at) => ride(`card-${String(at)}`, when('08:00'))));
    const more = Array.from({ length: 12 }, (_, at) => ride('card', when(`${String(at + 9).padStart(2, '0')}:00`)));
    const another = 'run_2';
    for (const draft of more) await ledger.take([draft], { run: another });
    await finishRun(ledger.deps.store, another, ledger.deps.clock.now());
    const { store } = ledger.deps;
    const reversalOf = async (id: string) => (await store.get(runs, id))?.value.reversal;
    await begin(ledger);
    await store.unitOfWork((tx) => beginUndo(tx, ledger.deps, { run: another, by: 'x', reason }));
    expect(await undoAbandoned(ledger.deps)).toBeUndefined();
    ledger.advance(16_000);
    expect(await undoAbandoned(ledger.deps)).toBe(run);
    expect(await reversalOf(run)).toMatchObject({ records: 950, batchesLeft: 0 });
    // A dozen units are more than a turn: what was taken up goes on although its last step was just now.
    expect(await undoAbandoned(ledger.deps, run)).toBe(another);
    expect(await reversalOf(another)).toMatchObject({ records: 9 });
    expect(await undoAbandoned(ledger.deps)).toBeUndefined();
    expect(await undoAbandoned(ledger.deps, another)).toBe(another);
    expect(await reversalOf(another)).toMatchObject({ records: 12, batchesLeft: 0 });
    expect(await undoAbandoned(ledger.deps, another)).toBeUndefined();
    expect(await ledger.totals()).toBe(0n);
  });

  it('takes one of thousands of trips back in units of some hundred, and leaves nothing behind', async () => {
    const drafts = Array.from({ length: 950 }, (_, at) => ride(`card-${String(at)}`, when('08:00')));
    const ledger = await withRun(drafts);
    await begin(ledger);
    let steps = 0;
    for (let isDone = false; !isDone; steps += 1) {
      isDone = (await undoSteps(ledger.deps, run, 1)).reversal?.finishedAt !== undefined;
    }
    expect(steps).toBe(1 + 3 + 1);
    expect((await ledger.deps.store.get(runs, run))?.value.reversal).toMatchObject({ records: 950 });
    expect(await ledger.totals()).toBe(0n);
    expect(await ledger.deps.store.approximateCount(runTraces)).toBe(0);
  });

  it('leaves the trips of a person who is being erased to the erasure', async () => {
    const ledger = await withRun([ride('card', when('08:00')), ride('other', when('08:00'))]);
    const { deps } = ledger;
    await ledger.addCitizen('ctz_one');
    await bindAndCredit(deps, { citizen: 'ctz_one', source: 'drafts-one', name: 'card', consent, windowDays: 5 });
    await deps.store.unitOfWork((tx) => beginErasure(tx, deps, { citizen: 'ctz_one', programmes: [programme] }));
    await begin(ledger);
    expect((await undoSteps(deps, run, 100)).reversal).toMatchObject({ records: 1, batchesLeft: 0 });
    while (await eraseStep(deps));
    expect(await ledger.activities()).toMatchObject([{ status: 'reversed', code: 'ACTIVITIES_RUN_REVERSED' }]);
    expect(await ledger.balance(unclaimed)).toBe(0n);
  });

  it('is refused for a run that left no trace', async () => {
    const ledger = await withRun();
    const { store } = ledger.deps;
    const traces = (await everything(store, runTraces)).map(({ key }) => key);
    await store.unitOfWork((tx) => tx.removeMany(runTraces, traces));
    await expect(begin(ledger)).rejects.toMatchObject({ code: 'INTAKE_RUN_WITHOUT_TRACE' });
  });
});
