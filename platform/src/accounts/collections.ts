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

/** 分录: one transfer with all of its legs, one for each account and asset; per asset they sum to nothing. */
export interface JournalDocument {
  readonly kind: string;
  readonly postedAt: number;
  readonly legs: readonly { readonly account: string; readonly asset: Asset; readonly amount: string }[];
  /** Of a reversal: the transfer it takes back. */
  readonly reverses?: string;
  /** The day under which a proof finds it again; only transfers that a bank's statement has to match carry one. */
  readonly bookedOn?: string;
}

export const journal: Collection<JournalDocument> = {
  name: 'journal',
  keys: 'time-led',
  indexes: [{ name: 'by_booking', fields: ['bookedOn', 'kind'], sparse: true }],
};

export interface BalanceDocument {
  readonly amount: string;
  /** Out of the amount, what open holds have set aside. */
  readonly held: string;
  /** 追回: what the account's clawback account is below zero; it stands here, so that a credit finds it without another read. */
  readonly owed?: string;
  /** 冻结账户: nothing leaves it but what is taken back or was set aside before. */
  readonly isFrozen?: true;
}

export const balances: Collection<BalanceDocument> = {
  name: 'balances',
  keys: { exception: 'a balance is asked for by its account' },
  indexes: [],
};

/** 冻结: the first phase of a transfer. It ends once: posted, in whole or in part, voided, or expired. */
export interface HoldDocument {
  readonly account: string;
  readonly asset: Asset;
  readonly amount: string;
  readonly heldAt: number;
  readonly state: 'held' | 'posted' | 'voided' | 'expired';
  /** Of an open hold that ends by itself. A hold behind a payment has none: money that may have moved does not expire. */
  readonly expiresAt?: number;
  /** Of a posted one: what was posted; the rest was freed. */
  readonly postedAmount?: string;
}

export const holds: Collection<HoldDocument> = {
  name: 'holds',
  keys: 'time-led',
  indexes: [{ name: 'expiring', fields: ['expiresAt'], sparse: true }],
};

export function balanceKey(account: string, asset: Asset): string {
  return `${account}/${asset}`;
}

const clawbackPrefix = 'clawback:';

/** 追回账户 of an account: below zero by what was taken back after it had been spent. */
export function clawbackAccount(account: string): string {
  return `${clawbackPrefix}${account}`;
}

/** The account that owns a clawback account; any other account owns itself. */
export function ownerOf(account: string): string {
  return account.startsWith(clawbackPrefix) ? account.slice(clawbackPrefix.length) : account;
}
