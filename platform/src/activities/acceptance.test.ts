import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  book,
  charge,
  eight,
  hour,
  lineOf,
  minute,
  refused,
  ride,
  steps,
  take,
  tap,
  walk,
} from '../../test/support/day-books.ts';
import { activityRefusals, addLine, modeIndex, reconcile } from './index.ts';

describe('source keys', () => {
  it.each(['a', 'h'] as const)('of a line in state %s are taken', (state) => {
    const own = book();
    addLine(own, lineOf(ride(), state));
    expect(take(ride(), [own])).toEqual({ kind: 'duplicate' });
  });

  it('of a refused line may come again, corrected', () => {
    const own = book();
    const fast = ride({ mode: 'bike', distanceMeters: 20_000, sourceKey: 'order' });
    expect(take(fast, [own])).toEqual(refused('ACTIVITIES_TOO_FAST'));
    expect(take({ ...fast, distanceMeters: 4_000 }, [own])).toMatchObject({ kind: 'accepted' });
    expect(take({ ...fast, distanceMeters: 4_000 }, [own])).toEqual({ kind: 'duplicate' });
  });

  it('of a line that was taken back come again as its correction', () => {
    const own = book();
    addLine(own, lineOf(ride(), 'v'));
    const [line] = own.lines;
    expect(take(ride(), [own])).toMatchObject({ kind: 'accepted', corrects: line });
  });

  it('are unique within the account, and whatever the account where the source says so', () => {
    const other = book('other');
    take(ride(), [other]);
    expect(take(ride(), [book()])).toMatchObject({ kind: 'accepted' });
    expect(take(ride(), [book()], { isGlobalKeyTaken: true })).toEqual({ kind: 'duplicate' });
  });
});

describe('what bars an activity', () => {
  it.each([
    [{ standing: 'suppressed' as const }, 'ACTIVITIES_ACCOUNT_SUPPRESSED' as const],
    [{ standing: 'withdrawn' as const }, 'ACTIVITIES_CONSENT_WITHDRAWN' as const],
    [{ isDayClosed: true }, 'ACTIVITIES_DAY_CLOSED' as const],
    [{ now: eight + 15 * minute - 1 }, 'ACTIVITIES_IN_THE_FUTURE' as const],
  ])('%j: %s', (change, code) => {
    expect(take(ride(), [book()], change)).toEqual(refused(code));
  });

  it('allows five minutes to the clock of a source, and no day of steps of tomorrow', () => {
    expect(take(ride(), [book()], { now: eight + 15 * minute })).toMatchObject({ kind: 'accepted' });
    const tomorrow = { ...steps(500), occurredAt: eight + 16 * hour };
    expect(take(tomorrow, [book()])).toEqual(refused('ACTIVITIES_IN_THE_FUTURE'));
  });

  it.each([
    ['bike', 10_001, 20, 'ACTIVITIES_TOO_FAST'],
    ['bike', 10_000, 20, undefined],
    ['bike', 5_000, 181, 'ACTIVITIES_TOO_LONG'],
    ['bike', 99, 20, 'ACTIVITIES_TOO_SHORT'],
    ['bike', 100, 20, undefined],
    ['bike', 5_000, -1, 'ACTIVITIES_ENDS_BEFORE_IT_BEGINS'],
    ['walk', 5_001, 20, 'ACTIVITIES_TOO_FAST'],
    ['train', 3_000_001, 600, 'ACTIVITIES_TOO_LONG'],
    ['metro', 90_000, 10, undefined],
    ['metro', 5_000, -1, 'ACTIVITIES_ENDS_BEFORE_IT_BEGINS'],
  ] as const)('a %s of %d m in %d min: %s', (...row) => {
    const [mode, distanceMeters, minutes, code] = row;
    const decision = take(ride({ mode, distanceMeters, to: eight + minutes * minute }), [book()]);
    expect(decision).toMatchObject(code === undefined ? { kind: 'accepted' } : refused(code));
  });

  it('every code says in both languages what it is and what to do', () => {
    for (const text of Object.values(activityRefusals)) {
      expect(text['zh-CN'] + text.next['zh-CN']).toMatch(/^\p{Script=Han}/u);
      expect(text.en.length * text.next.en.length).toBeGreaterThan(0);
    }
  });
});

describe('overlap', () => {
  it('beyond two minutes refuses the later of equal evidence, on whichever bound account', () => {
    const [own, other] = [book(), book('other')];
    take(ride(), [other, own]);
    const next = (from: number) => ride({ from, to: from + 30 * minute });
    expect(take(next(eight + 18 * minute - 1), [own, other])).toEqual(refused('ACTIVITIES_OVERLAPS'));
    expect(take(next(eight + 18 * minute), [own, other])).toMatchObject({ kind: 'accepted', displaces: [] });
  });

  it('refuses weaker evidence, and lets stronger evidence displace what came before it', () => {
    const [own, other] = [book(), book('other')];
    take(ride({ mode: 'bike', evidence: 'provider', sourceKey: 'bike' }), [other, own]);
    const [bike] = other.lines;
    expect(take(ride({ sourceKey: 'metro' }), [own, other])).toMatchObject({
      kind: 'accepted',
      displaces: [{ line: bike }],
    });
    expect(other.lines[0]?.s).toBe('v');
    expect(take(ride({ evidence: 'provider', sourceKey: 'third' }), [other, own])).toEqual(
      refused('ACTIVITIES_OVERLAPS'),
    );
  });

  it('of a tap is a point inside a ride, from either side; its ends and other taps are free', () => {
    const own = book();
    take(ride(), [own]);
    expect(take(tap(eight + minute), [own])).toEqual(refused('ACTIVITIES_OVERLAPS'));
    expect(take(tap(eight), [own])).toMatchObject({ kind: 'accepted' });
    expect(take(tap(eight + 20 * minute), [own])).toMatchObject({ kind: 'accepted' });
    expect(take(tap(eight + 20 * minute, { sourceKey: 'second bus' }), [own])).toMatchObject({ kind: 'accepted' });
    const other = book();
    take(tap(eight + minute), [other]);
    expect(take(ride(), [other])).toMatchObject({ kind: 'accepted', displaces: [{ line: { m: modeIndex('bus') } }] });
  });

  it('of charging is with charging alone', () => {
    const own = book();
    take(charge(eight, eight + 3 * hour), [own]);
    expect(take(ride(), [own])).toMatchObject({ kind: 'accepted' });
    expect(take(charge(eight + hour, eight + 4 * hour), [own])).toEqual(refused('ACTIVITIES_OVERLAPS'));
    expect(take(charge(eight + 3 * hour, eight + 4 * hour), [own])).toMatchObject({ kind: 'accepted' });
  });

  it('looked at again over bound accounts leaves a day without overlap and within the caps, whatever the order of the books', () => {
    const span = fc.record({
      from: fc.nat(200),
      length: fc.nat(40),
      evidence: fc.constantFrom('measured' as const, 'provider' as const, 'default' as const),
      mode: fc.constantFrom('metro' as const, 'bike' as const),
    });
    const spans = fc.array(span, { maxLength: 25 });
    fc.assert(
      fc.property(spans, spans, (first, second) => {
        const books = [first, second].map((list, place) => {
          const own = book(String(place));
          for (const { from: start, length, evidence, mode } of list) {
            const from = eight + start * minute;
            const draft = length === 0 ? tap(from) : ride({ from, to: from + length * minute, evidence, mode });
            addLine(own, lineOf(draft, 'a'));
          }
          return own;
        });
        const gone = reconcile(books);
        const names = (list: typeof gone) => list.map(({ line, code }) => `${String(line.a)} ${code}`).sort();
        expect(names(reconcile([...books].reverse()))).toEqual(names(gone));
        const lines = new Set(gone.map(({ line }) => line));
        const left = books.map((one) => ({ ...one, lines: one.lines.filter((line) => !lines.has(line)) }));
        expect(reconcile(left)).toEqual([]);
        const bikes = left.flatMap((one) => one.lines).filter(({ m }) => m === modeIndex('bike'));
        expect(bikes.reduce((sum, { d }) => sum + (d ?? 0), 0)).toBeLessThanOrEqual(60_000);
      }),
    );
  });

  it('looked at again keeps the metered of two charges and one of two days of steps', () => {
    const [own, other] = [book('own'), book('other')];
    addLine(own, lineOf({ ...charge(eight, eight + hour), evidence: 'provider' }, 'a'));
    addLine(own, lineOf(steps(4_000), 'a'));
    addLine(other, lineOf(charge(eight + 30 * minute, eight + 2 * hour), 'a'));
    addLine(other, lineOf(steps(5_000), 'a'));
    expect(reconcile([own, other]).map(({ book: { key }, line, code }) => [key, line.m, code])).toEqual([
      ['other', modeIndex('walk'), 'ACTIVITIES_OVERLAPS'],
      ['own', modeIndex('ev-charging'), 'ACTIVITIES_OVERLAPS'],
    ]);
  });
});

describe('steps and walks', () => {
  it('a day of steps is reduced by the walks of that person and never refused for them', () => {
    const [own, other] = [book(), book('phone')];
    take(walk(eight, 2_000), [other, own]);
    take(walk(eight + hour, 1_500), [other, own]);
    expect(take(steps(5_000), [own, other])).toMatchObject({ kind: 'accepted', creditedMeters: 1_500 });
    const third = book('third');
    take(walk(eight, 2_000), [third]);
    expect(take(steps(800), [third])).toMatchObject({ kind: 'accepted', creditedMeters: 0 });
  });

  it('a walk after the steps is accepted; one person has one day of steps', () => {
    const [own, other] = [book(), book('watch')];
    take(steps(5_000), [own, other]);
    expect(take(walk(eight, 2_000), [own, other])).toMatchObject({ kind: 'accepted' });
    expect(take(steps(6_000), [other, own])).toEqual(refused('ACTIVITIES_OVERLAPS'));
  });
});

describe('caps', () => {
  it('take a trip whole or refuse it', () => {
    const own = book();
    const bike = (at: number, distanceMeters: number) =>
      ride({
        mode: 'bike',
        evidence: 'provider',
        from: eight + at * hour,
        to: eight + at * hour + 55 * minute,
        distanceMeters,
      });
    take(bike(0, 25_000), [own]);
    take(bike(1, 25_000), [own]);
    expect(take(bike(2, 10_001), [own])).toEqual(refused('ACTIVITIES_DAILY_CAP'));
    expect(take(bike(3, 10_000), [own])).toMatchObject({ kind: 'accepted' });
  });

  it('count the trips of a person over all accounts, refused ones and displaced ones left out', () => {
    const [own, other] = [book(), book('other')];
    for (let at = 0; at < 6; at += 1)
      take(charge(eight + at * hour, eight + at * hour + 30 * minute), at % 2 === 0 ? [own, other] : [other, own]);
    expect(take(charge(eight + 6 * hour, eight + 7 * hour), [own, other])).toEqual(refused('ACTIVITIES_DAILY_CAP'));
    const weak = book();
    for (let at = 0; at < 20; at += 1)
      take(ride({ evidence: 'provider', from: eight + at * 30 * minute, to: eight + at * 30 * minute + 20 * minute }), [
        weak,
      ]);
    expect(take(ride({ from: eight + 1, to: eight + 19 * minute }), [weak])).toMatchObject({ kind: 'accepted' });
  });

  it('do not count a day of steps and its walks twice', () => {
    const own = book();
    take(walk(eight, 7_000), [own]);
    take(walk(eight + hour, 7_000), [own]);
    expect(take(steps(28_000), [own])).toMatchObject({ kind: 'accepted', creditedMeters: 14_000 });
    expect(take(walk(eight + 2 * hour, 7_000), [own])).toMatchObject({ kind: 'accepted' });
  });
});

it('the same journey on another account is held, after everything that would refuse it', () => {
  expect(take(ride(), [book()], { isClaimedElsewhere: true })).toEqual({
    kind: 'held',
    code: 'ACTIVITIES_SAME_JOURNEY_ELSEWHERE',
  });
  const fast = ride({ mode: 'bike', distanceMeters: 20_000 });
  expect(take(fast, [book()], { isClaimedElsewhere: true })).toEqual(refused('ACTIVITIES_TOO_FAST'));
});
