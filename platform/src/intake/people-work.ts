import type { Day } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { DayBook, PersonDay } from '../activities/index.ts';
import { dayBookKey, dayBooks, occupiedBy, openDayBook, otherDays } from '../activities/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { Reach } from './beside.ts';
import { booksBeside, booksOn, missingBeside, missingTouched, openBooks } from './beside.ts';
import { nothingDecided } from './deciding.ts';
import type { IntakeDeps } from './model.ts';
import { withRecordNotes } from './record-notes.ts';
import type { Line, Work } from './reversing.ts';
import { unitNamed } from './unit-names.ts';
import { openDays } from './workbench.ts';
import { postCredits } from './crediting.ts';
import { writeAll } from './writing.ts';

/** A day of one account. */
export interface AccountDay {
  readonly day: Day;
  readonly account: string;
}

/**
 * Opens days of accounts to work on outside a batch – a binding, an appeal, an undo. The running day is always open with them: what concerns a
 * closed day is sealed into it.
 */
export async function openWork(
  tx: Transaction,
  deps: IntakeDeps,
  request: {
    readonly programme: string;
    readonly days: readonly AccountDay[];
    /** Days whose counts change besides. */
    readonly alsoOpen?: readonly Day[];
  },
): Promise<Work> {
  const scope = { source: '', programme: request.programme, settings: null, run: '' };
  const byKey = new Map(
    request.days.map(({ day, account }) => [dayBookKey(request.programme, day, account), day] as const),
  );
  const stored = await tx.getMany(dayBooks, [...byKey.keys()]);
  const books = new Map<string, DayBook>();
  for (const [key, { version, value }] of stored)
    books.set(key, openDayBook(key, value.day as Day, { version, value }));
  const wanted = [...byKey.values(), ...(request.alsoOpen ?? []), dayOf(deps.clock.now())];
  const days = await openDays(tx, scope, new Set(wanted));
  return {
    bench: { scope, candidates: [], standings: new Map(), days, books, siblings: new Map() },
    decided: nothingDecided(),
  };
}

/**
 * Opens besides what activities of people may meet on other days than their own: the books of the days that they reach into, those that a note in these leads to,
 * and the days of all of them.
 */
export async function openBeside<Opened extends Work>(
  tx: Transaction,
  work: Opened,
  reaches: readonly Reach[],
): Promise<Opened> {
  const { bench } = work;
  const books = new Map(bench.books);
  const open = { books, scope: bench.scope };
  const crossing = reaches.filter(({ others }) => others.length > 0);
  for (const [key, book] of await openBooks(tx, missingTouched(open, crossing))) books.set(key, book);
  for (const [key, book] of await openBooks(tx, missingBeside(open, reaches))) books.set(key, book);
  const missing = new Set([...books.values()].map(({ day }) => day).filter((day) => !bench.days.has(day)));
  const more = missing.size === 0 ? [] : await openDays(tx, bench.scope, missing);
  return { ...work, bench: { ...bench, books, days: new Map([...bench.days, ...more]) } };
}

/** What a line touches of the person whose accounts these are. */
export function reachOfLine({ book, line }: Line, owners: readonly string[]): Reach {
  return { owners, day: book.day, others: otherDays(occupiedBy(line), book.day) };
}

/** A line's day and what stands beside it, of the person whose accounts these are; everything is open. */
export function personDayOf({ bench }: Work, one: Line, owners: readonly string[]): PersonDay {
  return { books: booksOn(bench, owners, one.book.day), beside: booksBeside(bench, reachOfLine(one, owners)) };
}

/** The open books of a day, one for each account that has one. */
export function booksOfDay({ bench }: Work, day: Day): DayBook[] {
  return [...bench.books.values()].filter((book) => book.day === day);
}

/** Writes what was done. `kind` names the entry in the journal. */
export async function finishWork(
  tx: Transaction,
  deps: IntakeDeps,
  work: Work & { readonly kind: string },
): Promise<void> {
  const { decided } = work;
  const bench = await withRecordNotes(tx, work.bench);
  const unit = unitNamed(deps, work.kind);
  await postCredits(tx, deps, { programme: bench.scope.programme, unit, credits: decided.credits });
  writeAll(tx, deps, { bench, decided, unit });
}
