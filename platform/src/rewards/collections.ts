import type { DifferenceKind, SettlementHeader } from '@tanhui/sdk/model';
import type { Collection } from '../storage/index.ts';
import type { RejectionCode, WalletRef } from '../wallets/index.ts';
import type { DifferenceAmount, ReconciliationState } from './differences.ts';

export interface LocalText {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** 活动: a sponsor's offer as stored data. A price is an exact ratio of fen and milligrams. */
export interface CampaignDocument {
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  /** The sponsor's organisation, as its credentials name it: it may see the budget. */
  readonly organisation?: string;
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

/** What became of a campaign's money, kept by the unit of work that ends a payment; what is left and reserved stands in the books. */
export interface BudgetTotalsDocument {
  readonly paid: Counted;
  /** Reserved once, and back in the budget because the bank would not pay. */
  readonly returned: Counted;
}

export const budgetTotals: Collection<BudgetTotalsDocument> = {
  name: 'budget_totals',
  keys: { exception: 'one document for each campaign, asked for by its id' },
  indexes: [],
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
  /** Transactions of envelopes before this one that ordering refused when they came again: whether it had taken them the first time nobody knows. */
  readonly earlier?: readonly string[];
  readonly block?: number;
  readonly sealedAt?: number;
}

export const settlements: Collection<SettlementDocument> = {
  name: 'settlements',
  keys: 'time-led',
  indexes: [{ name: 'open', fields: ['openAt'], sparse: true }],
};

/** What a difference of a reconciliation says; the kinds stand in `differences.ts`. Amounts that a side does not speak of are absent. */
export interface DifferenceDocument extends Partial<Record<DifferenceAmount, string>> {
  readonly kind: DifferenceKind;
  readonly subject: string;
}

/** 对账报告: what a three-way reconciliation of one programme's day found at one instant. Never edited: a later one says which it supersedes. */
export interface ReconciliationDocument {
  readonly programme: string;
  readonly day: string;
  readonly at: number;
  /** Who asked; `system` where the day had ended. */
  readonly by: string;
  readonly state: ReconciliationState;
  readonly isStatementComplete: boolean;
  readonly books: Amounts;
  readonly bank: Counted;
  readonly ledger: Amounts;
  readonly deposits: { readonly books: Counted; readonly bank: Counted };
  /** Grams burned by what was redeemed on this day: by the journal, and by the redemptions. */
  readonly burned: { readonly booksMilligrams: string; readonly redemptionMilligrams: string };
  /** Entries of the bank's own on the funding wallets. */
  readonly bankOwn: { readonly interestFen: string; readonly feesFen: string };
  /** How many there are, and how many of each kind. */
  readonly differences: number;
  readonly kinds: Readonly<Partial<Record<DifferenceKind, number>>>;
  /** sha256 over everything that was found, differences included: two looks that found the same have the same. */
  readonly digest: string;
  readonly supersedes?: string;
}

export interface Counted {
  readonly count: number;
  readonly fen: string;
}

export const reconciliations: Collection<ReconciliationDocument> = {
  name: 'reconciliations',
  keys: 'time-led',
  indexes: [
    {
      name: 'by_programme',
      fields: ['programme', 'day', 'at'],
      exception: 'a programme has one report a day, or a few, shown newest first',
    },
  ],
};

export const reconciliationDifferences: Collection<DifferenceDocument> = {
  name: 'reconciliation_differences',
  keys: 'time-led',
  indexes: [],
};

/** 已对账日: where the reconciliation of a programme's day stands: its newest report, and when it is looked at again. */
export interface ReconciledDayDocument {
  readonly programme: string;
  readonly day: string;
  /** Times that it was looked at by itself since the day ended. */
  readonly looks: number;
  /** Present while it is to be looked at. */
  readonly dueAt?: number;
  readonly report?: string;
  readonly state?: ReconciliationState;
  readonly differences?: number;
  /** The day, while it has a report and is not balanced. */
  readonly unbalancedOn?: string;
}

export const reconciledDays: Collection<ReconciledDayDocument> = {
  name: 'reconciled_days',
  keys: 'time-led',
  indexes: [
    { name: 'due', fields: ['dueAt'], sparse: true },
    { name: 'unbalanced', fields: ['unbalancedOn', 'programme'], sparse: true },
  ],
};

/** How far a programme's days have been opened for reconciliation, and the last ended one that has a report. */
export const reconciliationMarks: Collection<{ readonly openedDay: string; readonly reconciledDay?: string }> = {
  name: 'reconciliation_marks',
  keys: { exception: 'one document for each programme that pays money' },
  indexes: [],
};
