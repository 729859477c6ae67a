import type { Day, Instant } from '@tanhui/sdk/model';
import { addDays } from '@tanhui/sdk/model';
import { balanceOf } from '../accounts/index.ts';
import type { ActivityDocument, DayBookDocument } from '../activities/index.ts';
import {
  acceptedMilligrams,
  activities,
  dayBookKey,
  dayBooks,
  occupiedBy,
  otherDays,
  placeOfBook,
} from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { carbonRecords, erasedRecord, programmeDays, sequenceId } from '../carbon/index.ts';
import type { AccountDocument, Crediting } from '../identity/index.ts';
import { citizenOf, eraseCitizen, isCredited, unclaimedAccount } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Collection, Stored, Transaction } from '../storage/index.ts';
import { endJourneys } from './ending.ts';
import type { IntakeDeps } from './model.ts';
import { openJourneyKey, openJourneys } from './open-journeys.ts';
import { unitNamed } from './unit-names.ts';
import { forgetEarlier } from './traces.ts';

/** 抹除: what is still to be taken away of a person, and how far that is. Once done it holds counts only. */
export interface ErasureDocument {
  readonly requestedAt: Instant;
  /** Present while something is left to take away. */
  readonly openAt?: Instant;
  readonly accounts: readonly string[];
  /** Of each account what was credited to the person: the grams of its other days are nobody's yet, and void with their trips. */
  readonly credited?: Readonly<Record<string, Crediting>> | undefined;
  /** Programmes that are still to be gone through; the first is under way, from its day on. */
  readonly programmes: readonly string[];
  readonly from?: Day;
  readonly erasedAccounts: number;
  readonly erasedRecords: number;
}

export const erasures: Collection<ErasureDocument> = {
  name: 'erasures',
  keys: 'time-led',
  indexes: [{ name: 'open', fields: ['openAt'], sparse: true }],
};

/** Days that one unit of work takes away. */
const daysAStep = 7;

/**
 * Begins an erasure 抹除 in the caller's unit of work. From its commit on nobody can open the person's leaves and no record of the accounts is taken: secrets
 * are destroyed, suppression entries written, the balance is void. What the trips tell is taken away by `eraseStep`, in steps that any process can take up, and
 * with them goes what they earned before anybody claimed it.
 */
export async function beginErasure(
  tx: Transaction,
  deps: IntakeDeps,
  request: { readonly citizen: string; readonly programmes: readonly string[] },
): Promise<string> {
  const at = deps.clock.now();
  const { citizen, programmes } = request;
  const home = (await citizenOf(tx, citizen)).value.programme;
  const accounts = await eraseCitizen(tx, deps, { citizen, at });
  const owner = `citizen:${citizen}`;
  const { amount } = await balanceOf(tx, owner, 'milligrams');
  await voidGrams(tx, deps, { owner, programme: home, milligrams: amount });
  for (const programme of programmes) await endWaiting(tx, deps, { programme, accounts });
  const key = `ers_${unitNamed(deps, 'person')}`;
  const value: ErasureDocument = {
    requestedAt: at,
    openAt: at,
    accounts: accounts.map((account) => account.key),
    credited: Object.fromEntries(accounts.map(({ key: account, value }) => [account, creditingOf(value)])),
    programmes,
    erasedAccounts: accounts.length,
    erasedRecords: 0,
  };
  await tx.insertMany(erasures, [{ key, value }]);
  return key;
}

function creditingOf({ creditedIn, creditedFrom }: AccountDocument): Crediting {
  return { ...(creditedIn !== undefined && { creditedIn }), ...(creditedFrom !== undefined && { creditedFrom }) };
}

/** 作废: grams that were not redeemed go to nobody; what is owed stays owed in the books, by an account without a person. */
async function voidGrams(
  tx: Transaction,
  deps: IntakeDeps,
  grams: { readonly owner: string; readonly programme: string; readonly milligrams: bigint },
): Promise<void> {
  const { owner, programme, milligrams } = grams;
  if (milligrams <= 0n) return;
  const legs = [
    { account: owner, asset: 'milligrams' as const, amount: -milligrams },
    { account: `void:${programme}`, asset: 'milligrams' as const, amount: milligrams },
  ];
  const id = `txn_${unitNamed(deps, 'erasure')}`;
  await deps.poster.post(tx, { id, at: deps.clock.now(), kind: 'erasure', legs, mayOwe: true });
}

/** Taps that wait belong to the card's present holder: to this person, unless a later epoch follows. */
async function endWaiting(
  tx: Transaction,
  deps: IntakeDeps,
  { programme, accounts }: { readonly programme: string; readonly accounts: readonly Stored<AccountDocument>[] },
): Promise<void> {
  const own = accounts.filter(({ value }) => value.successor === undefined);
  const sourceOf = new Map(
    own.map(({ key, value: { source } }) => [openJourneyKey({ source, programme }, key.split('~')[0] ?? key), source]),
  );
  const found = await tx.getMany(openJourneys, [...sourceOf.keys()]);
  const journeys = [...found.values()].map((journey) => ({
    ...journey,
    source: required(sourceOf.get(journey.key), 'source of an open journey'),
  }));
  await endJourneys(tx, deps, { programme, journeys, code: 'ACTIVITIES_ACCOUNT_SUPPRESSED' });
  await forgetEarlier(tx, [...sourceOf.keys()]);
}

/** Takes away a few days of the oldest erasure under way; false where there is none. */
export async function eraseStep(deps: IntakeDeps): Promise<boolean> {
  const page = await deps.store.find(erasures, { index: 'open', limit: 1 });
  const [found] = page.items;
  if (found === undefined) return false;
  await eraseDays(deps, found.key);
  return true;
}

/** Brings one erasure to its end; what it did. */
export async function finishErasure(deps: IntakeDeps, key: string): Promise<ErasureDocument> {
  for (;;) {
    const erasure = await eraseDays(deps, key);
    if (erasure.openAt === undefined) return erasure;
  }
}

/** A few days, or, where none is left, the end: nothing of what was erased may stand in the store's files then. */
async function eraseDays(deps: IntakeDeps, key: string): Promise<ErasureDocument> {
  const before = required(await deps.store.get(erasures, key), 'erasure').value;
  if (before.openAt !== undefined && before.programmes.length === 0) await deps.store.scrub();
  return deps.store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(erasures, key), 'erasure');
    if (stored.value.openAt === undefined) return stored.value;
    const value = await afterStep(tx, deps, stored.value);
    await tx.replaceMany(erasures, [{ ...stored, value }]);
    return value;
  });
}

async function afterStep(tx: Transaction, deps: IntakeDeps, erasure: ErasureDocument): Promise<ErasureDocument> {
  const { openAt, from, programmes, accounts, credited, ...counts } = erasure;
  const [programme, ...others] = programmes;
  if (openAt === undefined || programme === undefined) return { ...counts, accounts: [], programmes: [] };
  const page = await tx.find(programmeDays, {
    index: 'by_programme',
    prefix: [programme],
    limit: daysAStep,
    ...(from !== undefined && { from }),
  });
  const days = page.items.map(({ value }) => value.day as Day);
  const erasedRecords = counts.erasedRecords + (await eraseTrips(tx, deps, { programme, days, accounts, credited }));
  const left = { ...counts, openAt, accounts, credited, erasedRecords };
  const last = days.at(-1);
  return page.next === undefined || last === undefined
    ? { ...left, programmes: others }
    : { ...left, programmes, from: addDays(last, 1) };
}

/** Removes trips and day books, and leaves of records what their leaves are made of; how many records. */
async function eraseTrips(
  tx: Transaction,
  deps: IntakeDeps,
  {
    programme,
    days,
    accounts,
    credited,
  }: Pick<ErasureDocument, 'accounts' | 'credited'> & { readonly programme: string; readonly days: readonly Day[] },
): Promise<number> {
  const keys = days.flatMap((day) => accounts.map((account) => dayBookKey(programme, day, account)));
  const books = await tx.getMany(dayBooks, keys);
  const milligrams = unclaimedIn(books.values(), credited);
  await voidGrams(tx, deps, { owner: unclaimedAccount(programme), programme, milligrams });
  const ids = [...books.values()].flatMap(({ value: { day, lines } }) =>
    lines.map(({ a }) => sequenceId('act', { programme, day: day as Day }, a)),
  );
  const trips = await tx.getMany(activities, ids);
  const records = await recordsOf(tx, { trips: [...trips.values()].map(({ value }) => value), accounts });
  const erasedAt = deps.clock.now();
  await tx.replaceMany(
    carbonRecords,
    records.map((record) => ({ ...record, value: erasedRecord(record.value, erasedAt) })),
  );
  await tx.removeMany(activities, ids);
  const noted = await booksOfNotes(tx, books);
  await tx.removeMany(dayBooks, [...books.keys(), ...noted]);
  return records.length;
}

/** Books that hold nothing but notes of these, maybe of days on which the programme has nothing: whatever else there is goes with the trips of its day. */
async function booksOfNotes(
  tx: Transaction,
  books: ReadonlyMap<string, Stored<DayBookDocument>>,
): Promise<readonly string[]> {
  const noted = new Set<string>();
  for (const { key, value } of books.values()) {
    const { day, programme, account } = placeOfBook(key);
    for (const line of value.lines)
      for (const other of otherDays(occupiedBy(line), day)) noted.add(dayBookKey(programme, other, account));
  }
  if (noted.size === 0) return [];
  const found = await tx.getMany(dayBooks, [...noted]);
  return [...found.values()].filter(({ value }) => value.lines.length === 0).map(({ key }) => key);
}

/** Grams of accepted trips that nobody was credited. Where an erasure does not say what was credited, they were voided when it began. */
function unclaimedIn(books: Iterable<Stored<DayBookDocument>>, credited: ErasureDocument['credited']): bigint {
  let sum = 0n;
  for (const { key, value } of books) {
    const { day, programme, account } = placeOfBook(key);
    const crediting = credited?.[account];
    if (crediting !== undefined && !isCredited(crediting, { programme, day })) sum += acceptedMilligrams(value.lines);
  }
  return sum;
}

/**
 * Every record that was ever written for some activities of accounts: those that stand, those that they correct, those that took one back, and those that stand in for one.
 * An order may have counted on another person's account before: the correction that points there is the last that is taken away.
 */
async function recordsOf(
  tx: Transaction,
  { trips, accounts }: { readonly trips: readonly ActivityDocument[]; readonly accounts: readonly string[] },
): Promise<Stored<RecordDocument>[]> {
  const own = new Set(accounts);
  const found = new Map<string, Stored<RecordDocument>>();
  let wanted = trips.flatMap(({ record, reversals, standIns }) => [
    ...(record === undefined ? [] : [record]),
    ...(reversals ?? []),
    ...(standIns ?? []),
  ]);
  while (wanted.length > 0) {
    const page = [...(await tx.getMany(carbonRecords, wanted)).values()].filter(({ value }) => own.has(value.account));
    for (const stored of page) found.set(stored.key, stored);
    wanted = page.flatMap(({ value: { reverses } }) =>
      reverses === undefined || found.has(reverses) ? [] : [reverses],
    );
  }
  return [...found.values()];
}
