import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptedMilligrams } from '../../src/activities/index.ts';
import { unclaimedAccount } from '../../src/identity/index.ts';
import { ride, steps, walk } from '../support/drafts.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';

const day = '2026-11-23';
const when = (clock: string) => ({ day, clock });

describe('source keys that hold whatever the day', () => {
  const order = (change = {}) =>
    ride('u', when('08:00'), {
      mode: 'bike',
      evidence: 'provider',
      sourceKey: '7',
      sourceKeyIsGlobal: true,
      ...change,
    });

  it('find an order again on another day and on another account, in one batch and in two', async () => {
    const ledger = ledgerFixture();
    const corrected = {
      ...order(),
      ...ride('u', { day: '2026-11-22', clock: '09:00' }, { mode: 'bike' }),
      sourceKey: '7',
    };
    const { counts } = await ledger.take([order(), { ...corrected, sourceKeyIsGlobal: true }]);
    expect(counts.records).toMatchObject({ read: 2, used: 1, duplicate: 1 });
    const second = await ledger.take([order({ account: 'v' })]);
    expect(second.counts.records).toMatchObject({ used: 0, duplicate: 1 });
    const elsewhere = await ledger.take([order({ account: 'v' })], { source: 'drafts-two' });
    expect(elsewhere.counts.records).toMatchObject({ used: 1, duplicate: 0 });
  });

  it('are free again once the order gave way to a ride of its own batch', async () => {
    const ledger = ledgerFixture();
    const [weak, strong] = [order(), ride('u', when('08:05'))];
    expect((await ledger.take([weak, strong])).counts.activities.accepted).toEqual({ bike: 1, metro: 1 });
    const moved = { ...ride('u', when('11:00'), { mode: 'bike', distanceMeters: 3_000 }), sourceKey: '7' };
    const { counts } = await ledger.take([{ ...moved, sourceKeyIsGlobal: true }]);
    expect(counts.records).toMatchObject({ used: 1, duplicate: 0 });
    expect((await ledger.records()).at(-1)).toMatchObject({ kind: 'correction' });
  });

  it('stay free while the order was only refused', async () => {
    const ledger = ledgerFixture();
    expect((await ledger.take([order({ distanceMeters: 99 })])).counts.activities.refused).toEqual({
      ACTIVITIES_TOO_SHORT: 1,
    });
    expect((await ledger.take([order({ distanceMeters: 1_000 })])).counts.records.used).toBe(1);
  });
});

describe('a ride that came later with stronger evidence', () => {
  it('reverses the earlier one; corrected, that one comes back as a correction that points to it', async () => {
    const ledger = ledgerFixture();
    const weak = ride('card', when('08:00'), { mode: 'bike', evidence: 'provider', distanceMeters: 3_000 });
    const first = await ledger.take([weak]);
    const strong = ride('card', when('08:05'));
    const second = await ledger.take([strong]);
    const records = await ledger.records();
    expect(records.map(({ kind }) => kind)).toEqual(['record', 'record', 'reversal']);
    expect(records[2]).toMatchObject({ reverses: records[0]?.id, milligrams: first.counts.reductionMilligrams });
    expect(second.counts.reductionMilligrams).toBe(
      String(BigInt(records[1]?.milligrams ?? 0) - BigInt(records[0]?.milligrams ?? 0)),
    );
    expect((await ledger.activities()).map(({ status, code }) => [status, code])).toEqual([
      ['reversed', 'ACTIVITIES_OVERLAPS'],
      ['accepted', undefined],
    ]);
    expect(await ledger.totals()).toBe(BigInt(records[1]?.milligrams ?? 0));
    const moved = ride('card', when('10:00'), { mode: 'bike', evidence: 'provider', sourceKey: weak.sourceKey });
    await ledger.take([moved]);
    expect((await ledger.records()).at(-1)).toMatchObject({ kind: 'correction', reverses: records[0]?.id });
    const nullifiers = (await ledger.records()).map(({ nullifier }) => nullifier);
    expect(new Set(nullifiers).size).toBe(nullifiers.length);
  });
});

describe('steps and walks of one day', () => {
  const arrivals = [
    {
      what: 'walks first',
      parts: [[walk('u', when('08:00'), 2_000), walk('u', when('18:00'), 1_000)], [steps('u', day, 8_000)]],
    },
    {
      what: 'steps first',
      parts: [[steps('u', day, 8_000)], [walk('u', when('08:00'), 2_000)], [walk('u', when('18:00'), 1_000)]],
    },
    {
      what: 'steps between',
      parts: [[walk('u', when('08:00'), 2_000)], [steps('u', day, 8_000)], [walk('u', when('18:00'), 1_000)]],
    },
  ];

  it.each(arrivals)('credit 2 + 1 km of walks and 5 km of steps, $what', async ({ parts }) => {
    const ledger = ledgerFixture();
    for (const part of parts) await ledger.take(part);
    const lines = await ledger.lines('u', day);
    expect(lines.map((line) => [line.s, line.c ?? line.d]).sort()).toEqual([
      ['a', 1_000],
      ['a', 2_000],
      ['a', 5_000],
    ]);
    const credited = lines.reduce((sum, { mg }) => sum + BigInt(mg ?? 0), 0n);
    expect(await ledger.balance(unclaimedAccount(programme))).toBe(credited);
    expect(await ledger.totals()).toBe(credited);
  });

  it('come to the same grams whatever the order of arrival', async () => {
    const drafts = [
      steps('u', day, 9_000),
      ...['07:00', '09:00', '11:00', '13:00'].map((clock, at) => walk('u', when(clock), 900 * (at + 1))),
    ];
    const shuffled = fc.shuffledSubarray(drafts, { minLength: drafts.length, maxLength: drafts.length });
    const totals = new Set<bigint>();
    await fc.assert(
      fc.asyncProperty(shuffled, async (order) => {
        const ledger = ledgerFixture();
        for (const draft of order) await ledger.take([draft]);
        totals.add(await ledger.totals());
        const records = await ledger.records();
        expect(new Set(records.map(({ nullifier }) => nullifier)).size).toBe(records.length);
      }),
      { numRuns: 12 },
    );
    expect(totals.size).toBe(1);
  });
});

describe('the same journey on another account', () => {
  const shared = (account: string, change = {}) =>
    ride(account, when('08:00'), {
      mode: 'bike',
      evidence: 'provider',
      vehicle: 'bike-1',
      distanceMeters: 3_000,
      ...change,
    });

  it('is held by vehicle and by way, and counts towards nothing', async () => {
    const ledger = ledgerFixture();
    const { counts } = await ledger.take([shared('a'), shared('b')]);
    expect(counts.activities.held).toEqual({ ACTIVITIES_SAME_JOURNEY_ELSEWHERE: 1 });
    expect(counts.records).toMatchObject({ used: 2, refused: 0 });
    expect(await ledger.balance(unclaimedAccount(programme))).toBe(acceptedMilligrams(await ledger.lines('a', day)));
    expect(acceptedMilligrams(await ledger.lines('b', day))).toBe(0n);
    const sketch = ['1/1/1', '1/2/1', '1/3/2', '2/3/2', '2/4/2'];
    const track = (account: string, cells: readonly string[]) =>
      ride(account, when('12:00'), { mode: 'walk', sketch: cells, distanceMeters: 900 });
    await ledger.take([track('a', sketch)]);
    const three = await ledger.take([track('c', [...sketch.slice(0, 3), 'x', 'y'])]);
    expect(three.counts.activities.held).toEqual({ ACTIVITIES_SAME_JOURNEY_ELSEWHERE: 1 });
    const two = await ledger.take([track('d', [...sketch.slice(0, 2), 'x', 'y', 'z'])]);
    expect(two.counts.activities.held).toEqual({});
  });

  it('is not held for a claim that was refused, nor for one that was taken back', async () => {
    const ledger = ledgerFixture();
    await ledger.take([shared('a', { distanceMeters: 99 })]);
    expect((await ledger.take([shared('b')])).counts.records).toMatchObject({ used: 1 });
    await ledger.take([ride('b', when('08:01'), { mode: 'metro' })]);
    const third = await ledger.take([shared('c')]);
    expect(third.counts.activities).toMatchObject({ accepted: { bike: 1 }, held: {} });
  });
});
