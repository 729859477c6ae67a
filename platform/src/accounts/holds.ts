import type { Day } from '@tanhui/sdk/model';
import { assert, required, without } from '../kernel/index.ts';
import type { DocumentStore, Stored, Transaction } from '../storage/index.ts';
import { balanceOfDocument, documentOf } from './balances.ts';
import type { Asset, HoldDocument } from './collections.ts';
import { balanceKey, balances, clawbackAccount, holds } from './collections.ts';
import { postHeld, writeEntry } from './posting.ts';
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
  const [answer] = await tx.insertMany(holds, [{ key: id, value }]);
  if (answer !== 'inserted') {
    const before = required(await tx.get(holds, id), `hold ${id}`).value;
    const isSame = before.account === account && before.asset === asset && before.amount === String(amount);
    assert(isSame, `hold ${id} is for something else`);
    return;
  }
  await setAside(tx, request);
}

async function setAside(
  tx: Transaction,
  { account, asset, amount }: { readonly account: string; readonly asset: Asset; readonly amount: bigint },
): Promise<void> {
  const key = balanceKey(account, asset);
  const stored = await tx.get(balances, key);
  const before = balanceOfDocument(stored?.value);
  if (stored?.value.isFrozen === true) throw refuse('ACCOUNTS_FROZEN');
  if (before.held + amount > before.amount) throw refuse('ACCOUNTS_OVERDRAFT');
  const value = documentOf({ ...before, held: before.held + amount }, stored?.value);
  await tx.replaceMany(balances, [{ key, version: stored?.version ?? 0, value }]);
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
  const { id, at, to, kind, bookedOn } = posting;
  const stored = required(await tx.get(holds, id), `hold ${id}`);
  const { account, asset, state, expiresAt } = stored.value;
  const amount = posting.amount ?? BigInt(stored.value.amount);
  assert(amount > 0n && amount <= BigInt(stored.value.amount), 'what is posted was held');
  if (state === 'posted') {
    assert(stored.value.postedAmount === String(amount), `hold ${id} was posted with another amount`);
    return;
  }
  if (state === 'expired' || (expiresAt ?? Infinity) <= at) throw refuse('ACCOUNTS_HOLD_EXPIRED');
  await endHold(tx, stored, { state: 'posted', at, posted: amount });
  const legs = [
    { account, asset, amount: -amount },
    { account: to, asset, amount },
  ];
  await postHeld(tx, { id: `${id}:posted`, at, kind, legs, ...(bookedOn !== undefined && { bookedOn }) });
}

/** Ends a hold and frees what it held; doing it twice does nothing. */
export async function voidHold(
  tx: Transaction,
  { id, at }: { readonly id: string; readonly at: number },
): Promise<void> {
  const stored = required(await tx.get(holds, id), `hold ${id}`);
  if (stored.value.state !== 'voided' && stored.value.state !== 'expired')
    await endHold(tx, stored, { state: 'voided', at, posted: 0n });
}

/** One bounded step: frees up to a thousand holds whose time is over; gives how many. */
export async function expireHolds(store: DocumentStore, at: number): Promise<number> {
  return store.unitOfWork(async (tx) => {
    const over = await tx.find(holds, { index: 'expiring', before: at + 1, limit: 1_000 });
    for (const stored of over.items) await endHold(tx, stored, { state: 'expired', at, posted: 0n });
    return over.items.length;
  });
}

async function endHold(
  tx: Transaction,
  stored: Stored<HoldDocument>,
  end: { readonly state: 'posted' | 'voided' | 'expired'; readonly at: number; readonly posted: bigint },
): Promise<void> {
  const { state, at, posted } = end;
  assert(stored.value.state === 'held', `hold ${stored.key} has ended another way`);
  const value: HoldDocument = {
    ...without(stored.value, 'expiresAt'),
    state,
    ...(state === 'posted' && { postedAmount: String(posted) }),
  };
  await tx.replaceMany(holds, [{ ...stored, value }]);
  await free(tx, stored, { at, posted });
}

/** What is freed fills what the account owes first, as any other credit does. */
async function free(
  tx: Transaction,
  { key: id, value: { account, asset, amount } }: Stored<HoldDocument>,
  { at, posted }: { readonly at: number; readonly posted: bigint },
): Promise<void> {
  const key = balanceKey(account, asset);
  const stored = required(await tx.get(balances, key), 'balance of a hold');
  const before = balanceOfDocument(stored.value);
  const freed = BigInt(amount) - posted;
  const taken = freed < before.owed ? freed : before.owed;
  const after = { amount: before.amount - taken, held: before.held - BigInt(amount), owed: before.owed - taken };
  assert(after.held >= 0n, 'no more is freed than was held');
  await tx.replaceMany(balances, [{ key, version: stored.version, value: documentOf(after, stored.value) }]);
  if (taken === 0n) return;
  const legs = [
    { account, asset, amount: -taken },
    { account: clawbackAccount(account), asset, amount: taken },
  ];
  writeEntry(tx, { id: `${id}:owed`, at, kind: 'clawback' }, legs);
}
