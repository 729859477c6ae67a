import { addDays, dayOf } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { book, day, eight, hour, lineOf, minute, refused, ride, steps, take } from '../../test/support/day-books.ts';
import { addLine, mayReturn, otherDays, overlappedBy, reconcile, reconsider } from './index.ts';

describe('overlap across midnight', () => {
  const midnight = eight + 16 * hour;
  const tomorrow = dayOf(midnight);
  const before = ride({ from: midnight - 90 * minute, to: midnight - 2 * minute });
  const across = ride({ from: midnight - 80 * minute, to: midnight + 5 * minute });
  const ended = { now: midnight + hour };

  it('refuses the later of equal evidence, whichever of the two days it belongs to', () => {
    const [own, next] = [book(), book('own', tomorrow)];
    take(before, [own], ended);
    expect(take(across, [next], { ...ended, day: tomorrow, beside: [own] })).toEqual(refused('ACTIVITIES_OVERLAPS'));
    const other = book('own', tomorrow);
    take(across, [other], { ...ended, day: tomorrow });
    expect(take(before, [book()], { ...ended, beside: [other] })).toEqual(refused('ACTIVITIES_OVERLAPS'));
  });

  it('displaces what is weaker in its own book, and leaves the caps of that day alone', () => {
    const own = book();
    take({ ...before, evidence: 'provider' }, [own], ended);
    for (let at = 0; at < 19; at += 1)
      take(ride({ from: eight + at * 30 * minute, to: eight + at * 30 * minute + 20 * minute }), [own], ended);
    const [weak] = own.lines;
    const decision = take(across, [book('own', tomorrow)], { ...ended, day: tomorrow, beside: [own] });
    expect(decision).toMatchObject({ kind: 'accepted', displaces: [{ book: own, line: weak }] });
  });

  it('is not between the steps of two days', () => {
    const own = book();
    take(steps(4_000), [own], ended);
    const next = { ...steps(3_000), occurredAt: midnight };
    expect(take(next, [book('own', tomorrow)], { ...ended, day: tomorrow, beside: [own] })).toMatchObject({
      kind: 'accepted',
      creditedMeters: 3_000,
    });
  });

  it('reaches into every day that an interval touches, and no longer than anything may take', () => {
    const span = { from: midnight - hour, to: midnight + 59 * hour };
    const home = dayOf(span.to);
    expect(otherDays(span, home)).toEqual([addDays(tomorrow, 1), tomorrow, day]);
    expect(otherDays({ from: eight, to: midnight - 1 }, day)).toEqual([]);
    // A source that counts a ride on the day of its beginning.
    expect(otherDays({ from: midnight - 1, to: midnight }, day)).toEqual([tomorrow]);
    expect(otherDays({ from: 0, to: midnight }, tomorrow)).toHaveLength(7);
    expect(otherDays(undefined, day)).toEqual([]);
    const change = { now: midnight + 100 * hour, day: home };
    expect(take(ride({ from: eight, to: eight + 72 * hour }), [book('own', home)], change)).toMatchObject({
      kind: 'accepted',
    });
    expect(take(ride({ from: eight, to: eight + 72 * hour + 1 }), [book('own', home)], change)).toEqual(
      refused('ACTIVITIES_TOO_LONG'),
    );
  });

  it('is found again over bound accounts, by the same precedence on both days', () => {
    const [own, other] = [book('own'), book('other', tomorrow)];
    addLine(own, lineOf({ ...before, evidence: 'provider' }, 'a'));
    addLine(own, lineOf(ride(), 'a'));
    addLine(other, lineOf(across, 'a'));
    const [weak] = own.lines;
    expect(reconcile([own, other])).toEqual([{ book: own, line: weak, code: 'ACTIVITIES_OVERLAPS' }]);
    expect(reconcile([other, own])).toEqual([{ book: own, line: weak, code: 'ACTIVITIES_OVERLAPS' }]);
  });

  it('is asked about when a line is to count again, and found among what gave way', () => {
    const [own, other] = [book('own'), book('other', tomorrow)];
    addLine(own, lineOf({ ...before, evidence: 'provider' }, 'v'));
    addLine(other, lineOf(across, 'a'));
    const [weak] = own.lines.map((line) => ({ book: own, line }));
    const [strong] = other.lines.map((line) => ({ book: other, line }));
    if (weak === undefined || strong === undefined) throw new Error('lines');
    const person = { books: [own], beside: [other] };
    expect(reconsider(person, weak)).toEqual({ givingWay: [strong], isOverCap: false });
    expect(mayReturn(person, weak)).toBe(false);
    expect(mayReturn({ books: [own], beside: [] }, weak)).toBe(true);
    expect(overlappedBy([own, other], [strong])).toEqual([weak]);
  });

  it('leaves a year of nights without one, whatever the order of the books', () => {
    const books = Array.from({ length: 366 }, (_, at) => {
      const own = book(String(at % 2), addDays(day, at + 1));
      const end = midnight + at * 24 * hour + 10 * minute;
      for (let part = 0; part < 3; part += 1)
        addLine(own, lineOf(ride({ from: end - (part + 1) * hour, to: end - part * 15 * minute }), 'a'));
      return own;
    });
    const gone = reconcile(books);
    expect(gone).toHaveLength(366 * 2);
    expect(new Set(reconcile(books.toReversed()).map(({ line }) => line))).toEqual(
      new Set(gone.map(({ line }) => line)),
    );
  });
});
