import { balances } from '../accounts/index.ts';
import type { DayBookDocument } from '../activities/index.ts';
import { acceptedMilligrams, dayBooks, placeOfBook } from '../activities/index.ts';
import { accountDocuments, creditedTo, unclaimedAccount } from '../identity/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { pagesOf } from '../storage/index.ts';
import type { IntakeDeps, Leg } from './model.ts';

/** In schema 1 the books had an account for each account of a source, under this prefix. */
const ownAccounts = { index: 'key', from: 'account:', before: 'account;' } as const;
const booksAStep = 500;

export type GatheringDeps = Pick<IntakeDeps, 'store' | 'poster' | 'clock' | 'log'>;

/**
 * 归集: the step from schema 1 to schema 2. What stood on an account of its own for each account of a source that nobody has bound goes to the unclaimed grams
 * of its programme, as the day books tell it. Every step names its transfer after the first book it is about, so that one that was broken off is taken up by doing it again.
 * Where there is nothing to gather this reads one document. Gives how many accounts are gone.
 */
export async function gatherUnclaimed(deps: GatheringDeps): Promise<number> {
  const { items } = await deps.store.find(balances, { ...ownAccounts, limit: 1 });
  if (items.length === 0) return 0;
  deps.log.info('upgrade.gathering', {});
  for await (const books of pagesOf(deps.store, dayBooks, { index: 'key', limit: booksAStep }))
    await deps.store.unitOfWork((tx) => gatherBooks(tx, deps, books));
  const { accounts, unexplained } = await clear(deps);
  if (unexplained > 0) deps.log.error('upgrade.unexplained', { accounts: unexplained });
  deps.log.info('upgrade.gathered', { accounts });
  return accounts;
}

async function gatherBooks(
  tx: Transaction,
  deps: GatheringDeps,
  books: readonly Stored<DayBookDocument>[],
): Promise<void> {
  const placed = books.map((book) => ({ book, ...placeOfBook(book.key) }));
  const holders = await tx.getMany(accountDocuments, [...new Set(placed.map(({ account }) => account))]);
  const sums = new Map<string, bigint>();
  const add = (account: string, milligrams: bigint): void => {
    sums.set(account, (sums.get(account) ?? 0n) + milligrams);
  };
  for (const { book, account, programme, day } of placed) {
    const unclaimed = unclaimedAccount(programme);
    const holder = holders.get(account)?.value;
    // What an erased account had is void already, though its books may not be gone yet.
    if (holder === undefined || holder.erasedAt !== undefined) continue;
    if (creditedTo(holder, { programme, day }) !== unclaimed) continue;
    const milligrams = acceptedMilligrams(book.value.lines);
    add(`account:${account}`, -milligrams);
    add(unclaimed, milligrams);
  }
  const legs = [...sums].flatMap(([account, amount]): Leg[] =>
    amount === 0n ? [] : [{ account, asset: 'milligrams', amount }],
  );
  if (legs.length === 0) return;
  await post(tx, deps, { id: `txn_gathered_${books[0]?.key ?? ''}`, legs });
}

/** Removes the accounts. What the day books do not explain of one goes to the suspense account, for a person to look at. */
async function clear(deps: GatheringDeps): Promise<{ readonly accounts: number; readonly unexplained: number }> {
  let [accounts, unexplained] = [0, 0];
  for await (const page of pagesOf(deps.store, balances, ownAccounts)) {
    const legs = page.flatMap(restOf);
    await deps.store.unitOfWork(async (tx) => {
      if (legs.length > 0) await post(tx, deps, { id: `txn_suspense_${page[0]?.key ?? ''}`, legs: balanced(legs) });
      tx.later.removeMany(
        balances,
        page.map(({ key }) => key),
      );
    });
    [accounts, unexplained] = [accounts + page.length, unexplained + legs.length];
  }
  return { accounts, unexplained };
}

/** Takes what still stands on an account out of it. */
function restOf({ key, value }: Stored<{ readonly amount: string; readonly owed?: string }>): Leg[] {
  const rest = BigInt(value.amount) - BigInt(value.owed ?? 0);
  return rest === 0n ? [] : [{ account: key.slice(0, key.lastIndexOf('/')), asset: 'milligrams', amount: -rest }];
}

function balanced(legs: readonly Leg[]): Leg[] {
  const total = legs.reduce((sum, { amount }) => sum + amount, 0n);
  return [...legs, { account: 'suspense:gathering', asset: 'milligrams', amount: -total }];
}

async function post(
  tx: Transaction,
  { poster, clock }: GatheringDeps,
  transfer: { readonly id: string; readonly legs: readonly Leg[] },
): Promise<void> {
  await poster.post(tx, { ...transfer, at: clock.now(), kind: 'gathering', mayOwe: true });
}
