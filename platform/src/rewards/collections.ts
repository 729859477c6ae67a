import type { SettlementHeader } from '@tanhui/sdk/model';
import type { Collection } from '../storage/index.ts';
import type { RejectionCode, WalletRef } from '../wallets/index.ts';

export interface LocalText {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** 活动: a sponsor's offer as stored data. A price is an exact ratio of fen and milligrams. */
export interface CampaignDocument {
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  /** The sponsor's funding wallet. */
  readonly payer: WalletRef;
  readonly priceFen: string;
  readonly priceMilligrams: string;
  /** Caps of one person in this campaign. */
  readonly dailyCapFen: string;
  readonly monthlyCapFen: string;
  readonly from: string;
  /** Last day, inclusive; absent while it has no end. */
  readonly to?: string;
  readonly isPaused: boolean;
  readonly createdAt: number;
  readonly createdBy: string;
}

export const campaigns: Collection<CampaignDocument> = {
  name: 'campaigns',
  keys: { exception: 'a programme has a handful of campaigns, asked for by id' },
  indexes: [
    {
      name: 'by_programme',
      fields: ['programme', 'from'],
      exception: 'a programme has a handful of campaigns, shown newest first',
    },
  ],
};

/** 兑换: grams burned and fen reserved in one unit of work. Its id is its payment's id. */
export interface RedemptionDocument {
  readonly citizen: string;
  readonly programme: string;
  readonly campaign: string;
  readonly amountFen: string;
  readonly burnedMilligrams: string;
  readonly status: 'reserved' | 'settled' | 'rejected';
  readonly createdAt: number;
  readonly createdOn: string;
  readonly settledAt?: number;
  readonly settledOn?: string;
  readonly bankReference?: string;
  readonly rejectionCode?: RejectionCode;
  /** 32 bytes, hex: opens the settlement's commitment; gone when the person is erased. */
  readonly salt?: string;
  /** 32 bytes, hex: stands in the settlement's leaf, whatever becomes of the person. */
  readonly commitment?: string;
  /** Present while it is settled and in no seal. */
  readonly unsealedAt?: number;
  /** The seal 结算封存 that holds it. */
  readonly settlement?: string;
}

export const redemptions: Collection<RedemptionDocument> = {
  name: 'redemptions',
  keys: 'time-led',
  indexes: [
    { name: 'by_settlement_day', fields: ['settledOn', 'programme', 'settlement'], sparse: true },
    { name: 'unsealed', fields: ['unsealedAt'], sparse: true },
    {
      name: 'by_citizen',
      fields: ['citizen', 'createdAt'],
      exception: 'a person’s redemptions are few and shown newest first',
    },
  ],
};

/** What a person took from a campaign on a day; money that comes back still counts for the day it was taken from. */
export const redemptionCaps: Collection<{ readonly day: string; readonly takenFen: string }> = {
  name: 'redemption_caps',
  keys: 'time-led',
  indexes: [],
};

/** 资金日: what was redeemed, settled and given back on a programme's day, kept by every unit of work that changes it. */
export interface MoneyDayDocument {
  readonly programme: string;
  readonly day: string;
  /** Redeemed on this day, whatever became of it. */
  readonly taken: Amounts;
  /** Of what was redeemed on this day, what came back. */
  readonly returned: Amounts;
  /** Of what was redeemed on this day, what has been paid by now. */
  readonly paid: Amounts;
  /** Settled by the bank on this day, whenever it was redeemed: what statement, books and seals have to agree on. */
  readonly settled: Amounts;
  /** Seals that were begun for what was settled on this day. */
  readonly seals: number;
}

export interface Amounts {
  readonly count: number;
  readonly fen: string;
  readonly milligrams: string;
}

export const moneyDays: Collection<MoneyDayDocument> = { name: 'money_days', keys: 'time-led', indexes: [] };

/** 结算封存: some of a day's settled redemptions on their way to the ledger, or there. Which ones is stored before the first try: each of them names its seal. */
export interface SettlementDocument {
  readonly programme: string;
  readonly day: string;
  readonly header: SettlementHeader;
  readonly state: 'prepared' | 'submitted' | 'sealed';
  /** Present while it is not sealed: when it was prepared. */
  readonly openAt?: number;
  /** The endorsed envelope, base64, so that the same one can be submitted again. */
  readonly envelope?: string;
  readonly transaction?: string;
  readonly block?: number;
  readonly sealedAt?: number;
}

export const settlements: Collection<SettlementDocument> = {
  name: 'settlements',
  keys: 'time-led',
  indexes: [{ name: 'open', fields: ['openAt'], sparse: true }],
};
