import type { RefusalTable } from '../kernel/index.ts';
import { assert, refuser, required } from '../kernel/index.ts';
import type { Reader, Transaction } from '../storage/index.ts';
import type { Asset, BalanceDocument, Leg } from './collections.ts';
import { balanceKey, balances, holds, journal } from './collections.ts';

export const accountRefusals = {
  ACCOUNTS_OVERDRAFT: {
    kind: 'conflict',
    'zh-CN': '余额不足',
    en: 'The balance does not cover this',
    next: { 'zh-CN': '减少数额，或等待新的入账', en: 'Ask for less, or wait for the next credit' },
  },
} as const satisfies RefusalTable;

const refuse = refuser(accountRefusals);

/** Where value comes into the books or leaves them: these accounts mirror the world outside and run below zero. */
const mayGoNegative = /^(issuance|external|clawback):/;

export interface Transfer {
  /** Made by the caller from the business fact; the same id is posted once. */
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly legs: readonly Leg[];
  readonly reverses?: string;
}

/** 余额 and what of it is free. */
export interface Balance {
  readonly amount: bigint;
  readonly held: bigint;
}

const nothing: Balance = { amount: 0n, held: 0n };

/**
 * 过账: posts all legs or none, in the caller's unit of work. Balances are read once and written once per account and asset.
 * Refuses an overdraft of what is free; posting an id again with the same legs does nothing, with other legs is a defect.
 */
export async function postTransfer(tx: Transaction, transfer: Transfer): Promise<void> {
  const sums = sumLegs(transfer.legs);
  const document = {
    kind: transfer.kind,
    postedAt: transfer.at,
    legs: transfer.legs.map(({ account, asset, amount }) => ({ account, asset, amount: String(amount) })),
    ...(transfer.reverses !== undefined && { reverses: transfer.reverses }),
  };
  const [answer] = await tx.insertMany(journal, [{ key: transfer.id, value: document }]);
  if (answer !== 'inserted') {
    const posted = required(await tx.get(journal, transfer.id), 'transfer that was posted').value;
    assert(
      JSON.stringify(posted.legs) === JSON.stringify(document.legs),
      `transfer ${transfer.id} was posted with other legs`,
    );
    return;
  }
  await applySums(tx, sums);
}

interface Sum {
  readonly account: string;
  readonly asset: Asset;
  amount: bigint;
}

function sumLegs(legs: readonly Leg[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  const perAsset = new Map<Asset, bigint>();
  for (const { account, asset, amount } of legs) {
    const key = balanceKey(account, asset);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { account, asset, amount });
    else sum.amount += amount;
    perAsset.set(asset, (perAsset.get(asset) ?? 0n) + amount);
  }
  for (const [asset, total] of perAsset) assert(total === 0n, `legs in ${asset} sum to nothing`);
  return sums;
}

async function applySums(tx: Transaction, sums: ReadonlyMap<string, Sum>): Promise<void> {
  const stored = await tx.getMany(balances, [...sums.keys()]);
  const replacements: { key: string; version: number; value: BalanceDocument }[] = [];
  for (const [key, { account, amount }] of sums) {
    const found = stored.get(key);
    const before = balanceOfDocument(found?.value);
    const after = before.amount + amount;
    if (amount < 0n && after < before.held && !mayGoNegative.test(account)) throw refuse('ACCOUNTS_OVERDRAFT');
    replacements.push({
      key,
      version: found?.version ?? 0,
      value: { amount: String(after), held: String(before.held) },
    });
  }
  await tx.replaceMany(balances, replacements);
}

function balanceOfDocument(document: BalanceDocument | undefined): Balance {
  return document === undefined ? nothing : { amount: BigInt(document.amount), held: BigInt(document.held) };
}

export async function balanceOf(reader: Reader, account: string, asset: Asset): Promise<Balance> {
  return balanceOfDocument((await reader.get(balances, balanceKey(account, asset)))?.value);
}

/** 冻结: sets an amount aside that only its own posting or voiding frees; the first phase of a payment. */
export async function hold(
  tx: Transaction,
  request: {
    readonly id: string;
    readonly at: number;
    readonly account: string;
    readonly asset: Asset;
    readonly amount: bigint;
  },
): Promise<void> {
  assert(request.amount > 0n, 'a hold is for something');
  const [answer] = await tx.insertMany(holds, [
    {
      key: request.id,
      value: {
        account: request.account,
        asset: request.asset,
        amount: String(request.amount),
        heldAt: request.at,
        state: 'held',
      },
    },
  ]);
  if (answer !== 'inserted') return;
  await changeHeld(tx, request, request.amount);
}

async function changeHeld(
  tx: Transaction,
  { account, asset }: { readonly account: string; readonly asset: Asset },
  by: bigint,
): Promise<void> {
  const key = balanceKey(account, asset);
  const stored = await tx.get(balances, key);
  const { amount, held } = balanceOfDocument(stored?.value);
  if (by > 0n && held + by > amount) throw refuse('ACCOUNTS_OVERDRAFT');
  assert(held + by >= 0n, 'no more is freed than was held');
  await tx.replaceMany(balances, [
    { key, version: stored?.version ?? 0, value: { amount: String(amount), held: String(held + by) } },
  ]);
}

/** Ends a hold by moving what it held to another account; doing it twice does nothing. */
export async function postHold(
  tx: Transaction,
  request: { readonly id: string; readonly at: number; readonly to: string; readonly kind: string },
): Promise<void> {
  const found = await endHold(tx, request.id, 'posted');
  if (found === undefined) return;
  const { account, asset, amount } = found;
  await postTransfer(tx, {
    id: `${request.id}:posted`,
    at: request.at,
    kind: request.kind,
    legs: [
      { account, asset, amount: -amount },
      { account: request.to, asset, amount },
    ],
  });
}

/** Ends a hold and frees what it held; doing it twice does nothing. */
export async function voidHold(tx: Transaction, id: string): Promise<void> {
  await endHold(tx, id, 'voided');
}

async function endHold(
  tx: Transaction,
  id: string,
  state: 'posted' | 'voided',
): Promise<{ readonly account: string; readonly asset: Asset; readonly amount: bigint } | undefined> {
  const stored = required(await tx.get(holds, id), `hold ${id}`);
  if (stored.value.state === state) return undefined;
  assert(stored.value.state === 'held', `hold ${id} has ended another way`);
  await tx.replaceMany(holds, [{ ...stored, value: { ...stored.value, state } }]);
  const { account, asset } = stored.value;
  const amount = BigInt(stored.value.amount);
  await changeHeld(tx, { account, asset }, -amount);
  return { account, asset, amount };
}
