import type { Paging, Transport } from './transport.ts';
import type { PageOf, ReasonView } from './views.ts';
import type { Day, DifferenceKind, Instant, LocalText } from './words.ts';

/** GET /v1/campaigns?programme= — 活动 for operator and agency, newest first, with its budget. */
export interface CampaignAdminView {
  readonly campaign: string;
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  readonly price: { readonly fen: string; readonly milligrams: string };
  readonly dailyCapFen: string;
  readonly monthlyCapFen: string;
  readonly from: Day;
  readonly to?: Day;
  readonly isPaused: boolean;
  /** The sponsor's organisation, as its credentials name it. */
  readonly organisation?: string;
  readonly standing: BudgetStanding;
  readonly budget: BudgetView;
}

/** How much of a budget is free: nothing, less than a tenth of what was paid in, or more. */
export type BudgetStanding = 'used-up' | 'low' | 'ample';

/** 预算 of a campaign: what was paid in is at every moment left, reserved and paid. */
export interface BudgetView {
  readonly paidInFen: string;
  /** Set aside for payments under way. */
  readonly reservedFen: string;
  readonly paidFen: string;
  readonly payments: number;
  /** Reserved once and back since, because the bank would not pay: it is left again. */
  readonly returnedFen: string;
  readonly returns: number;
  /** Free to be redeemed. */
  readonly leftFen: string;
}

/** GET /v1/budgets?programme= — for operator and agency all, for a sponsor's organisation (a partner's credential) its own. */
export interface CampaignBudgetView {
  readonly campaign: string;
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  readonly from: Day;
  readonly to?: Day;
  readonly isPaused: boolean;
  readonly standing: BudgetStanding;
  readonly budget: BudgetView;
}

/** GET /v1/deposits?programme= — 存入, newest first: for operator and agency all, for a sponsor's organisation (a partner's credential) its own. */
export interface DepositView {
  /** The id under which the books and the bank's statement have it. */
  readonly deposit: string;
  readonly campaign: string;
  readonly programme: string;
  /** Of the campaign. */
  readonly name: LocalText;
  readonly sponsor: string;
  readonly amountFen: string;
  readonly paidInAt: Instant;
}

/** POST /v1/campaigns with Idempotency-Key: the same campaign again changes nothing. */
export interface NewCampaignBody {
  readonly campaign: string;
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
  /** The sponsor's organisation, as its credentials name it: it may see the budget. */
  readonly organisation?: string;
  readonly priceFen: string;
  readonly priceMilligrams: string;
  readonly dailyCapFen: string;
  readonly monthlyCapFen: string;
  readonly budgetFen: string;
  readonly from: Day;
  readonly to?: Day;
}

/** POST /v1/campaigns/{campaign}/extend with Idempotency-Key: a later last day, more budget, or both. */
export interface CampaignExtension {
  readonly to?: Day;
  readonly addBudgetFen?: string;
}

/** GET /v1/payments/unresolved — 待处理支付: outcome unknown, the longest first. Nobody's wallet or name stands in it. */
export interface UnresolvedPaymentView {
  readonly payment: string;
  readonly amountFen: string;
  /** `unknown`: asked for again at `nextAskAt`; `manual`: a person decides by the bank's statement. */
  readonly state: 'unknown' | 'manual';
  readonly unresolvedAt: Instant;
  readonly sentAt?: Instant;
  readonly nextAskAt?: Instant;
  readonly attempts: number;
  /** What the gateway said, or that it said nothing. */
  readonly gatewayReason: string;
}

/** Answer of an operator's act on a payment. */
export interface PaymentView {
  readonly payment: string;
  readonly amountFen: string;
  readonly state: 'reserved' | 'sent' | 'settled' | 'rejected' | 'unknown' | 'manual';
  readonly settledAt?: Instant;
  readonly bankReference?: string;
  readonly rejectionCode?: string;
  readonly reason?: ReasonView;
  readonly evidence?: {
    readonly by: string;
    readonly at: Instant;
    readonly statementDays: readonly Day[];
    readonly note: string;
  };
}

/** GET /v1/audit/settlements?programme=&day=, the latest first, and …/{settlement} — 结算封存: seals of what a day has paid, for how many burned milligrams. */
export interface SettlementView {
  readonly settlement: string;
  readonly programme: string;
  readonly day: Day;
  readonly count: number;
  readonly root: string;
  readonly amountFen: string;
  readonly burnedMilligrams: string;
  readonly state: 'prepared' | 'submitted' | 'sealed';
  readonly transaction?: string;
  readonly block?: number;
}

/** One line in which the sides of a reconciliation differ. Amounts of sides that are not asked are absent; `0` is a side that has nothing. */
export interface DifferenceView {
  readonly kind: DifferenceKind;
  /** The payment, the deposit, the seal, the account, or the bank's own id of a line. */
  readonly subject: string;
  readonly redemptionFen?: string;
  readonly booksFen?: string;
  readonly bankFen?: string;
  readonly ledgerFen?: string;
  readonly redemptionMilligrams?: string;
  readonly booksMilligrams?: string;
  readonly ledgerMilligrams?: string;
  /** What the sides are apart: the most that one says less the least. */
  readonly byFen?: string;
  readonly byMilligrams?: string;
}

/** What a reconciliation has of each side. */
export interface ReconciledSides {
  readonly programme: string;
  readonly day: Day;
  /** `open`: the statement is not complete, or something still ends by itself. `differs`: a person has to look. */
  readonly state: 'balanced' | 'open' | 'differs';
  readonly isStatementComplete: boolean;
  readonly books: { readonly count: number; readonly amountFen: string; readonly burnedMilligrams: string };
  readonly bank: { readonly count: number; readonly amountFen: string };
  readonly ledger: { readonly count: number; readonly amountFen: string; readonly burnedMilligrams: string };
  /** What sponsors have paid in on this day. */
  readonly deposits: {
    readonly books: { readonly count: number; readonly amountFen: string };
    readonly bank: { readonly count: number; readonly amountFen: string };
  };
  /** Grams burned by what was redeemed on this day, whenever it is paid. */
  readonly burned: { readonly booksMilligrams: string; readonly redemptionMilligrams: string };
  /** Entries of the bank's own on the funding wallets; they are no difference. */
  readonly bankOwn: { readonly interestFen: string; readonly feesFen: string };
}

/** GET /v1/audit/reconciliation?programme=&day= — 三方对账 of a day as it stands now: accounts, bank statement and ledger. */
export interface ReconciliationView extends ReconciledSides {
  readonly differences: readonly DifferenceView[];
}

/** GET /v1/audit/reconciliations — 对账报告 as it was stored; never edited. POST {programme, day} makes one now. */
export interface ReconciliationReportView extends ReconciledSides {
  readonly report: string;
  readonly at: Instant;
  /** Who asked; `system` where the day had ended. */
  readonly by: string;
  readonly differences: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** sha256 over everything that was found, differences included. */
  readonly digest: string;
  readonly supersedes?: string;
  /** A later report of the day stands in its place. */
  readonly isSuperseded: boolean;
}

const of = encodeURIComponent;

export function moneyCalls(transport: Transport) {
  const { json } = transport;
  return {
    campaigns: campaignCalls(transport),
    payments: paymentCalls(json),
    settlements: settlementCalls(transport),
    reconciliations: reconciliationCalls(transport),
  };
}

function reconciliationCalls({ json, programme }: Transport) {
  const at = (report: string) => `/v1/audit/reconciliations/${of(report)}`;
  return {
    /** Newest day first, and newest of a day first. */
    list: (
      query: {
        readonly programme?: string | undefined;
        readonly day?: Day | undefined;
        readonly cursor?: string | undefined;
      } = {},
    ) =>
      json<PageOf<ReconciliationReportView>>('/v1/audit/reconciliations', {
        query: { programme: programme(), ...query },
      }),
    /** Reconciles a day now and stores what was found. */
    ask: (body: { readonly programme?: string | undefined; readonly day: Day }) =>
      json<ReconciliationReportView>('/v1/audit/reconciliations', {
        method: 'POST',
        body: { programme: programme(), ...body },
      }),
    get: (report: string) => json<ReconciliationReportView>(at(report)),
    differences: (report: string, query: { readonly cursor?: string | undefined } = {}) =>
      json<PageOf<DifferenceView>>(`${at(report)}/differences`, { query: { ...query } }),
  };
}

function settlementCalls({ json, bytes, programme }: Transport) {
  return {
    /** The latest first. */
    ofDay: (day: Day, query: Paging & { readonly programme?: string | undefined } = {}) =>
      json<PageOf<SettlementView>>('/v1/audit/settlements', { query: { programme: programme(), day, ...query } }),
    get: (settlement: string) => json<SettlementView>(`/v1/audit/settlements/${of(settlement)}`),
    reconciliation: (day: Day, named?: string) =>
      json<ReconciliationView>('/v1/audit/reconciliation', { query: { day, programme: named ?? programme() } }),
    /** Leaves of a seal, 64 bytes each, in the order of the seal. */
    leaves: (settlement: string) => bytes(`/v1/audit/settlements/${of(settlement)}/leaves`),
  };
}

function campaignCalls({ json, programme }: Transport) {
  const at = (campaign: string, act: string) => `/v1/campaigns/${of(campaign)}/${act}`;
  return {
    list: (named?: string) =>
      json<PageOf<CampaignAdminView>>('/v1/campaigns', { query: { programme: named ?? programme() } }),
    budgets: (named?: string) =>
      json<PageOf<CampaignBudgetView>>('/v1/budgets', { query: { programme: named ?? programme() } }),
    /** Newest first; of a sponsor its own. */
    deposits: (query: Paging & { readonly programme?: string | undefined } = {}) =>
      json<PageOf<DepositView>>('/v1/deposits', { query: { programme: programme(), ...query } }),
    create: (body: NewCampaignBody, idempotencyKey: string) =>
      json<CampaignAdminView>('/v1/campaigns', { method: 'POST', body, idempotencyKey }),
    pause: (campaign: string, reason: string) =>
      json<CampaignAdminView>(at(campaign, 'pause'), { method: 'POST', body: { reason } }),
    resume: (campaign: string, reason: string) =>
      json<CampaignAdminView>(at(campaign, 'resume'), { method: 'POST', body: { reason } }),
    extend: (campaign: string, body: CampaignExtension, idempotencyKey: string) =>
      json<CampaignAdminView>(at(campaign, 'extend'), { method: 'POST', body, idempotencyKey }),
  };
}

function paymentCalls(json: Transport['json']) {
  return {
    unresolved: (query: { readonly cursor?: string | undefined } = {}) =>
      json<PageOf<UnresolvedPaymentView>>('/v1/payments/unresolved', { query: { ...query } }),
    get: (payment: string) => json<PaymentView>(`/v1/payments/${of(payment)}`),
    /** Has the gateway asked again now. */
    ask: (payment: string) => json<PaymentView>(`/v1/payments/${of(payment)}/ask`, { method: 'POST', body: {} }),
    /** Ends it by what the bank's statement says; refused while the statement says nothing. */
    decide: (payment: string, note: string) =>
      json<PaymentView>(`/v1/payments/${of(payment)}/decide`, { method: 'POST', body: { note } }),
  };
}
