import type { Day } from '@tanhui/sdk/model';
import { assert, required, without } from '../kernel/index.ts';
import type { DocumentStore, Stored, Transaction } from '../storage/index.ts';
import type { Standing } from './balances.ts';
import { balanceOfDocument, documentOf, readBalances } from './balances.ts';
import type { Asset, HoldDocument } from './collections.ts';
import { balanceKey, clawbackAccount, holds, ownerOf } from './collections.ts';
import type { JournalEntry, Transfer } from './posting.ts';
import { entryOf, heldEntry, writeEntries } from './posting.ts';
import { refuse } from './refusals.ts';

/**
 * 冻结: sets an amount aside that only its own end frees; the first phase of a payment. The same id holds once. Refuses an overdraft of what is free
 * and a frozen account. With `expiresAt` it frees itself at that instant; nothing may be posted from then on.
 */
export async function hold(
  tx: Transaction,
  request: {
    readonly id: string;
    readonly at: number;
    readonly account: string;
    readonly asset: Asset;
    readonly amount: bigint;
    readonly expiresAt?: number;
  },
): Promise<void> {
  const { id, at, account, asset, amount, expiresAt } = request;
  assert(amount > 0n, 'a hold is for something');
  const value: HoldDocument = {
    account,
    asset,
    amount: String(amount),
    heldAt: at,
    state: 'held',
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const key = balanceKey(account, asset);
  const [before, standing] = await Promise.all([tx.get(holds, id), readBalances(tx, [key])]);
  if (before !== undefined) {
    const { account: of, asset: kind, amount: held } = before.value;
    assert(of === account && kind === asset && held === String(amount), `hold ${id} is for something else`);
    return;
  }
  setAside(standing, key, amount);
  standing.write(tx);
  tx.later.insertMany(holds, [{ key: id, value }]);
}

function setAside(standing: Standing, key: string, amount: bigint): void {
  const stored = standing.at(key);
  const before = balanceOfDocument(stored);
  if (stored?.isFrozen === true) throw refuse('ACCOUNTS_FROZEN');
  if (before.held + amount > before.amount) throw refuse('ACCOUNTS_OVERDRAFT');
  standing.change(key, documentOf({ ...before, held: before.held + amount }, stored));
}

export interface HoldPosting {
  readonly id: string;
  readonly at: number;
  readonly to: string;
  readonly kind: string;
  /** Less than was held: the rest is freed in the same step. */
  readonly amount?: bigint;
  readonly bookedOn?: Day;
}

/** Ends a hold by moving what it held, or a part of it, to another account. A hold ends once; posting it again does nothing. Refuses one that has expired. */
export async function postHold(tx: Transaction, posting: HoldPosting): Promise<void> {
  await postHolds(tx, [posting]);
}

/** As `postHold`, for different holds at once. */
export async function postHolds(tx: Transaction, postings: readonly HoldPosting[]): Promise<void> {
  const stored = await tx.getMany(
    holds,
    postings.map(({ id }) => id),
  );
  const endings = postings.flatMap((posting) => {
    const ending = postedOf(required(stored.get(posting.id), `hold ${posting.id}`), posting);
    return ending === undefined ? [] : [ending];
  });
  await endHolds(tx, endings);
}

/** How a hold ends by a posting; undefined where that very posting has ended it before. */
function postedOf(stored: Stored<HoldDocument>, posting: HoldPosting): Ending | undefined {
  const { id, at, to, kind, bookedOn } = posting;
  const { account, asset, state, expiresAt } = stored.value;
  const amount = posting.amount ?? BigInt(stored.value.amount);
  assert(amount > 0n && amount <= BigInt(stored.value.amount), 'what is posted was held');
  if (state === 'posted') {
    assert(stored.value.postedAmount === String(amount), `hold ${id} was posted with another amount`);
    return undefined;
  }
  if (state === 'expired' || (expiresAt ?? Infinity) <= at) throw refuse('ACCOUNTS_HOLD_EXPIRED');
  const legs = [
    { account, asset, amount: -amount },
    { account: to, asset, amount },
  ];
  const transfer = { id: `${id}:posted`, at, kind, legs, ...(bookedOn !== undefined && { bookedOn }) };
  return { stored, state: 'posted', at, posted: amount, transfer };
}

/** Ends a hold and frees what it held; doing it twice does nothing. */
export async function voidHold(
  tx: Transaction,
  { id, at }: { readonly id: string; readonly at: number },
): Promise<void> {
  const stored = required(await tx.get(holds, id), `hold ${id}`);
  if (stored.value.state !== 'voided' && stored.value.state !== 'expired')
    await endHolds(tx, [{ stored, state: 'voided', at, posted: 0n }]);
}

/** One bounded step: frees up to a thousand holds whose time is over; gives how many. */
export async function expireHolds(store: DocumentStore, at: number): Promise<number> {
  return store.unitOfWork(async (tx) => {
    const over = await tx.find(holds, { index: 'expiring', before: at + 1, limit: 1_000 });
    await endHolds(
      tx,
      over.items.map((stored) => ({ stored, state: 'expired', at, posted: 0n })),
    );
    return over.items.length;
  });
}

interface Ending {
  readonly stored: Stored<HoldDocument>;
  readonly state: 'posted' | 'voided' | 'expired';
  readonly at: number;
  readonly posted: bigint;
  /** Of what is posted. */
  readonly transfer?: Transfer;
}

async function endHolds(tx: Transaction, endings: readonly Ending[]): Promise<void> {
  if (endings.length === 0) return;
  const ended = endings.map(endedOf);
  const standing = await readBalances(tx, endings.flatMap(keysOf));
  const entries = endings.flatMap((ending) => [
    ...freed(standing, ending),
    ...(ending.transfer === undefined ? [] : [heldEntry(standing, ending.transfer)]),
  ]);
  tx.later.replaceMany(holds, ended);
  standing.write(tx);
  writeEntries(tx, entries);
}

function keysOf({ stored: { value }, transfer }: Ending): string[] {
  const own = balanceKey(value.account, value.asset);
  return [own, ...(transfer?.legs ?? []).map(({ account, asset }) => balanceKey(ownerOf(account), asset))];
}

function endedOf({ stored, state, posted }: Ending): Stored<HoldDocument> {
  assert(stored.value.state === 'held', `hold ${stored.key} has ended another way`);
  const value: HoldDocument = {
    ...without(stored.value, 'expiresAt'),
    state,
    ...(state === 'posted' && { postedAmount: String(posted) }),
  };
  return { ...stored, value };
}

/** What is freed fills what the account owes first, as any other credit does; gives the entry of what it filled. */
function freed(standing: Standing, { stored, at, posted }: Ending): readonly JournalEntry[] {
  const { account, asset, amount } = stored.value;
  const key = balanceKey(account, asset);
  const document = required(standing.at(key), 'balance of a hold');
  const before = balanceOfDocument(document);
  const free = BigInt(amount) - posted;
  const taken = free < before.owed ? free : before.owed;
  const after = { amount: before.amount - taken, held: before.held - BigInt(amount), owed: before.owed - taken };
  assert(after.held >= 0n, 'no more is freed than was held');
  standing.change(key, documentOf(after, document));
  if (taken === 0n) return [];
  const legs = [
    { account, asset, amount: -taken },
    { account: clawbackAccount(account), asset, amount: taken },
  ];
  return [entryOf({ id: `${stored.key}:owed`, at, kind: 'clawback' }, legs)];
}
