import type { ActivityDraft } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActivityDocument } from '../../src/activities/index.ts';
import { at, rideBetween } from '../support/drafts.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { expectBooksToAgree } from '../support/standing.ts';

const minute = 60_000;

describe('journeys that stand on several accounts', () => {
  const cells = ['1/1/1', '1/2/1', '1/2/2', '2/2/2', '2/3/2'];
  const journey = fc.record({
    who: fc.nat(3),
    /** From the first instant on, in minutes. */
    from: fc.nat(12),
    length: fc.constantFrom(2, 15, 25, 40),
    /** A vehicle, or so many cells of the one way and as many of another. */
    known: fc.constantFrom('bike-1', 'bike-1', 'bike-2', 2, 3, cells.length),
    batch: fc.nat(2),
  });
  const journeys = fc.uniqueArray(journey, {
    minLength: 3,
    maxLength: 7,
    selector: ({ who, from }) => [who, from].join(),
  });
  type Journey = typeof journey extends fc.Arbitrary<infer Value> ? Value : never;

  function draftOf({ who, from: began, length, known }: Journey, number: number, started: number): ActivityDraft {
    const from = started + began * minute;
    const span = { from, to: from + length * minute };
    const names = { account: `account-${String(who)}`, sourceKey: String(number) };
    if (typeof known === 'string')
      return rideBetween(span, { ...names, mode: 'bike', evidence: 'provider', vehicle: known, distanceMeters: 150 });
    const sketch = [...cells.slice(0, known), ...cells.slice(known).map((cell) => `${String(number)}/${cell}`)];
    return rideBetween(span, { ...names, mode: 'walk', sketch, distanceMeters: 150 });
  }

  const found = { held: 0, acrossMidnight: 0 };

  /** What is held is held against an overlapping one of somebody else. */
  function expectHeldRightly(activity: ActivityDocument, against: ActivityDocument | undefined): void {
    const { account, day, startedAt, endedAt } = activity;
    expect(against?.account).not.toBe(account);
    expect(against?.startedAt).toBeLessThan(endedAt ?? 0);
    expect(against?.endedAt).toBeGreaterThan(startedAt ?? Infinity);
    found.held += 1;
    if (against?.day !== day) found.acrossMidnight += 1;
  }

  /** What becomes of each journey, where the first may begin at an instant. */
  async function taken(all: readonly Journey[], started: number): Promise<readonly string[]> {
    const ledger = ledgerFixture();
    for (const [, batch] of Map.groupBy(all.entries(), ([, one]) => one.batch))
      await ledger.take(batch.map(([number, one]) => draftOf(one, number, started)));
    await expectBooksToAgree(ledger.deps.store, programme);
    const [ids, activities] = [await ledger.activityIds(), await ledger.activities()];
    for (const activity of activities)
      if (activity.claim !== undefined) expectHeldRightly(activity, activities[ids.indexOf(activity.claim.against)]);
    return activities
      .map(({ account, startedAt = 0, status, code = '-' }) => [account, startedAt - started, status, code].join(' '))
      .sort();
  }

  /** One bike at two people, of whose rides the first ends before midnight and the other after it: whatever the seed, one is held across midnight. */
  const bike = { known: 'bike-1', batch: 0 } as const;
  const across: [Journey[], number] = [
    [
      { ...bike, who: 0, from: 0, length: 15 },
      { ...bike, who: 1, from: 5, length: 25 },
    ],
    20 * minute,
  ];

  it('are held alike wherever midnight falls', async () => {
    const noon = at('2026-11-20', '12:00');
    const midnight = at('2026-11-21', '00:00');
    await fc.assert(
      fc.asyncProperty(journeys, fc.nat(50 * minute), async (all, beforeMs) => {
        expect(await taken(all, midnight - beforeMs)).toEqual(await taken(all, noon));
      }),
      { numRuns: 40, examples: [across] },
    );
    expect(found.held).toBeGreaterThan(20);
    expect(found.acrossMidnight).toBeGreaterThan(0);
  });
});
