import type { ReasonView } from './views.ts';
import type { Instant, LocalText } from './words.ts';

/** POST /v1/me/wallet {tier} with Idempotency-Key binds a wallet and answers `WalletView`; DELETE /v1/me/wallet unbinds. */
export type WalletTier = 'class-1' | 'class-2' | 'class-3' | 'class-4';

/** GET /v1/me/wallet */
export interface WalletView {
  readonly binding?: {
    readonly lastFour: string;
    readonly tier: string;
    readonly state: 'active' | 'frozen-in' | 'frozen-out' | 'frozen' | 'closed';
    readonly balanceFen: string;
    readonly balanceCapFen?: string;
    readonly limits: WalletLimitsView;
    /** 限额管控: the limits are those of class 4, whatever the tier. */
    readonly hasQuotaControl: boolean;
    readonly isSimulated: boolean;
  };
  readonly redeemableMilligrams: string;
  /** 追回: grams that were taken back after they had been redeemed; the next grams fill it first. */
  readonly clawbackMilligrams: string;
  readonly redeemableFen: string;
  readonly campaign?: CampaignView;
  /** Why nothing can be redeemed now, in words; absent when it can. */
  readonly obstacle?: ReasonView;
}

/** Limits of a wallet's payments as published for its tier, and what of them is used; absent where there is none, or the gateway cannot tell. */
export interface WalletLimitsView {
  readonly singleFen?: string;
  readonly dailyFen?: string;
  readonly usedTodayFen?: string;
  readonly yearlyFen?: string;
  readonly usedThisYearFen?: string;
}

export interface CampaignView {
  readonly campaign: string;
  readonly name: LocalText;
  readonly sponsor: string;
  readonly fenPerKilogram: { readonly fen: string; readonly milligrams: string };
  readonly dailyCapFen: string;
  readonly monthlyCapFen: string;
  readonly leftTodayFen: string;
  readonly leftThisMonthFen: string;
  readonly isPaused: boolean;
}

/** POST /v1/me/redemptions {amountFen} with Idempotency-Key; GET /v1/me/redemptions; GET /v1/me/redemptions/{redemption} */
export interface RedemptionView {
  readonly redemption: string;
  readonly amountFen: string;
  readonly burnedMilligrams: string;
  readonly status: 'reserved' | 'sent' | 'settled' | 'rejected' | 'unknown';
  readonly createdAt: Instant;
  readonly settledAt?: Instant;
  readonly bankReference?: string;
  readonly reason?: ReasonView;
  /** Present once it stands on the ledger; its receipt is GET /v1/me/redemptions/{redemption}/receipt. */
  readonly seal?: { readonly settlement: string; readonly transaction: string; readonly block: number };
}
