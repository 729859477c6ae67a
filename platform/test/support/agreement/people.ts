import type { Day } from '@tanhui/sdk/model';
import { expect } from 'vitest';
import type { DayBook } from '../../../src/activities/index.ts';
import {
  claims,
  creditedStepMeters,
  modeOf,
  openDayBook,
  placeOfBook,
  reconcile,
} from '../../../src/activities/index.ts';
import { parseSequenceId } from '../../../src/carbon/index.ts';
import { creditedTo, unclaimedAccount } from '../../../src/identity/index.ts';
import { appeals } from '../../../src/intake/index.ts';
import { required } from '../../../src/kernel/index.ts';
import type { DocumentStore } from '../../../src/storage/index.ts';
import type { Ledger } from './ledger.ts';
import { valuesOf } from './ledger.ts';

/** Nobody has two trips at once, or more than a cap, and a day of steps is credited what the walks have left of it. Days before an account's window stay as they were. */
export function expectDaysToBeKept({ people, books, holders }: Ledger): void {
  const isBeforeWindow = ([key]: Ledger['books'][number]) => {
    const { account, ...of } = placeOfBook(key);
    const holder = holders.get(account);
    return holder?.citizen !== undefined && creditedTo(holder, of) === unclaimedAccount(of.programme);
  };
  const before = new Set(books.filter(isBeforeWindow).map(([key]) => placeOfBook(key).day));
  for (const person of people) {
    const own = books
      .filter((book) => person.includes(placeOfBook(book[0]).account) && !isBeforeWindow(book))
      .map(([key, value]) => openDayBook(key, value.day as Day, { version: 1, value }));
    const lost = reconcile(own).map(({ code, book, line }) => [code, book.key, line]);
    expect(lost, 'nobody has two trips at once, or more than a cap').toEqual([]);
    for (const [day, ofDay] of Map.groupBy(own, (book) => book.day)) if (!before.has(day)) expectStepsToGiveUp(ofDay);
  }
}

function expectStepsToGiveUp(books: readonly DayBook[]): void {
  const lines = books.flatMap((book) => book.lines);
  for (const line of lines.filter(({ s, f }) => s === 'a' && f === undefined)) {
    if (modeOf(line) !== 'walk') continue;
    const meters = creditedStepMeters(line.d ?? 0, books);
    expect(line.c ?? line.d, 'steps give up what was walked').toBe(meters);
  }
}

/** Of two ways this share has to be one before they count as the same. */
const sameWay = 0.6;

/** A journey that stands on two people's accounts counts once, unless somebody decided otherwise. */
export async function expectJourneysToBeOne(store: DocumentStore, ledger: Ledger): Promise<void> {
  const journeys = await journeysOf(store, ledger);
  for (const one of journeys)
    for (const other of journeys) {
      const isSameTime = one.from < other.to && other.from < one.to;
      if (one.person === other.person || !isSameTime) continue;
      const shared = one.marks.intersection(other.marks).size / Math.max(one.marks.size, other.marks.size);
      expect([one.id, other.id, shared < sameWay], 'a journey counts once').toEqual([one.id, other.id, true]);
    }
}

/** Those that count, but for what an appeal let count, each of which has left its claims. */
async function journeysOf(store: DocumentStore, { activities, people }: Ledger) {
  const decided = [...(await valuesOf(store, appeals)).values()].filter(({ outcome }) => outcome === 'counted');
  const exempt = new Set(decided.map(({ activity }) => activity));
  const boards = await valuesOf(store, claims);
  return [...activities].flatMap(([id, { status, account, claimKeys: keys = [], ...trip }]) => {
    if (status !== 'accepted' || keys.length === 0 || exempt.has(id)) return [];
    const { sequence } = required(parseSequenceId(id), 'activity id');
    for (const key of keys) {
      const own = boards.get(key)?.claims.filter(({ activity, day }) => activity === sequence && day === undefined);
      expect(own, `claim of ${id}`).toHaveLength(1);
    }
    const person = people.findIndex((accounts) => accounts.includes(account));
    const marks = new Set(keys.map((key) => key.slice('YYYY-MM-DD'.length)));
    return [{ id, person, marks, from: trip.startedAt ?? trip.occurredAt, to: trip.endedAt ?? trip.occurredAt }];
  });
}
