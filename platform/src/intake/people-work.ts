import type { Day } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { DayBook } from '../activities/index.ts';
import { dayBookKey, dayBooks, openDayBook } from '../activities/index.ts';
import type { Transaction } from '../storage/index.ts';
import { nothingDecided } from './deciding.ts';
import type { IntakeDeps } from './model.ts';
import type { Work } from './reversing.ts';
import type { OpenDay } from './workbench.ts';
import { openDays } from './workbench.ts';
import { postCredits, writeAll } from './writing.ts';

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

/** The open books of a day, one for each account that has one. */
export function booksOfDay({ bench }: Work, day: Day): DayBook[] {
  return [...bench.books.values()].filter((book) => book.day === day);
}

/** Writes what was done; days on which nothing happened stay as they are. `kind` names the entry in the journal. */
export async function finishWork(
  tx: Transaction,
  deps: IntakeDeps,
  work: Work & { readonly kind: string },
): Promise<void> {
  const days = new Map([...work.bench.days].filter(([, open]) => isTouched(open)));
  const unit = unitNamed(deps, work.kind);
  const writing = { bench: { ...work.bench, days }, decided: work.decided, unit };
  await postCredits(tx, deps, writing);
  writeAll(tx, deps, writing);
}

/** Time first, then eight random bytes: names what one unit of work writes. */
export function unitNamed({ clock, random }: Pick<IntakeDeps, 'clock' | 'random'>, kind: string): string {
  return `${clock.now().toString(36).padStart(9, '0')}_${kind}_${Buffer.from(random.bytes(8)).toString('hex')}`;
}

function isTouched({ document, nextRecord, nextActivity, delta }: OpenDay): boolean {
  const isCounted = Object.values(delta.activities).some((count) => count !== 0);
  const hasRecords = Object.values(delta.records).some((count) => count !== 0);
  const isNumbered = nextRecord > document.lastRecord + 1 || nextActivity > document.lastActivity + 1;
  return isCounted || hasRecords || isNumbered || delta.refusals.size > 0;
}
