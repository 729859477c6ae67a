import type { Day } from '@tanhui/sdk/model';
import { expect } from 'vitest';
import { balances } from '../../src/accounts/index.ts';
import type { DayBookDocument } from '../../src/activities/index.ts';
import { dayBooks, occupiedBy, otherDays, placeOfBook } from '../../src/activities/index.ts';
import type { ProgrammeDayDocument } from '../../src/carbon/index.ts';
import { carbonRecords, parseSequenceId, programmeDays } from '../../src/carbon/index.ts';
import { unclaimedAccount } from '../../src/identity/index.ts';
import { erasures, openJourneys, runs } from '../../src/intake/index.ts';
import { required } from '../../src/kernel/index.ts';
import type { Collection, DocumentStore, Stored } from '../../src/storage/index.ts';
import { everyOf } from '../../src/storage/index.ts';
import { expectLinesToStand } from './agreement/expect-lines.ts';
import { ownersOf } from './agreement/totals.ts';

/** Every document of a collection. */
export function everything<Value extends object>(
  store: DocumentStore,
  collection: Collection<Value>,
): Promise<readonly Stored<Value>[]> {
  return everyOf(store, collection, { index: 'key' });
}

/** What stands of all that was ever taken in: what counts, what it earned, and what waits; without the numbers that the way to it left behind. */
export async function standing(store: DocumentStore) {
  const books = await everything(store, dayBooks);
  const days = await everything(store, programmeDays);
  const money = await everything(store, balances);
  const waiting = await everything(store, openJourneys);
  return {
    lines: books
      .flatMap(({ key, value }) => value.lines.map((line) => ({ key, line })))
      .filter(({ line }) => line.s === 'a' || line.s === 'h')
      .map(({ key, line: { s, m, e, k, f, t, d, mg, c } }) => JSON.stringify([key, s, m, e, k, f, t, d, mg, c ?? d]))
      .sort(),
    balances: money.filter(({ value }) => value.amount !== '0').map(({ key, value }) => [key, value.amount]),
    days: days
      .map(({ key, value: { totals } }) => ({
        key,
        accepted: totals.activities.accepted - totals.activities.reversed,
        held: totals.activities.held,
        milligrams: totals.milligrams,
        open: totals.records.open,
        byMode: present(totals.byMode, ([count]) => count !== 0),
        byEvidence: present(totals.byEvidence, ([count]) => count !== 0),
        byHour: present(totals.byHour, (milligrams) => milligrams !== '0'),
      }))
      .filter(({ accepted, held, open }) => accepted + held + open !== 0),
    waiting: waiting.map(({ key, value: { records, state } }) => [key, records.map(({ line }) => line), state]),
  };
}

function present<Value>(of: Readonly<Record<string, Value>>, isThere: (value: Value) => boolean) {
  return Object.entries(of)
    .filter(([, value]) => isThere(value))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** What has to hold whatever was done: books that balance, and totals, day books and records that tell the same. */
export async function expectBooksToAgree(store: DocumentStore, programme: string): Promise<void> {
  const books = await everything(store, balances);
  // What is owed is kept on the balance alone: no clawback account has one.
  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, one) => total + one, 0n);
  expect(
    sum(books.map(({ value }) => BigInt(value.amount) - BigInt(value.owed ?? 0))),
    'double entry sums to nothing',
  ).toBe(0n);
  const days = (await everything(store, programmeDays)).map(({ value }) => value);
  const counted = sum(days.map(({ totals }) => BigInt(totals.milligrams)));
  const issued = books.find(({ key }) => key === `issuance:${programme}/milligrams`)?.value.amount ?? '0';
  expect(counted, 'all grams were issued').toBe(-BigInt(issued));
  const dayBooksKept = await everything(store, dayBooks);
  const ownerOf = await ownersOf(store, programme);
  const voided = `void:${programme}`;
  const earned = dayBooksKept.flatMap(({ key, value }) => {
    const { account, day } = placeOfBook(key);
    const owner = ownerOf(account, day);
    return value.lines.flatMap(({ s, mg }) => (s === 'a' ? [{ owner, milligrams: BigInt(mg ?? 0) }] : []));
  });
  const of = (owner: string) => sum(earned.flatMap((one) => (one.owner === owner ? one.milligrams : [])));
  const balanceOf = (owner: string) =>
    BigInt(books.find(({ key }) => key === `${owner}/milligrams`)?.value.amount ?? '0');
  const standing = sum(earned.map(({ milligrams }) => milligrams)) - of(voided);
  expect(standing + balanceOf(voided), 'the day books hold what the days count').toBe(counted);
  const control = unclaimedAccount(programme);
  expect(of(control), 'what nobody has claimed stands in one account').toBe(balanceOf(control));
  const net = days.reduce((total, { totals: { activities: of } }) => total + of.accepted - of.reversed, 0);
  const isAnyErased = (await everything(store, erasures)).length > 0;
  if (!isAnyErased) expect(earned.length, 'and as many trips').toBe(net);
  const closed = new Map(days.map((day) => [day.day, day]));
  // What came too late for its day is in no batch and never will be: what stands in for it says the same once more.
  const records = (await everything(store, carbonRecords)).filter(({ key }) => {
    const { day, sequence } = required(parseSequenceId(key), 'record id');
    return !isTooLate(required(closed.get(day), 'day of a record'), sequence);
  });
  const nullifiers = records.map(({ value }) => value.nullifier);
  expect(new Set(nullifiers).size, 'no nullifier stands twice').toBe(nullifiers.length);
  const taken = records.flatMap(({ value }) => (value.kind === 'reversal' ? (value.reverses ?? []) : []));
  expect(new Set(taken).size, 'no record is taken back twice').toBe(taken.length);
  expectNotesToStand(dayBooksKept);
  await expectRecordsToAddUp(store, days);
  await expectLinesToStand(store, programme);
}

function isTooLate({ tooLate = [] }: ProgrammeDayDocument, sequence: number): boolean {
  return tooLate.some(({ first, count }) => first <= sequence && sequence < first + count);
}

/** Whatever counts or has counted is noted on every other day that it reaches into, and where its record stands. */
function expectNotesToStand(books: readonly Stored<DayBookDocument>[]): void {
  const notes = new Map(books.map(({ key, value }) => [key, value.reachedFrom]));
  const records = new Map(books.map(({ key, value }) => [key, value.recordsFrom]));
  for (const { key, value } of books) {
    const day = value.day as Day;
    for (const { rd } of value.lines)
      if (rd !== undefined)
        expect(records.get(`${rd}${key.slice(day.length)}`), `a record of ${day} is noted on ${rd}`).toContain(day);
    for (const line of value.lines.filter(({ s }) => s === 'a' || s === 'v'))
      for (const other of otherDays(occupiedBy(line), day))
        expect(notes.get(`${other}${key.slice(day.length)}`), `a line of ${day} is noted on ${other}`).toContain(day);
  }
}

type Counts = Readonly<Record<'read' | 'used' | 'duplicate' | 'refused' | 'open', number>>;

async function expectRecordsToAddUp(
  store: DocumentStore,
  days: readonly { readonly totals: { readonly records: Counts } }[],
): Promise<void> {
  const ofRuns = (await everything(store, runs)).map(({ value }) => value.counts.records);
  const ofDays = days.map(({ totals }) => totals.records);
  for (const { read, used, duplicate, refused, open } of [...ofRuns, ...ofDays]) {
    expect(read, 'read = used + duplicate + refused + open').toBe(used + duplicate + refused + open);
    expect(Math.min(used, duplicate, refused, open), 'no count is below zero').toBeGreaterThanOrEqual(0);
  }
  const waiting = (await everything(store, openJourneys)).flatMap(({ value }) => value.records);
  const openIn = (all: readonly Counts[]) => all.reduce((total, { open }) => total + open, 0);
  expect(openIn(ofDays), 'what waits is what the days call open').toBe(waiting.length);
  expect(openIn(ofRuns), 'and what the runs do').toBe(waiting.length);
}
