import { fen } from '@tanhui/sdk/model';
import type { Day, Fen } from '@tanhui/sdk/model';
import type { RejectionCode, WalletInspection, WalletTier } from '../../gateway.ts';
import type { WalletDocument } from './collections.ts';
import table from './tiers.json' with { type: 'json' };

type Limits = WalletInspection['limits'];
const limitNames = ['balanceFen', 'singleFen', 'dailyFen', 'yearlyFen'] as const;
type PublishedLimits = Readonly<Partial<Record<(typeof limitNames)[number] | 'source', string>>>;

export const limitsSource = `Mu Changchun, Lujiazui Forum 2021, and later press; table valid from ${table.validFrom}`;

/** Effective limits: quota control lowers them to class 4 without changing the tier. */
export function limitsOf({ tier, hasQuotaControl }: Pick<WalletDocument, 'tier' | 'hasQuotaControl'>): Limits {
  const published = (table.tiers as Readonly<Record<WalletTier, PublishedLimits>>)[hasQuotaControl ? 'class-4' : tier];
  const limits: Partial<Record<(typeof limitNames)[number], Fen>> = {};
  for (const name of limitNames) {
    const limit = published[name];
    if (limit !== undefined) limits[name] = fen(limit);
  }
  return limits;
}

/**
 * What stops money from coming in: only the balance cap and the wallet's state. The published single, daily and yearly figures are limits of
 * *payments* (Mu Changchun, Lujiazui Forum 2021: "single payment limit, daily payment limit, balance cap"), which a receipt does not make;
 * no rule text says that received money counts. A reward goes to a real-name wallet, as the e-CNY App's own carbon scheme does (January 2026).
 */
export function obstacleToReceiving(payee: WalletDocument, amount: bigint): RejectionCode | undefined {
  if (payee.state === 'closed') return 'WALLET_CLOSED';
  if (payee.state !== 'active' && payee.state !== 'frozen-out') return 'WALLET_FROZEN';
  if (!table.realNameTiers.includes(payee.tier)) return 'WALLET_TIER';
  const cap = limitsOf(payee).balanceFen;
  return cap !== undefined && BigInt(payee.balanceFen) + amount > cap ? 'BALANCE_CAP' : undefined;
}

/** What stops money from going out: state, funds, and the payment limits. Day and year are calendar ones in UTC+8; no source says whether they roll. */
export function obstacleToPaying(payer: WalletDocument, amount: bigint, day: Day): RejectionCode | undefined {
  if (payer.state !== 'active' && payer.state !== 'frozen-in') return 'PAYER_STATE';
  const { singleFen, dailyFen, yearlyFen } = limitsOf(payer);
  const exceeds = (limit: Fen | undefined, sum: bigint) => limit !== undefined && sum > limit;
  if (exceeds(singleFen, amount)) return 'LIMIT_SINGLE';
  const { today, thisYear } = paidBy(payer, day);
  if (exceeds(dailyFen, today + amount)) return 'LIMIT_DAILY';
  if (exceeds(yearlyFen, thisYear + amount)) return 'LIMIT_YEARLY';
  return BigInt(payer.balanceFen) < amount ? 'INSUFFICIENT_FUNDS' : undefined;
}

/** What of the payment limits is used: what has been paid, as the limits are limits of payments. */
export function usedOf(wallet: WalletDocument, day: Day): NonNullable<WalletInspection['used']> {
  const { today, thisYear } = paidBy(wallet, day);
  return { todayFen: fen(today), thisYearFen: fen(thisYear) };
}

function paidBy({ paid }: WalletDocument, day: Day): { readonly today: bigint; readonly thisYear: bigint } {
  return {
    today: paid?.day === day ? BigInt(paid.dayFen) : 0n,
    thisYear: paid?.day.slice(0, 4) === day.slice(0, 4) ? BigInt(paid.yearFen) : 0n,
  };
}

/** The payer after it has paid. */
export function afterPaying(payer: WalletDocument, amount: bigint, day: Day): WalletDocument {
  const { today, thisYear } = paidBy(payer, day);
  return {
    ...payer,
    balanceFen: String(BigInt(payer.balanceFen) - amount),
    paid: { day, dayFen: String(today + amount), yearFen: String(thisYear + amount) },
  };
}
