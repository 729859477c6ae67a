import type { Fen } from '@tanhui/sdk/model';
import { fen } from '@tanhui/sdk/model';
import { balanceOf } from '../accounts/index.ts';
import type { Reader, Transaction } from '../storage/index.ts';
import { budgetAccount } from './campaign.ts';
import type { Counted } from './collections.ts';
import { budgetTotals } from './collections.ts';

/** 预算 of a campaign. What was paid in is at every moment left, reserved and paid. */
export interface Budget {
  readonly paidInFen: Fen;
  /** Set aside for payments under way. */
  readonly reservedFen: Fen;
  readonly paidFen: Fen;
  readonly payments: number;
  /** Reserved once and back since, because the bank would not pay: it is left again. */
  readonly returnedFen: Fen;
  readonly returns: number;
  /** Free to be redeemed. */
  readonly leftFen: Fen;
}

const nothing: Counted = { count: 0, fen: '0' };

/** From the balance of the campaign's account and its totals, which one unit of work keeps in step. */
export async function budgetOf(reader: Reader, campaign: string): Promise<Budget> {
  const { amount, held } = await balanceOf(reader, budgetAccount(campaign), 'fen');
  const { paid = nothing, returned = nothing } = (await reader.get(budgetTotals, campaign))?.value ?? {};
  return {
    paidInFen: fen(amount + BigInt(paid.fen)),
    reservedFen: fen(held),
    paidFen: fen(paid.fen),
    payments: paid.count,
    returnedFen: fen(returned.fen),
    returns: returned.count,
    leftFen: fen(amount - held),
  };
}

/** What may still be redeemed; all that a redemption needs to know. */
export async function budgetLeft(reader: Reader, campaign: string): Promise<Fen> {
  const { amount, held } = await balanceOf(reader, budgetAccount(campaign), 'fen');
  return fen(amount - held);
}

/** Counts a payment that has ended into its campaign's totals, in the unit of work that ends it. */
export async function countBudget(
  tx: Transaction,
  { campaign, amountFen }: { readonly campaign: string; readonly amountFen: string },
  as: 'paid' | 'returned',
): Promise<void> {
  const stored = await tx.get(budgetTotals, campaign);
  const before = stored?.value ?? { paid: nothing, returned: nothing };
  const sums = before[as];
  const after = { count: sums.count + 1, fen: String(BigInt(sums.fen) + BigInt(amountFen)) };
  await tx.replaceMany(budgetTotals, [
    { key: campaign, version: stored?.version ?? 0, value: { ...before, [as]: after } },
  ]);
}
