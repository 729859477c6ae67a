import type { Day } from '@tanhui/sdk/model';
import type { ActivityDocument, DayBookLine } from '../activities/index.ts';
import { activities, changeLine, dayBookKey, mayReturn, overlappedBy } from '../activities/index.ts';
import { parseSequenceId, sequenceId } from '../carbon/index.ts';
import { accountDocuments, citizenDocuments } from '../identity/index.ts';
import { required, without } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { booksBeside, booksOn } from './beside.ts';
import { isClaimedByOthers } from './claims.ts';
import { lineIn, tryAgain } from './counting-again.ts';
import { dropGlobalKey } from './global-keys.ts';
import type { IntakeDeps } from './model.ts';
import { finishWork, openBeside, openWork, personDayOf, reachOfLine } from './people-work.ts';
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
  const persons = personsOf(people, trips);
  const whole = await openLosers(tx, work, { persons, gone: lines });
  const restored = await restore(tx, deps, whole);
  const steps = persons.flatMap(({ owners, days: own }) => [...own].map((day) => booksOn(work.bench, owners, day)));
  await correctStepsIn(tx, deps, { ...whole, days: steps });
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
  for (const trip of trips.filter(({ value }) => value.status === 'held')) {
    const { book, line } = lineOf(work, trip);
    const { delta } = required(work.bench.days.get(book.day), 'day of a held trip');
    delta.activities.held -= 1;
    delta.activities.refused += 1;
    changeLine(book, line.a, { s: 'r' });
    await dropGlobalKey(tx, trip);
  }
  const changed = trips.map(({ key, version, value }) => ({ key, version, value: withdrawn(value) }));
  if (changed.length > 0) await tx.replaceMany(activities, changed);
}

function withdrawn(value: ActivityDocument): ActivityDocument {
  return value.status === 'held' ? { ...without(value, 'claim'), status: 'refused', code } : { ...value, code };
}

/** One whose trips are undone, with the days of them. */
interface Person {
  readonly owners: readonly string[];
  readonly days: Set<Day>;
}

function personsOf(people: People, trips: readonly Trip[]): Person[] {
  const found = new Map<string, Person>();
  for (const { value } of trips) {
    const owners = people.of(value.account);
    const key = owners.toSorted().join(' ');
    const person = found.get(key) ?? { owners, days: new Set() };
    person.days.add(value.day as Day);
    found.set(key, person);
  }
  return [...found.values()];
}

interface Loser {
  readonly one: Line;
  readonly owners: readonly string[];
}

interface GivenWay extends Loser {
  readonly trip: ActivityDocument;
}

interface Losers extends Work {
  readonly losers: readonly GivenWay[];
}

/** What lies where the run's trips did and gave way to an overlap, with everything open that it may meet now and the days on which it was taken back. */
async function openLosers(
  tx: Transaction,
  work: Work,
  asked: { readonly persons: readonly Person[]; readonly gone: readonly Line[] },
): Promise<Losers> {
  const { wide, near } = await openNear(tx, work, asked);
  const { programme } = wide.bench.scope;
  const idOf = ({ book, line }: Line) => sequenceId('act', { programme, day: book.day }, line.a);
  const found = await tx.getMany(
    activities,
    near.map(({ one }) => idOf(one)),
  );
  const losers = near.flatMap((loser) => {
    const trip = found.get(idOf(loser.one))?.value;
    return hasGivenWay(trip) ? [{ ...loser, trip }] : [];
  });
  const { bench, decided } = await openBeside(
    tx,
    wide,
    losers.map(({ one, owners }) => reachOfLine(one, owners)),
  );
  const dayTakenBack = losers.flatMap(({ trip }) => parseSequenceId(trip.reversals?.at(-1) ?? '')?.day ?? []);
  const more = new Set(dayTakenBack.filter((day) => !bench.days.has(day)));
  const days = new Map([...bench.days, ...(await openDays(tx, bench.scope, more))]);
  return { decided, bench: { ...bench, days }, losers };
}

/** Lines of the same people that were taken back and lie where those that are gone now did, on their days and beside them. */
async function openNear(
  tx: Transaction,
  work: Work,
  { persons, gone }: { readonly persons: readonly Person[]; readonly gone: readonly Line[] },
): Promise<{ readonly wide: Work; readonly near: readonly Loser[] }> {
  const { programme } = work.bench.scope;
  const ownerOf = new Map<string, Person>();
  for (const person of persons)
    for (const day of person.days)
      for (const owner of person.owners) ownerOf.set(dayBookKey(programme, day, owner), person);
  const placed = gone.map((one) => {
    const person = required(ownerOf.get(one.book.key), 'person of a trip');
    return { one, person, reach: reachOfLine(one, person.owners) };
  });
  const wide = await openBeside(
    tx,
    work,
    placed.map(({ reach }) => reach),
  );
  const near = persons.flatMap((person) => {
    const own = placed.filter((one) => one.person === person);
    const books = own.flatMap(({ one, reach }) => [
      ...booksOn(wide.bench, person.owners, one.book.day),
      ...booksBeside(wide.bench, reach),
    ]);
    const lost = overlappedBy(
      [...new Set(books)],
      own.map(({ one }) => one),
    );
    return lost.map((one) => ({ one, owners: person.owners }));
  });
  return { wide, near };
}

function hasGivenWay(trip: ActivityDocument | undefined): trip is ActivityDocument {
  return trip?.status === 'reversed' && trip.code === 'ACTIVITIES_OVERLAPS';
}

/** Lets each of them count again that would be accepted beside what counts now. */
async function restore(tx: Transaction, deps: IntakeDeps, work: Losers): Promise<number> {
  let restored = 0;
  for (const { one, owners, trip } of work.losers) {
    const line = required(
      one.book.lines.find(({ a }) => a === one.line.a),
      'line that gave way',
    );
    const now = { book: one.book, line };
    const person = personDayOf(work, now, owners);
    if (!mayReturn(person, now) || (await isClaimedByOthers(tx, { trip, owners }))) continue;
    const again = await tryAgain(tx, deps, { ...work, ...person, one: now });
    if (again.kind === 'counted') restored += 1;
  }
  return restored;
}
