import { assert } from '../kernel/index.ts';
import type { Reader, Replacement, Stored, Transaction } from '../storage/index.ts';
import type { Asset, BalanceDocument, Leg } from './collections.ts';
import { balanceKey, balances, clawbackAccount, ownerOf } from './collections.ts';
import { refuse } from './refusals.ts';

/** 余额, what of it is set aside, and what is still to be taken back from future credits. */
export interface Balance {
  readonly amount: bigint;
  readonly held: bigint;
  readonly owed: bigint;
}

/** Where value comes into the books or leaves them: these accounts mirror the world outside and run below zero. */
const mayGoNegative = /^(issuance|external):/;

export function balanceOfDocument(document: BalanceDocument | undefined): Balance {
  return document === undefined
    ? { amount: 0n, held: 0n, owed: 0n }
    : { amount: BigInt(document.amount), held: BigInt(document.held), owed: BigInt(document.owed ?? 0) };
}

/** The document of a balance: what an account owes is written only where it owes, and a freeze stays. */
export function documentOf({ amount, held, owed }: Balance, { isFrozen }: Pick<BalanceDocument, 'isFrozen'> = {}) {
  return {
    amount: String(amount),
    held: String(held),
    ...(owed !== 0n && { owed: String(owed) }),
    ...(isFrozen === true && { isFrozen }),
  };
}

/** Of an account's balance; of a clawback account what its owner owes, below zero. */
export async function balanceOf(reader: Reader, account: string, asset: Asset): Promise<Balance> {
  const owner = ownerOf(account);
  const found = balanceOfDocument((await reader.get(balances, balanceKey(owner, asset)))?.value);
  return owner === account ? found : { amount: -found.owed, held: 0n, owed: 0n };
}

/** What a transfer asks of one account. */
export interface Sum {
  readonly account: string;
  readonly asset: Asset;
  amount: bigint;
}

/** How far a transfer may go: `free` takes only what is free; `owing` takes what is there and lets the rest be owed; `held` takes what its own hold set aside. */
export type Reach = 'free' | 'owing' | 'held';

/** What transfers ask, by the key of the balance. */
export type Sums = ReadonlyMap<string, Sum>;

/** Balances of a unit of work as they come to be: each is read once, whatever happens to it, and written once. */
export interface Standing {
  /** Reads those that have not been read yet; where there are none, nothing is asked. */
  cover(reader: Reader, keys: Iterable<string>): Promise<void>;
  at(key: string): BalanceDocument | undefined;
  change(key: string, value: BalanceDocument): void;
  /** Writes what has changed. */
  write(tx: Transaction): void;
}

export async function readBalances(reader: Reader, keys: Iterable<string>): Promise<Standing> {
  const read = new Map<string, Stored<BalanceDocument> | undefined>();
  const changed = new Map<string, Replacement<BalanceDocument>>();
  const cover: Standing['cover'] = async (from, wanted) => {
    const missing = [...new Set(wanted)].filter((key) => !read.has(key));
    if (missing.length === 0) return;
    const found = await from.getMany(balances, missing);
    for (const key of missing) read.set(key, found.get(key));
  };
  await cover(reader, keys);
  return {
    cover,
    at: (key) => (changed.get(key) ?? read.get(key))?.value,
    change(key, value) {
      assert(read.has(key), `balance ${key} is read before it changes`);
      changed.set(key, { key, version: read.get(key)?.version ?? 0, value });
    },
    write(tx) {
      tx.later.replaceMany(balances, [...changed.values()]);
    },
  };
}

/** Brings sums into balances; gives the legs as they came to be. */
export function applySums(
  standing: Standing,
  { sums, reach }: { readonly sums: Sums; readonly reach: Reach },
): readonly Leg[] {
  const legs: Leg[] = [];
  for (const [key, sum] of sums) {
    if (sum.amount === 0n) continue;
    const found = standing.at(key);
    const before = balanceOfDocument(found);
    const owing = owingPart(before, sum, { reach, isFrozen: found?.isFrozen === true });
    const after = { ...before, amount: before.amount + sum.amount - owing, owed: before.owed - owing };
    standing.change(key, documentOf(after, found));
    const { account, asset } = sum;
    if (sum.amount !== owing) legs.push({ account, asset, amount: sum.amount - owing });
    if (owing !== 0n) legs.push({ account: clawbackAccount(account), asset, amount: owing });
  }
  return legs;
}

/** The part of a change that goes to the clawback account: above zero where a credit fills it, below where a debit is more than there is. */
function owingPart(
  before: Balance,
  { account, amount }: Sum,
  { reach, isFrozen }: { readonly reach: Reach; readonly isFrozen: boolean },
): bigint {
  if (amount >= 0n) return amount < before.owed ? amount : before.owed;
  if (isFrozen && reach === 'free') throw refuse('ACCOUNTS_FROZEN');
  const short = before.amount + amount - before.held;
  if (short >= 0n || mayGoNegative.test(account)) return 0n;
  if (reach !== 'owing') throw refuse('ACCOUNTS_OVERDRAFT');
  return short;
}
