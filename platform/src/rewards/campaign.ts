import type { Day, Fen, Milligrams } from '@tanhui/sdk/model';
import { fen, milligrams } from '@tanhui/sdk/model';
import type { WalletRef } from '../wallets/index.ts';
import type { CampaignDocument, LocalText } from './collections.ts';

/** A price is an exact ratio. */
export interface Price {
  readonly fen: Fen;
  readonly milligrams: Milligrams;
}

/** 制度 of a programme: whether it pays money at all. */
export type RegimeOf = (programme: string) => 'ecny' | 'points' | 'no-money';

/** A campaign with its amounts as amounts. */
export interface Campaign {
  readonly id: string;
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  readonly organisation?: string;
  readonly payer: WalletRef;
  readonly price: Price;
  readonly dailyCapFen: Fen;
  readonly monthlyCapFen: Fen;
  readonly from: Day;
  readonly to?: Day;
  readonly isPaused: boolean;
}

export function campaignOf(id: string, stored: CampaignDocument): Campaign {
  const { programme, name, sponsor, organisation, payer, isPaused } = stored;
  return {
    id,
    programme,
    name,
    sponsor,
    ...(organisation !== undefined && { organisation }),
    payer,
    price: { fen: fen(stored.priceFen), milligrams: milligrams(stored.priceMilligrams) },
    dailyCapFen: fen(stored.dailyCapFen),
    monthlyCapFen: fen(stored.monthlyCapFen),
    from: stored.from as Day,
    ...(stored.to !== undefined && { to: stored.to as Day }),
    isPaused,
  };
}

/** Grams that an amount burns: rounded up, so that nobody is paid for grams that are not burned; the rest stays. */
export function milligramsFor({ price }: { readonly price: Price }, amount: Fen): Milligrams {
  const numerator = (amount as bigint) * price.milligrams;
  return milligrams((numerator + price.fen - 1n) / price.fen);
}

/** The most that grams buy: rounded down. */
export function fenFor({ price }: { readonly price: Price }, grams: Milligrams): Fen {
  return fen(grams < 0n ? 0n : ((grams as bigint) * price.fen) / price.milligrams);
}

/** Where a campaign's money stands in the books. */
export function budgetAccount(campaign: string): string {
  return `budget:${campaign}`;
}
