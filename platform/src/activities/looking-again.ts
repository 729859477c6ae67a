import type { Day } from '@tanhui/sdk/model';
import { dayNumberOf } from '@tanhui/sdk/model';
import type { DayBook, DayBookLine } from './day-book.ts';
import { modeOf, occupiedBy, otherDays } from './day-book.ts';
import type { Taken } from './overlap.ts';
import { conflicts, takenByLine } from './overlap.ts';
import type { Displaced, PersonDay } from './person-day.ts';
import { dayOfMode, isBeyond } from './person-day.ts';
import type { ActivityRefusalCode } from './refusals.ts';

/**
 * Looks again at days of a person, once accounts have been bound together: which accepted lines cannot stay beside the others, and why. Rides before taps,
 * stronger evidence first, then the earlier one; what is left overlaps nowhere and keeps each day's caps. Pure, and the same whatever the order of the books.
 */
export function reconcile(books: readonly DayBook[]): (Displaced & { readonly code: ActivityRefusalCode })[] {
  const kept: KeptDays = new Map();
  return linesIn(books, 'a')
    .sort(precedence)
    .flatMap((one) => {
      const code = codeAgainst(kept, one);
      if (code !== undefined) return [{ ...one, code }];
      keep(kept, one);
      return [];
    });
}

/** By day, so that a year is looked through no slower than its days one by one. */
type KeptDays = Map<Day, { readonly own: DayBookLine[]; readonly taken: Taken[] }>;

function keptOn(kept: KeptDays, day: Day): { readonly own: DayBookLine[]; readonly taken: Taken[] } {
  const found = kept.get(day) ?? { own: [], taken: [] };
  kept.set(day, found);
  return found;
}

function keep(kept: KeptDays, { book, line }: Displaced): void {
  keptOn(kept, book.day).own.push(line);
  const taken = takenByLine(line, book.day);
  for (const day of daysOfLine({ book, line })) keptOn(kept, day).taken.push(taken);
}

function daysOfLine({ book, line }: Displaced): readonly Day[] {
  return [book.day, ...otherDays(occupiedBy(line), book.day)];
}

function codeAgainst(kept: KeptDays, { book, line }: Displaced): ActivityRefusalCode | undefined {
  const taken = takenByLine(line, book.day);
  const isInTheWay = (other: Taken) => conflicts(taken, other);
  if (daysOfLine({ book, line }).some((day) => keptOn(kept, day).taken.some(isInTheWay))) return 'ACTIVITIES_OVERLAPS';
  const day = dayOfMode({ books: [{ lines: [...keptOn(kept, book.day).own, line] }], mode: modeOf(line) });
  return isBeyond(day, modeOf(line)) ? 'ACTIVITIES_DAILY_CAP' : undefined;
}

function linesIn(books: readonly DayBook[], state: DayBookLine['s']): Displaced[] {
  return books.flatMap((book) => book.lines.filter(({ s }) => s === state).map((line) => ({ book, line })));
}

/**
 * 复议: a line that does not count is to count after all. Which accepted lines of the person then have to give way, on its day and beside it, and whether the
 * day's cap still has room for it. Pure.
 */
export function reconsider(
  { books, beside }: PersonDay,
  own: Displaced,
): { readonly givingWay: readonly Displaced[]; readonly isOverCap: boolean } {
  const taken = takenByLine(own.line, own.book.day);
  const givingWay = linesIn([...books, ...beside], 'a').filter((one) =>
    conflicts(taken, takenByLine(one.line, one.book.day)),
  );
  const mode = modeOf(own.line);
  const left = [...books, { lines: [{ ...own.line, s: 'a' as const }] }];
  return { givingWay, isOverCap: isBeyond(dayOfMode({ books: left, mode, without: givingWay }), mode) };
}

/**
 * Lines of a person that were taken back and lie where lines that are taken back now did: they may have given way to those. The strongest first, as each
 * that counts again is in the way of the others.
 */
export function overlappedBy(books: readonly DayBook[], gone: readonly Displaced[]): Displaced[] {
  const taken = gone.map(({ book, line }) => takenByLine(line, book.day));
  const isInTheWay = ({ book, line }: Displaced) => {
    const own = takenByLine(line, book.day);
    return taken.some((one) => conflicts(one, own));
  };
  return linesIn(books, 'v').filter(isInTheWay).sort(precedence);
}

/** Whether a line that had given way would be accepted beside what counts now: what it overlaps is weaker, and the cap has room. Pure. */
export function mayReturn(person: PersonDay, own: Displaced): boolean {
  const { givingWay, isOverCap } = reconsider(person, own);
  if (isOverCap) return false;
  return givingWay.length === 0 || (!isPoint(own.line) && givingWay.every(({ line }) => own.line.e < line.e));
}

/** Lines of different days are numbered each on its own. */
function precedence(first: Displaced, second: Displaced): number {
  const ranks = [first, second].map(
    ({ book, line }) => [isPoint(line) ? 1 : 0, line.e, line.f ?? 0, dayNumberOf(book.day), line.a] as const,
  );
  const [own = [], other = []] = ranks;
  return own.map((rank, at) => rank - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function isPoint({ f: from, t: to }: DayBookLine): boolean {
  return from !== undefined && from === to;
}
