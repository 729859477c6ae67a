import type { Transport } from './transport.ts';
import type { PageOf, ReasonView } from './views.ts';
import type { Day, Instant, LocalText } from './words.ts';

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
  readonly budget: {
    /** Free to be redeemed. */
    readonly leftFen: string;
    /** Set aside for payments under way. */
    readonly reservedFen: string;
  };
}

/** POST /v1/campaigns with Idempotency-Key: the same campaign again changes nothing. */
export interface NewCampaignBody {
  readonly campaign: string;
  readonly programme: string;
  readonly name: LocalText;
  readonly sponsor: string;
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

/** GET /v1/audit/settlements?programme=&day= — 结算封存: seals of what a day has paid, for how many burned milligrams. */
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

/** GET /v1/audit/reconciliation?programme=&day= — 三方对账 of a day: accounts, bank statement and ledger. */
export interface ReconciliationView {
  readonly programme: string;
  readonly day: Day;
  /** `open`: the statement is not complete, or something still ends by itself. `differs`: a person has to look. */
  readonly state: 'balanced' | 'open' | 'differs';
  readonly isStatementComplete: boolean;
  readonly books: { readonly count: number; readonly amountFen: string; readonly burnedMilligrams: string };
  readonly bank: { readonly count: number; readonly amountFen: string };
  readonly ledger: { readonly count: number; readonly amountFen: string; readonly burnedMilligrams: string };
  readonly differences: readonly {
    readonly kind:
      | 'NOT_BOOKED'
      | 'NOT_AT_BANK'
      | 'AMOUNT_DIFFERS'
      | 'UNKNOWN_TO_US'
      | 'PAID_THOUGH_REJECTED'
      | 'BOOKED_ON_ANOTHER_DAY'
      | 'UNCONFIRMED'
      | 'NOT_SEALED'
      | 'SEAL_DIFFERS';
    /** The payment, the seal, or the bank's own id of a line. */
    readonly subject: string;
    readonly booksFen?: string;
    readonly bankFen?: string;
  }[];
}

const of = encodeURIComponent;

export function moneyCalls(transport: Transport) {
  const { json } = transport;
  return { campaigns: campaignCalls(json), payments: paymentCalls(json), settlements: settlementCalls(transport) };
}

function settlementCalls({ json, bytes }: Transport) {
  return {
    ofDay: (day: Day, programme?: string) =>
      json<PageOf<SettlementView>>('/v1/audit/settlements', {
        query: { day, ...(programme !== undefined && { programme }) },
      }),
    reconciliation: (day: Day, programme?: string) =>
      json<ReconciliationView>('/v1/audit/reconciliation', {
        query: { day, ...(programme !== undefined && { programme }) },
      }),
    /** Leaves of a seal, 64 bytes each, in the order of the seal. */
    leaves: (settlement: string) => bytes(`/v1/audit/settlements/${of(settlement)}/leaves`),
  };
}

function campaignCalls(json: Transport['json']) {
  const at = (campaign: string, act: string) => `/v1/campaigns/${of(campaign)}/${act}`;
  return {
    list: (programme?: string) =>
      json<PageOf<CampaignAdminView>>('/v1/campaigns', { query: programme === undefined ? {} : { programme } }),
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
