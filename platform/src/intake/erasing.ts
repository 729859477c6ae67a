import type { Day, Instant } from '@tanhui/sdk/model';
import { addDays } from '@tanhui/sdk/model';
import { balanceOf } from '../accounts/index.ts';
import type { ActivityDocument } from '../activities/index.ts';
import { activities, dayBookKey, dayBooks } from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { carbonRecords, erasedRecord, programmeDays, sequenceId } from '../carbon/index.ts';
import type { AccountDocument } from '../identity/index.ts';
import { citizenOf, eraseCitizen } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Collection, Stored, Transaction } from '../storage/index.ts';
import { endJourneys } from './ending.ts';
import type { IntakeDeps } from './model.ts';
import { openJourneyKey, openJourneys } from './open-journeys.ts';
import { unitNamed } from './people-work.ts';
import { forgetEarlier } from './traces.ts';

/** 抹除: what is still to be taken away of a person, and how far that is. Once done it holds counts only. */
export interface ErasureDocument {
  readonly requestedAt: Instant;
  /** Present while something is left to take away. */
  readonly openAt?: Instant;
  readonly accounts: readonly string[];
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
 * are destroyed, suppression entries written, the balance is void. What the trips tell is taken away by `eraseStep`, in steps that any process can take up.
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
  await voidBalances(tx, deps, {
    owners: [`citizen:${citizen}`, ...accounts.map(({ key }) => `account:${key}`)],
    into: `void:${home}`,
  });
  for (const programme of programmes) await endWaiting(tx, deps, { programme, accounts });
  const key = `ers_${unitNamed(deps, 'person')}`;
  const value: ErasureDocument = {
    requestedAt: at,
    openAt: at,
    accounts: accounts.map((account) => account.key),
    programmes,
    erasedAccounts: accounts.length,
    erasedRecords: 0,
  };
  await tx.insertMany(erasures, [{ key, value }]);
  return key;
}

/** 作废: grams that were not redeemed go to nobody; what is owed stays owed in the books, by an account without a person. */
async function voidBalances(
  tx: Transaction,
  deps: IntakeDeps,
  { owners, into }: { readonly owners: readonly string[]; readonly into: string },
): Promise<void> {
  const legs = [];
  let total = 0n;
  for (const account of owners) {
    const { amount } = await balanceOf(tx, account, 'milligrams');
    if (amount <= 0n) continue;
    legs.push({ account, asset: 'milligrams' as const, amount: -amount });
    total += amount;
  }
  if (total === 0n) return;
  legs.push({ account: into, asset: 'milligrams' as const, amount: total });
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

function eraseDays(deps: IntakeDeps, key: string): Promise<ErasureDocument> {
  return deps.store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(erasures, key), 'erasure');
    if (stored.value.openAt === undefined) return stored.value;
    const value = await afterStep(tx, deps, stored.value);
    await tx.replaceMany(erasures, [{ ...stored, value }]);
    return value;
  });
}

async function afterStep(tx: Transaction, deps: IntakeDeps, erasure: ErasureDocument): Promise<ErasureDocument> {
  const { openAt, from, programmes, accounts, ...counts } = erasure;
  const [programme, ...others] = programmes;
  if (openAt === undefined || programme === undefined) return { ...counts, accounts: [], programmes: [] };
  const page = await tx.find(programmeDays, {
    index: 'by_programme',
    prefix: [programme],
    limit: daysAStep,
    ...(from !== undefined && { from }),
  });
  const days = page.items.map(({ value }) => value.day as Day);
  const erasedRecords = counts.erasedRecords + (await eraseTrips(tx, deps, { programme, days, accounts }));
  const last = days.at(-1);
  return page.next === undefined || last === undefined
    ? { ...counts, openAt, accounts, programmes: others, erasedRecords }
    : { ...counts, openAt, accounts, programmes, from: addDays(last, 1), erasedRecords };
}

/** Removes trips and day books, and leaves of records what their leaves are made of; how many records. */
async function eraseTrips(
  tx: Transaction,
  deps: IntakeDeps,
  {
    programme,
    days,
    accounts,
  }: Readonly<Record<'days' | 'accounts', readonly string[]>> & { readonly programme: string },
): Promise<number> {
  const keys = days.flatMap((day) => accounts.map((account) => dayBookKey(programme, day as Day, account)));
  const books = await tx.getMany(dayBooks, keys);
  const ids = [...books.values()].flatMap(({ value: { day, lines } }) =>
    lines.map(({ a }) => sequenceId('act', { programme, day: day as Day }, a)),
  );
  const trips = await tx.getMany(activities, ids);
  const records = await recordsOf(
    tx,
    [...trips.values()].map(({ value }) => value),
  );
  const erasedAt = deps.clock.now();
  await tx.replaceMany(
    carbonRecords,
    records.map((record) => ({ ...record, value: erasedRecord(record.value, erasedAt) })),
  );
  await tx.removeMany(activities, ids);
  await tx.removeMany(dayBooks, [...books.keys()]);
  return records.length;
}

/** Every record that was ever written for some activities: those that stand, those that they correct, and those that took one back. */
async function recordsOf(tx: Transaction, trips: readonly ActivityDocument[]): Promise<Stored<RecordDocument>[]> {
  const found = new Map<string, Stored<RecordDocument>>();
  let wanted = trips.flatMap(({ record, reversals }) => [
    ...(record === undefined ? [] : [record]),
    ...(reversals ?? []),
  ]);
  while (wanted.length > 0) {
    const page = await tx.getMany(carbonRecords, wanted);
    for (const [key, stored] of page) found.set(key, stored);
    wanted = [...page.values()].flatMap(({ value: { reverses } }) =>
      reverses === undefined || found.has(reverses) ? [] : [reverses],
    );
  }
  return [...found.values()];
}
