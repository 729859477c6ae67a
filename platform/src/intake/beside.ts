import type { Day } from '@tanhui/sdk/model';
import type { DayBook } from '../activities/index.ts';
import { dayBookKey, dayBooks, openDayBook } from '../activities/index.ts';
import { required } from '../kernel/index.ts';
import type { Reader } from '../storage/index.ts';
import { everyAt } from '../storage/index.ts';

/** What an activity touches of a person: its day, and the other days that it reaches into. */
export interface Reach {
  /** Every account of the person, the activity's own first. */
  readonly owners: readonly string[];
  readonly day: Day;
  readonly others: readonly Day[];
}

/** Books that are open, by key. */
export interface OpenBooks {
  readonly scope: { readonly programme: string };
  readonly books: ReadonlyMap<string, DayBook>;
}

/** The open books of some accounts on a day. */
export function booksOn({ scope, books }: OpenBooks, owners: readonly string[], day: Day): DayBook[] {
  return owners.flatMap((owner) => books.get(dayBookKey(scope.programme, day, owner)) ?? []);
}

/** An account's own book of a day that has been opened. */
export function bookOf({ scope, books }: OpenBooks, account: string, day: Day): DayBook {
  return required(books.get(dayBookKey(scope.programme, day, account)), 'day book');
}

/**
 * 邻日: the days besides its own on which an activity may meet another of its person. Two that overlap share an instant, and with it a day: there the other one
 * stands in the book, or a note in the book leads to where it stands.
 */
function daysBeside(open: OpenBooks, { owners, day, others }: Reach): Set<Day> {
  const days = new Set(others);
  for (const touched of [day, ...others])
    for (const { reachedFrom } of booksOn(open, owners, touched)) for (const home of reachedFrom) days.add(home);
  days.delete(day);
  return days;
}

/** The person's open books of those days. */
export function booksBeside(open: OpenBooks, reach: Reach): DayBook[] {
  return [...daysBeside(open, reach)].flatMap((day) => booksOn(open, reach.owners, day));
}

/** Books of accounts, by key, with the day of each. */
export type WantedBooks = ReadonlyMap<string, Day>;

/** Of the days that activities touch, which books are not open yet. */
export function missingTouched(open: OpenBooks, reaches: readonly Reach[]): WantedBooks {
  const missing = new Map<string, Day>();
  for (const { owners, day, others } of reaches) {
    addMissing(missing, open, { owners, day });
    for (const other of others) addMissing(missing, open, { owners, day: other });
  }
  return missing;
}

/** The same of the days beside them, where those that they touch are open. */
export function missingBeside(open: OpenBooks, reaches: readonly Reach[]): WantedBooks {
  const missing = new Map<string, Day>();
  for (const reach of reaches)
    for (const day of daysBeside(open, reach)) addMissing(missing, open, { owners: reach.owners, day });
  return missing;
}

function addMissing(
  missing: Map<string, Day>,
  { scope, books }: OpenBooks,
  { owners, day }: Pick<Reach, 'owners' | 'day'>,
): void {
  for (const owner of owners) {
    const key = dayBookKey(scope.programme, day, owner);
    if (!books.has(key)) missing.set(key, day);
  }
}

/** Opens books, those that are not stored as new ones; without any it asks for nothing. */
export async function openBooks(reader: Reader, wanted: WantedBooks): Promise<[string, DayBook][]> {
  if (wanted.size === 0) return [];
  const stored = await everyAt(reader, dayBooks, [...wanted.keys()]);
  return [...wanted].map(([key, day]) => [key, openDayBook(key, day, stored.get(key))]);
}
