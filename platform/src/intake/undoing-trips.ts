import type { Day } from '@tanhui/sdk/model';
import type { ActivityDocument, DayBook, DayBookLine } from '../activities/index.ts';
import { activities, changeLine, dayBookKey, mayReturn, overlappedBy } from '../activities/index.ts';
import { parseSequenceId, sequenceId } from '../carbon/index.ts';
import { accountDocuments, citizenDocuments } from '../identity/index.ts';
import { required, without } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { lineIn, tryAgain } from './counting-again.ts';
import { dropGlobalKey } from './global-keys.ts';
import type { IntakeDeps } from './model.ts';
import { finishWork, openWork } from './people-work.ts';
import type { Line, Work } from './reversing.ts';
import { reverseLines } from './reversing.ts';
import { correctStepsIn } from './step-days.ts';
import { openDays } from './workbench.ts';

const code = 'ACTIVITIES_RUN_REVERSED';

/** What was done to some trips of a run. */
export interface TripsUndone {
  readonly records: number;
  readonly milligrams: bigint;
  readonly withdrawn: number;
  readonly restored: number;
}

type Trip = Stored<ActivityDocument>;

/** Takes some trips of a run back: those that count are reversed, the others withdrawn; what had given way to them counts again, and days of steps are corrected. */
export async function undoTrips(
  tx: Transaction,
  deps: IntakeDeps,
  asked: { readonly run: string; readonly programme: string; readonly ids: readonly string[] },
): Promise<TripsUndone> {
  const found = await tx.getMany(activities, asked.ids);
  const own = [...found.values()].filter(({ value }) => value.run === asked.run);
  const people = await peopleOf(tx, own);
  // Of an account that is being erased nothing is reversed any more: its grams are void, and its trips are on their way out.
  const trips = own.filter(({ value }) => people.has(value.account));
  if (trips.length === 0) return { records: 0, milligrams: 0n, withdrawn: 0, restored: 0 };
  const days = trips.flatMap(({ value }) =>
    people.of(value.account).map((account) => ({ day: value.day as Day, account })),
  );
  const work = await openWork(tx, deps, { programme: asked.programme, days });
  const counted = trips.filter(({ value }) => value.status === 'accepted');
  const lines = counted.map((trip) => lineOf(work, trip));
  const milligrams = lines.reduce((sum, { line }) => sum + BigInt(line.mg ?? 0), 0n);
  await reverseLines(tx, deps, { ...work, lines, code });
  const others = trips.filter(({ value }) => value.status !== 'accepted');
  await withdraw(tx, work, others);
  const persons = personDays(work, people, trips);
  const whole = await openLosers(tx, work, { persons, gone: lines });
  const restored = await restore(tx, deps, whole);
  await correctStepsIn(tx, deps, { ...whole, days: persons.map(({ books }) => books) });
  await finishWork(tx, deps, { ...whole, kind: 'undo' });
  const withdrawn = others.filter(({ value }) => value.status !== 'reversed').length;
  return { records: lines.length, milligrams, withdrawn, restored };
}

interface People {
  /** Accounts of the person who holds one, that one first. */
  of(account: string): readonly string[];
  has(account: string): boolean;
}

async function peopleOf(tx: Transaction, trips: readonly Trip[]): Promise<People> {
  const accounts = [...new Set(trips.map(({ value }) => value.account))];
  const holders = await tx.getMany(accountDocuments, accounts);
  const named = new Set([...holders.values()].flatMap(({ value }) => value.citizen ?? []));
  const citizens = named.size === 0 ? new Map<string, never>() : await tx.getMany(citizenDocuments, [...named]);
  return {
    has(account) {
      const holder = holders.get(account)?.value;
      return holder !== undefined && holder.erasedAt === undefined;
    },
    of(account) {
      const citizen = citizens.get(holders.get(account)?.value.citizen ?? '');
      const bound = citizen?.value.accounts.map((one) => one.account) ?? [];
      return [account, ...bound.filter((one) => one !== account)];
    },
  };
}

function lineOf({ bench }: Work, { key, value }: Trip): Line & { readonly line: DayBookLine } {
  const book = bench.books.get(dayBookKey(bench.scope.programme, value.day as Day, value.account));
  const { sequence } = required(parseSequenceId(key), 'activity id');
  return required(lineIn(book === undefined ? [] : [book], sequence), 'line of a trip of a run');
}

/** Refused and held trips keep nothing in anybody's way, and are not to be appealed any more; what was taken back before says why it will not come back. */
async function withdraw(tx: Transaction, work: Work, trips: readonly Trip[]): Promise<void> {
  const { programme } = work.bench.scope;
  for (const trip of trips.filter(({ value }) => value.status === 'held')) {
    const { book, line } = lineOf(work, trip);
    const { delta } = required(work.bench.days.get(book.day), 'day of a held trip');
    delta.activities.held -= 1;
    delta.activities.refused += 1;
    changeLine(book, line.a, { s: 'r' });
    await dropGlobalKey(tx, { programme, digest: trip.value.sourceKey, activity: trip.key });
  }
  const changed = trips.map(({ key, version, value }) => ({ key, version, value: withdrawn(value) }));
  if (changed.length > 0) await tx.replaceMany(activities, changed);
}

function withdrawn(value: ActivityDocument): ActivityDocument {
  return value.status === 'held' ? { ...without(value, 'claim'), status: 'refused', code } : { ...value, code };
}

/** The books of one person's day. */
interface PersonDay {
  readonly books: readonly DayBook[];
}

function personDays({ bench }: Work, people: People, trips: readonly Trip[]): PersonDay[] {
  const found = new Map<string, PersonDay>();
  for (const { value } of trips) {
    const keys = people
      .of(value.account)
      .map((account) => dayBookKey(bench.scope.programme, value.day as Day, account));
    const books = keys.flatMap((key) => bench.books.get(key) ?? []);
    found.set([...keys].sort().join(' '), { books });
  }
  return [...found.values()];
}

interface Losers extends Work {
  readonly losers: readonly { readonly books: readonly DayBook[]; readonly one: Line }[];
}

/** What lies where the run's trips did and gave way to an overlap, with the days open on which it was taken back. */
async function openLosers(
  tx: Transaction,
  work: Work,
  { persons, gone }: { readonly persons: readonly PersonDay[]; readonly gone: readonly Line[] },
): Promise<Losers> {
  const { bench } = work;
  const { programme } = bench.scope;
  const near = persons.flatMap(({ books }) => {
    const own = gone.filter(({ book }) => books.includes(book)).map(({ line }) => line);
    return overlappedBy(books, own).map((one) => ({ books, one }));
  });
  const idOf = ({ book, line }: Line) => sequenceId('act', { programme, day: book.day }, line.a);
  const found = await tx.getMany(
    activities,
    near.map(({ one }) => idOf(one)),
  );
  const losers = near.filter(({ one }) => hasGivenWay(found.get(idOf(one))?.value));
  const dayTakenBack = losers.flatMap(({ one }) => {
    const reversal = found.get(idOf(one))?.value.reversals?.at(-1);
    return parseSequenceId(reversal ?? '')?.day ?? [];
  });
  const more = new Set(dayTakenBack.filter((day) => !bench.days.has(day)));
  const days = new Map([...bench.days, ...(await openDays(tx, bench.scope, more))]);
  return { ...work, bench: { ...bench, days }, losers };
}

function hasGivenWay(trip: ActivityDocument | undefined): boolean {
  return trip?.status === 'reversed' && trip.code === 'ACTIVITIES_OVERLAPS';
}

/** Lets each of them count again that would be accepted beside what counts now. */
async function restore(tx: Transaction, deps: IntakeDeps, work: Losers): Promise<number> {
  let restored = 0;
  for (const { books, one } of work.losers) {
    const line = required(
      one.book.lines.find(({ a }) => a === one.line.a),
      'line that gave way',
    );
    if (!mayReturn(books, line)) continue;
    const again = await tryAgain(tx, deps, { ...work, books, one: { book: one.book, line } });
    if (again.kind === 'counted') restored += 1;
  }
  return restored;
}
