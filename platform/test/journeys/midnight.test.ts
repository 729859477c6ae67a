import type { ActivityDraft, Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { dayBookKey, dayBooks } from '../../src/activities/index.ts';
import { parseSequenceId, programmeDayKey, programmeDays } from '../../src/carbon/index.ts';
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
import type { DraftSource } from '../support/drafts.ts';
import { at, charge, ride, steps, walk } from '../support/drafts.ts';
import type { LedgerFixture } from '../support/ledger.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const back = (days: number) => addDays(today, -days);
const [before, after] = [back(2), back(1)];
const citizen = 'ctz_one';

/** 22:30 to 23:58, and 22:40 to 00:05 of the next day. */
const early = (account: string, change: Partial<ActivityDraft> = {}) =>
  ride(account, { day: before, clock: '22:30', minutes: 88 }, change);
const late = (account: string, change: Partial<ActivityDraft> = {}) =>
  ride(account, { day: before, clock: '22:40', minutes: 85 }, change);
const weak = { mode: 'bike', evidence: 'provider', distanceMeters: 3_000 } as const;

async function bind(
  ledger: LedgerFixture,
  accounts: readonly (readonly [name: string, source: DraftSource])[],
  windowDays = 9,
): Promise<number> {
  let reversed = 0;
  for (const [name, source] of accounts) {
    const request = { citizen, source, name, consent: consentText.version, windowDays };
    reversed += (await bindAndCredit(ledger.deps, request)).reversedTrips;
  }
  return reversed;
}

async function withCitizen(accounts: Parameters<typeof bind>[1]): Promise<LedgerFixture> {
  const ledger = ledgerFixture();
  await ledger.addCitizen(citizen);
  await bind(ledger, accounts);
  return ledger;
}

const codes = async (ledger: LedgerFixture) =>
  (await ledger.activities()).map(({ mode, status, code }) => [mode, status, code ?? '-'].join(' '));

async function close({ deps }: LedgerFixture, day: Day): Promise<void> {
  const key = programmeDayKey(programme, day);
  await deps.store.unitOfWork(async (tx) => {
    const stored = await tx.get(programmeDays, key);
    if (stored !== undefined)
      await tx.replaceMany(programmeDays, [{ ...stored, value: { ...stored.value, closedAt: 1 } }]);
  });
}

describe('two rides of one account across midnight', () => {
  const orders: readonly [string, readonly (readonly ActivityDraft[])[]][] = [
    ['in one batch', [[early('u'), late('u')]]],
    ['in one batch, the later day first', [[late('u'), early('u')]]],
    ['in two batches', [[early('u')], [late('u')]]],
    ['in two batches, the later day first', [[late('u')], [early('u')]]],
  ];

  it.each(orders)('are one too many, %s', async (_, batches) => {
    const ledger = ledgerFixture();
    let [used, refused] = [0, 0];
    for (const batch of batches) {
      const { counts } = await ledger.take(batch);
      used += counts.records.used;
      refused += counts.records.refused;
    }
    expect([used, refused]).toEqual([1, 1]);
    expect((await codes(ledger)).sort()).toEqual(['metro accepted -', 'metro refused ACTIVITIES_OVERLAPS']);
    await expectBooksToAgree(ledger.deps.store, programme);
  });

  it('leave the one with the stronger evidence, and what gave way is reversed in its own day', async () => {
    const ledger = ledgerFixture();
    await ledger.take([early('u', weak)]);
    await ledger.take([late('u')]);
    expect(await codes(ledger)).toEqual(['bike reversed ACTIVITIES_OVERLAPS', 'metro accepted -']);
    expect([await ledger.counted(before), await ledger.counted(after)]).toMatchObject([
      { accepted: 1, reversed: 1 },
      { accepted: 1, reversed: 0 },
    ]);
    const other = ledgerFixture();
    await other.take([late('u', weak)]);
    await other.take([early('u')]);
    expect(await codes(other)).toEqual(['metro accepted -', 'bike reversed ACTIVITIES_OVERLAPS']);
    for (const { deps } of [ledger, other]) await expectBooksToAgree(deps.store, programme);
  });

  it.each(['with another trip of that day in the batch', 'alone'])(
    'seal a reversal into the running day where that of the weaker one is closed, %s',
    async (how) => {
      const ledger = ledgerFixture();
      await ledger.take([early('u', weak)]);
      await close(ledger, before);
      const more = how === 'alone' ? [] : [ride('v', { day: before, clock: '09:00' })];
      await ledger.take([late('u'), ...more]);
      expect((await ledger.records()).map(({ id, kind }) => [parseSequenceId(id)?.day, kind])).toEqual([
        [before, 'record'],
        [after, 'record'],
        [today, 'reversal'],
      ]);
      await expectBooksToAgree(ledger.deps.store, programme);
    },
  );

  it('are found by a tap on the earlier day that lies inside', async () => {
    const ledger = ledgerFixture();
    await ledger.take([late('u')]);
    const instant = at(before, '23:50');
    const tap = ride(
      'u',
      { day: before, clock: '23:50', minutes: 0 },
      { mode: 'bus', evidence: 'default', occupies: { kind: 'point', at: instant, group: 'travel' } },
    );
    expect((await ledger.take([tap])).outcomes).toMatchObject([{ code: 'ACTIVITIES_OVERLAPS' }]);
  });

  it('give the steps of the earlier day back what was walked in a walk that gives way', async () => {
    const ledger = ledgerFixture();
    await ledger.take([
      steps('u', before, 8_000),
      { ...walk('u', { day: before, clock: '22:50' }, 2_000), evidence: 'provider' },
    ]);
    const credited = async () => (await ledger.lines('u', before)).find(({ f }) => f === undefined)?.c;
    expect(await credited()).toBe(6_000);
    await ledger.take([late('u')]);
    expect(await credited()).toBe(8_000);
    await expectBooksToAgree(ledger.deps.store, programme);
  });
});

describe('a charge of sixty hours', () => {
  const began = at(back(4), '20:00');
  const long = (account: string, change: Partial<ActivityDraft> = {}) =>
    charge(account, { from: began, hours: 60 }, change);
  const short = (account: string, day: Day, change: Partial<ActivityDraft> = {}) =>
    charge(account, { from: at(day, '06:00'), hours: 1 }, change);

  it('leaves no room for another on any of its days, whichever account of the person it is on', async () => {
    const accounts = [
      ['u', 'drafts-one'],
      ['v', 'drafts-two'],
    ] as const;
    const ledger = await withCitizen(accounts);
    await ledger.take([long('u')]);
    for (const [name, source] of accounts) {
      const { outcomes } = await ledger.take([short(name, back(3)), short(name, back(2))], { source });
      expect(outcomes.map((one) => one.outcome)).toEqual(['refused', 'refused']);
    }
    const free = [short('v', back(4)), charge('v', { from: at(back(1), '08:00'), hours: 20 })];
    const { counts } = await ledger.take(free, { source: 'drafts-two' });
    expect(counts.records).toMatchObject({ used: 2 });
    await expectBooksToAgree(ledger.deps.store, programme);
  });

  it('takes the place of what it overlaps on three days', async () => {
    const ledger = ledgerFixture();
    const days = [back(4), back(3), back(2), back(1)];
    await ledger.take(days.map((day) => short('u', day, { evidence: 'provider' })));
    await ledger.take([charge('u', { from: at(back(4), '06:30'), hours: 71.5 })]);
    expect((await codes(ledger)).filter((one) => one.includes('reversed'))).toHaveLength(3);
    expect(await ledger.counted(back(1))).toMatchObject({ accepted: 2, reversed: 0 });
    await expectBooksToAgree(ledger.deps.store, programme);
  });

  it('leaves on earlier days a note and nothing that anybody sees, and is erased whole', async () => {
    const ledger = await withCitizen([['u', 'drafts-one']]);
    const { store } = ledger.deps;
    await ledger.take([long('u')]);
    const books = await everything(store, dayBooks);
    expect(books.map(({ value: { day, lines, reachedFrom } }) => [day, lines.length, reachedFrom])).toEqual([
      [back(4), 0, [back(1)]],
      [back(3), 0, [back(1)]],
      [back(2), 0, [back(1)]],
      [back(1), 1, undefined],
    ]);
    expect((await everything(store, programmeDays)).map(({ value }) => value.day)).toEqual([back(1)]);
    const key = await store.unitOfWork((tx) => beginErasure(tx, ledger.deps, { citizen, programmes: [programme] }));
    expect(await finishErasure(ledger.deps, key)).toMatchObject({ erasedRecords: 1 });
    expect(await everything(store, dayBooks)).toEqual([]);
  });
});

describe('bound together', () => {
  it('accounts are looked at across midnight, also where the window begins between the two', async () => {
    const ledger = ledgerFixture();
    await ledger.addCitizen(citizen);
    await ledger.take([early('u', weak), ride('u', { day: before, clock: '08:00' }, weak)]);
    await ledger.take([late('v')], { source: 'drafts-two' });
    await ledger.take([ride('v', { day: before, clock: '08:00' })], { source: 'drafts-two' });
    expect(await bind(ledger, [['u', 'drafts-one']], 9)).toBe(0);
    // The morning of the day before is not credited with this account, and stays as it is.
    expect(await bind(ledger, [['v', 'drafts-two']], 1)).toBe(1);
    expect(await codes(ledger)).toEqual([
      'bike accepted -',
      'bike reversed ACTIVITIES_OVERLAPS',
      'metro accepted -',
      'metro accepted -',
    ]);
    await expectBooksToAgree(ledger.deps.store, programme);
  });

  it.each([
    ['the later day first', [late('v'), early('u', weak)]],
    ['the earlier day first', [early('v'), late('u', weak)]],
  ] as const)('the weaker one gives way, whichever account comes first: %s', async (_, [strong, other]) => {
    for (const order of [
      ['u', 'v'],
      ['v', 'u'],
    ] as const) {
      const ledger = ledgerFixture();
      await ledger.addCitizen(citizen);
      await ledger.take([strong], { source: 'drafts-two' });
      await ledger.take([other]);
      const sourceOf = { u: 'drafts-one', v: 'drafts-two' } as const;
      expect(
        await bind(
          ledger,
          order.map((name) => [name, sourceOf[name]] as const),
        ),
      ).toBe(1);
      expect((await codes(ledger)).sort()).toEqual(['bike reversed ACTIVITIES_OVERLAPS', 'metro accepted -']);
      await expectBooksToAgree(ledger.deps.store, programme);
    }
  });
});

describe('an appeal', () => {
  async function uphold({ deps }: LedgerFixture, activity: string, alsoReverse = false): Promise<void> {
    await deps.store.unitOfWork(async (tx) => {
      const { key } = await fileAppeal(tx, { citizen, activity, statement: 'x', at: deps.clock.now() });
      await decideAppeal(tx, deps, { appeal: key, isUpheld: true, answer: 'y', by: 'somebody', alsoReverse });
    });
  }

  it.each([
    ['later', [early('u'), late('u')]],
    ['earlier', [late('u'), early('u')]],
  ] as const)('lets a ride of the %s day count, and the one of the other day gives way', async (_, drafts) => {
    const ledger = await withCitizen([['u', 'drafts-one']]);
    for (const draft of drafts) await ledger.take([draft]);
    const all = await ledger.activities();
    const ids = await ledger.activityIds();
    await uphold(ledger, ids[all.findIndex(({ status }) => status === 'refused')] ?? '');
    expect((await codes(ledger)).sort()).toEqual(['metro accepted -', 'metro reversed ACTIVITIES_OVERLAPS']);
    await expectBooksToAgree(ledger.deps.store, programme);
    const third = ride('u', { day: before, clock: '23:00', minutes: 20 });
    expect((await ledger.take([third])).outcomes).toMatchObject([{ code: 'ACTIVITIES_OVERLAPS' }]);
  });

  it('lets a held ride count, and from then on it is in the way of the day before', async () => {
    const ledger = await withCitizen([['u', 'drafts-one']]);
    const bike = { mode: 'bike', evidence: 'provider', vehicle: 'b', distanceMeters: 3_000 } as const;
    await ledger.take([late('stranger', bike)]);
    expect((await ledger.take([late('u', bike)])).counts.activities.held).toEqual({
      ACTIVITIES_SAME_JOURNEY_ELSEWHERE: 1,
    });
    const [, held = ''] = await ledger.activityIds();
    await uphold(ledger, held, true);
    expect((await ledger.take([early('u', weak)])).outcomes).toMatchObject([{ code: 'ACTIVITIES_OVERLAPS' }]);
    await expectBooksToAgree(ledger.deps.store, programme);
  });
});

describe('undoing an import', () => {
  it.each([
    ['earlier', early, late],
    ['later', late, early],
  ] as const)('lets a ride of the %s day count again that had given way on the other', async (_, first, second) => {
    const ledger = ledgerFixture();
    const { deps } = ledger;
    await ledger.take([first('u', weak)], { run: 'run_1' });
    const standing = await ledger.totals();
    await ledger.take([second('u')], { run: 'run_2' });
    await finishRun(deps.store, 'run_2', deps.clock.now());
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run: 'run_2', by: 'x', reason: 'x' }));
    expect((await undoSteps(deps, 'run_2', 100)).reversal).toMatchObject({ records: 1, restored: 1 });
    expect(await ledger.totals()).toBe(standing);
    await expectBooksToAgree(deps.store, programme);
  });

  it('leaves what had given way taken back where something else of another day is in its place by now', async () => {
    const ledger = ledgerFixture();
    const { deps } = ledger;
    await ledger.take([charge('u', { from: at(before, '21:00'), hours: 26 }, { evidence: 'provider' })], {
      run: 'run_1',
    });
    await ledger.take([charge('u', { from: at(after, '20:00'), hours: 2 })], { run: 'run_2' });
    await ledger.take([charge('u', { from: at(before, '21:00'), hours: 2 })], { run: 'run_3' });
    await finishRun(deps.store, 'run_2', deps.clock.now());
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run: 'run_2', by: 'x', reason: 'x' }));
    expect((await undoSteps(deps, 'run_2', 100)).reversal).toMatchObject({ records: 1, restored: 0 });
    await expectBooksToAgree(deps.store, programme);
  });
});

it('rides that were accepted before there were notes are not looked at again, until a binding meets them', async () => {
  const ledger = ledgerFixture();
  const { store } = ledger.deps;
  await ledger.addCitizen(citizen);
  await ledger.take([late('u')]);
  await store.unitOfWork((tx) => tx.removeMany(dayBooks, [dayBookKey(programme, before, ledger.account('u'))]));
  expect((await ledger.take([early('u', weak)])).counts.records).toMatchObject({ used: 1 });
  const others = [before, after].map((day) => ride('v', { day, clock: '08:00' }));
  await ledger.take(others, { source: 'drafts-two' });
  expect(await bind(ledger, [['u', 'drafts-one']])).toBe(0);
  expect(await bind(ledger, [['v', 'drafts-two']])).toBe(1);
  expect((await codes(ledger)).filter((one) => one.startsWith('bike'))).toEqual(['bike reversed ACTIVITIES_OVERLAPS']);
});
