import type { Collection } from '../storage/index.ts';

export const assets = ['milligrams', 'points', 'fen'] as const;
/** Three assets, never one number. */
export type Asset = (typeof assets)[number];

export interface Leg {
  readonly account: string;
  readonly asset: Asset;
  /** Into the account above zero, out of it below. */
  readonly amount: bigint;
}

/** 分录: one transfer with all of its legs; per asset they sum to nothing. */
export interface JournalDocument {
  readonly kind: string;
  readonly postedAt: number;
  readonly legs: readonly { readonly account: string; readonly asset: Asset; readonly amount: string }[];
  /** Of a reversal: the transfer it takes back. */
  readonly reverses?: string;
}

export const journal: Collection<JournalDocument> = { name: 'journal', keys: 'time-led', indexes: [] };

export interface BalanceDocument {
  readonly amount: string;
  /** Out of the amount, what open holds have set aside. */
  readonly held: string;
}

export const balances: Collection<BalanceDocument> = {
  name: 'balances',
  keys: { exception: 'a balance is asked for by its account' },
  indexes: [],
};

/** 冻结: the first phase of a transfer. */
export interface HoldDocument {
  readonly account: string;
  readonly asset: Asset;
  readonly amount: string;
  readonly heldAt: number;
  readonly state: 'held' | 'posted' | 'voided';
}

export const holds: Collection<HoldDocument> = { name: 'holds', keys: 'time-led', indexes: [] };

export function balanceKey(account: string, asset: Asset): string {
  return `${account}/${asset}`;
}
