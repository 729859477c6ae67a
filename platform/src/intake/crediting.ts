import type { OpenTransfer } from '../accounts/index.ts';
import { unclaimedAccount } from '../identity/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { IntakeDeps, Leg } from './model.ts';

/** Of a unit of work: whose grams it moves, and what names its transfer. */
interface Unit {
  readonly programme: string;
  readonly unit: string;
}

function issuanceAccount(programme: string): string {
  return `issuance:${programme}`;
}

function transferId(unit: string): string {
  return `txn_${unit}`;
}

/** Reads ahead what posting the grams of a unit of work meets, whoever earns them. */
export function openCredits(tx: Transaction, deps: IntakeDeps, { programme, unit }: Unit): Promise<OpenTransfer> {
  const accounts = [issuanceAccount(programme), unclaimedAccount(programme)];
  return deps.poster.open(tx, {
    id: transferId(unit),
    accounts: accounts.map((account) => ({ account, asset: 'milligrams' })),
  });
}

/** Posts what a unit of work earned, net of what it took back: one transfer, with a leg for each account. */
export async function postCredits(
  tx: Transaction,
  deps: IntakeDeps,
  {
    programme,
    unit,
    credits,
    opened,
  }: Unit & {
    /** Milligrams by account. */
    readonly credits: ReadonlyMap<string, bigint>;
    readonly opened?: OpenTransfer;
  },
): Promise<void> {
  const legs: Leg[] = [];
  let total = 0n;
  for (const [account, amount] of credits) {
    if (amount === 0n) continue;
    legs.push({ account, asset: 'milligrams', amount });
    total += amount;
  }
  if (legs.length === 0) return;
  // A reversal may take back what has been redeemed since: that is then owed, and the next grams fill it first.
  legs.push({ account: issuanceAccount(programme), asset: 'milligrams', amount: -total });
  const transfer = { id: transferId(unit), at: deps.clock.now(), kind: 'intake', legs, mayOwe: true };
  await deps.poster.post(tx, transfer, opened);
}
