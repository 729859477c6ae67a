import type { ActivityDraft, Day } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayBooks, openDayBook, reconcile } from '../../src/activities/index.ts';
import { consentText } from '../../src/identity/index.ts';
import { bindAndCredit } from '../../src/intake/index.ts';
import { at, charge, ride } from '../support/drafts.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

const citizen = 'ctz_one';
const binding = { citizen, consent: consentText.version, windowDays: 9 };
const minute = 60_000;
const hour = 60 * minute;

describe('whatever a person does and in whatever order it arrives', () => {
  const accounts = [
    ['u', 'drafts-one'],
    ['v', 'drafts-one'],
    ['u', 'drafts-two'],
  ] as const;
  const started = at('2026-11-20', '00:00');

  /** At most eleven of a kind stay within every day's cap; charges, six, are made few enough below. */
  const trip = fc.record({
    who: fc.nat(accounts.length - 1),
    /** From the first instant on, in steps of ten minutes. */
    from: fc.oneof(fc.nat(6 * 24 * 3), fc.constantFrom(133, 137, 140, 143, 277, 281, 287, 288)),
    length: fc.constantFrom(1, 3, 9),
    isLong: fc.constantFrom(false, false, false, true),
    kind: fc.constantFrom('metro' as const, 'metro' as const, 'bus' as const, 'ev-charging' as const),
    evidence: fc.constantFrom('metered' as const, 'measured' as const, 'provider' as const),
    batch: fc.nat(3),
  });
  const trips = fc.uniqueArray(trip, {
    minLength: 3,
    maxLength: 11,
    selector: ({ who, from, kind }) => [who, from, kind].join(),
  });
  type Trip = typeof trip extends fc.Arbitrary<infer Value> ? Value : never;

  function draftOf({ who, from, length, isLong, kind, evidence }: Trip, shiftMs: number): ActivityDraft {
    const name = accounts[who]?.[0] ?? '';
    const begin = started + from * 10 * minute + shiftMs;
    if (kind === 'ev-charging')
      return charge(name, { from: begin, hours: isLong && from < 90 ? 60 : length }, { evidence });
    const to = begin + (kind === 'bus' ? 0 : length * 10 * minute);
    const occupies =
      kind === 'bus'
        ? ({ kind: 'point', at: begin, group: 'travel' } as const)
        : ({ kind: 'interval', from: begin, to, group: 'travel' } as const);
    const span = { occurredAt: to, startedAt: begin, endedAt: to, occupies };
    return ride(
      name,
      { day: '2026-11-22', clock: '00:00' },
      { mode: kind, evidence, sourceKey: String(from) + kind, ...span },
    );
  }

  async function taken(all: readonly Trip[], shiftMs: number): Promise<readonly string[]> {
    const ledger = ledgerFixture();
    await ledger.addCitizen(citizen);
    for (const [name, source] of accounts) await bindAndCredit(ledger.deps, { ...binding, name, source });
    const batches = [...Map.groupBy(all, ({ who, batch }) => `${String(batch)} ${accounts[who]?.[1] ?? ''}`)];
    for (const [key, batch] of batches)
      await ledger.take(
        batch.map((one) => draftOf(one, shiftMs)),
        { source: key.endsWith('two') ? 'drafts-two' : 'drafts-one' },
      );
    const { store } = ledger.deps;
    const stored = await everything(store, dayBooks);
    expect(
      reconcile(stored.map(({ key, version, value }) => openDayBook(key, value.day as Day, { version, value }))),
    ).toEqual([]);
    await expectBooksToAgree(store, programme);
    return (await ledger.activities()).map(({ mode, status, code }) => [mode, status, code].join(' ')).sort();
  }

  it('no two rides that count overlap, the books agree, and midnight makes no difference', async () => {
    const found = { refused: 0, reversed: 0 };
    await fc.assert(
      fc.asyncProperty(trips, async (all) => {
        fc.pre(all.filter(({ kind }) => kind === 'ev-charging').length <= 6);
        const now = await taken(all, 0);
        expect(await taken(all, 12 * hour)).toEqual(now);
        found.refused += now.filter((one) => one.includes('refused')).length;
        found.reversed += now.filter((one) => one.includes('reversed')).length;
      }),
      { numRuns: 30 },
    );
    expect(Math.min(found.refused, found.reversed)).toBeGreaterThan(0);
  });
});
