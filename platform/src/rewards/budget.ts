import type { Fen } from '@tanhui/sdk/model';
import { fen } from '@tanhui/sdk/model';
import { balanceOf } from '../accounts/index.ts';
import type { Reader, Transaction } from '../storage/index.ts';
import { budgetAccount } from './campaign.ts';
import type { Counted } from './collections.ts';
import { budgetTotals } from './collections.ts';
import { foldInto } from './folding.ts';

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

/** A payment that has ended, as its campaign's totals count it. */
export interface BudgetCount {
  readonly campaign: string;
  readonly amountFen: string;
  readonly as: 'paid' | 'returned';
}

/** Counts payments that have ended into their campaigns' totals, in the unit of work that ends them. */
export function countBudget(tx: Transaction, counts: readonly BudgetCount[]): Promise<void> {
  return foldInto(tx, budgetTotals, {
    counts,
    keyOf: ({ campaign }) => campaign,
    add(before = { paid: nothing, returned: nothing }, { amountFen, as }) {
      const { count, fen: sum } = before[as];
      return { ...before, [as]: { count: count + 1, fen: String(BigInt(sum) + BigInt(amountFen)) } };
    },
  });
}
