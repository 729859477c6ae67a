import type { Day } from '@tanhui/sdk/model';
import { assert, required } from '../kernel/index.ts';
import type { NewDocument, Transaction } from '../storage/index.ts';
import type { Standing, Sum } from './balances.ts';
import { applySums, readBalances } from './balances.ts';
import type { Asset, JournalDocument, Leg } from './collections.ts';
import { balanceKey, journal, ownerOf } from './collections.ts';

export interface Transfer {
  /** Made by the caller from the business fact; the same id is posted once. */
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly legs: readonly Leg[];
  readonly reverses?: string;
  /** The day under which a proof has to find it again. */
  readonly bookedOn?: Day;
  /**
   * 追回: takes back what must be taken back. What an account no longer has goes to its clawback account, which its future credits fill first;
   * a freeze does not stop it. Everything else refuses an overdraft.
   */
  readonly mayOwe?: boolean;
}

/** A transfer whose legs are not known yet, with what has been read for it. */
export interface OpenTransfer {
  readonly id: string;
  readonly posted: JournalDocument | undefined;
  readonly standing: Standing;
}

/** Reads ahead what a transfer will meet, so that posting it waits for nothing: what was posted under its id, and the balances that it is known to touch. */
export async function openTransfer(
  tx: Transaction,
  { id, accounts }: { readonly id: string; readonly accounts: readonly Pick<Leg, 'account' | 'asset'>[] },
): Promise<OpenTransfer> {
  const keys = accounts.map(({ account, asset }) => balanceKey(ownerOf(account), asset));
  const [posted, standing] = await Promise.all([tx.get(journal, id), readBalances(tx, keys)]);
  return { id, posted: posted?.value, standing };
}

/**
 * 过账: posts all legs or none, in the caller's unit of work. Balances are read once and written once per account and asset; a credit fills what its
 * account owes before anything else. Refuses an overdraft of what is free and a debit of a frozen account; posting an id again with the same legs
 * does nothing, with other legs is a defect.
 */
export async function postTransfer(tx: Transaction, transfer: Transfer, opened?: OpenTransfer): Promise<void> {
  const { id, legs, mayOwe } = transfer;
  const sums = sumLegs(legs);
  const { posted, standing, id: openedAs } = opened ?? (await openTransfer(tx, { id, accounts: [...sums.values()] }));
  assert(openedAs === id, `transfer ${id} is posted as what it was opened as`);
  if (posted !== undefined) {
    assert(areSame(sums, sumLegs(legsOfDocument(posted))), `transfer ${id} was posted with other legs`);
    return;
  }
  await standing.cover(tx, sums.keys());
  const entry = entryOf(transfer, applySums(standing, { sums, reach: mayOwe === true ? 'owing' : 'free' }));
  standing.write(tx);
  writeEntries(tx, [entry]);
}

/** The entry of a transfer out of what an ended hold had set aside, brought into balances that were read. */
export function heldEntry(standing: Standing, transfer: Transfer): JournalEntry {
  return entryOf(transfer, applySums(standing, { sums: sumLegs(transfer.legs), reach: 'held' }));
}

export type JournalEntry = NewDocument<JournalDocument>;

/** The entry of legs that have been applied. */
export function entryOf(
  { id, at, kind, reverses, bookedOn }: Omit<Transfer, 'legs'>,
  legs: readonly Leg[],
): JournalEntry {
  const value: JournalDocument = {
    kind,
    postedAt: at,
    legs: legs.map(({ account, asset, amount }) => ({ account, asset, amount: String(amount) })),
    ...(reverses !== undefined && { reverses }),
    ...(bookedOn !== undefined && { bookedOn }),
  };
  return { key: id, value };
}

export function writeEntries(tx: Transaction, entries: readonly JournalEntry[]): void {
  tx.later.insertMany(journal, entries);
}

/**
 * 冲正: takes a transfer back by a new one that points to it; once, whoever asks. With `mayOwe`, what an account has spent since is owed by it.
 * A reversal is not itself reversed: that is a new transfer, with its own reason.
 */
export async function reverseTransfer(
  tx: Transaction,
  reversal: { readonly of: string; readonly at: number; readonly kind: string; readonly mayOwe?: boolean },
): Promise<void> {
  const { of, at, kind, mayOwe } = reversal;
  const { value } = required(await tx.get(journal, of), `transfer ${of}`);
  assert(value.reverses === undefined, `a reversal is not reversed: ${of}`);
  const legs = [...sumLegs(legsOfDocument(value)).values()].map((sum) => ({ ...sum, amount: -sum.amount }));
  await postTransfer(tx, { id: `${of}:reversed`, at, kind, legs, reverses: of, ...(mayOwe === true && { mayOwe }) });
}

function legsOfDocument({ legs }: JournalDocument): Leg[] {
  return legs.map(({ account, asset, amount }) => ({ account, asset, amount: BigInt(amount) }));
}

/** Net of each account and asset; what a clawback account took or gave counts for its owner, so that it does not matter how a credit was split. */
function sumLegs(legs: readonly Leg[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  const perAsset = new Map<Asset, bigint>();
  for (const leg of legs) {
    const { asset, amount } = leg;
    const account = ownerOf(leg.account);
    const key = balanceKey(account, asset);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { account, asset, amount });
    else sum.amount += amount;
    perAsset.set(asset, (perAsset.get(asset) ?? 0n) + amount);
  }
  for (const [asset, total] of perAsset) assert(total === 0n, `legs in ${asset} sum to nothing`);
  return sums;
}

function areSame(first: ReadonlyMap<string, Sum>, second: ReadonlyMap<string, Sum>): boolean {
  const net = (sums: ReadonlyMap<string, Sum>) =>
    [...sums]
      .filter(([, { amount }]) => amount !== 0n)
      .map(([key, { amount }]) => `${key}=${String(amount)}`)
      .sort()
      .join();
  return net(first) === net(second);
}
