import type { Receipt, SettlementReceipt } from '../model/index.ts';
import type { CredentialView, SecretView, TrailCheckView, TrailEntryView } from './access.ts';
import type { AppealCaseView, AppealLineView } from './appeals.ts';
import type {
  CampaignAdminView,
  CampaignBudgetView,
  DepositView,
  DifferenceView,
  PaymentView,
  ReconciliationReportView,
  ReconciliationView,
  SettlementView,
  UnresolvedPaymentView,
} from './money.ts';
import type { BackupView, ControlView, StuckView } from './operations.ts';
import type { BindingView, ConsentTextView, ConsentView, UnbindingView } from './rights.ts';
import type { DayRootView } from './roots.ts';
import type { IntakeSourceView, RunRefusal, RunReversalView, RunView } from './runs.ts';
import type * as Audit from './audit.ts';
import type * as View from './views.ts';
import type * as Wallet from './wallet.ts';

/** GET /health — the process lives. */
export interface HealthView {
  readonly status: 'ok';
}

/** GET /ready — store and ledger answer; where one does not, the answer is a refusal that names it. */
export interface ReadyView {
  readonly status: 'ready';
  readonly store: boolean;
  readonly ledger: boolean;
  readonly ledgerBlocks: number;
}

/** POST /v1/sources/{source}/records — one for each record in its order; of NDJSON one a line. */
export interface RecordOutcomeView {
  readonly line: number;
  readonly outcome: 'used' | 'duplicate' | 'refused' | 'open';
  readonly code?: string;
  readonly field?: string;
}

/** POST /v1/runs/{run}/finish — `read = used + duplicate + refused + open`. */
export interface FinishedRunView {
  readonly records: RunView['counts']['records'];
  readonly activities: RunView['counts']['activities'];
  readonly reductionMilligrams: string;
  readonly sealed: { readonly batches: number; readonly records: number };
}

type Unbound = View.CitizenView & { readonly unbinding: UnbindingView };

/**
 * What each operation answers in JSON, by method and path. The server's routes are held to it by the compiler, and the OpenAPI document describes answers from it.
 * Members may be added; none is taken away.
 */
export interface Answers {
  'get /health': HealthView;
  'get /ready': ReadyView;
  'get /v1/programme': View.ProgrammeView;
  'get /v1/programmes': View.PageOf<View.ProgrammeLine>;
  'get /v1/ledger': View.LedgerView;
  'get /v1/methodologies': View.PageOf<View.MethodologyView>;
  'get /v1/methodologies/:methodology': View.MethodologyTextView;
  'get /v1/demo/identities': View.PageOf<View.DemoIdentity>;
  'post /v1/demo/sign-in': View.SignIn;
  'post /v1/tokens': View.SignIn;
  'post /v1/bootstrap': SecretView;
  'post /v1/bootstrap/token': { readonly token: string };
  'get /v1/credentials': View.PageOf<CredentialView>;
  'post /v1/credentials': SecretView;
  'post /v1/credentials/:credential/rotate': SecretView;
  'post /v1/credentials/:credential/revoke': CredentialView;
  'get /v1/sources': View.PageOf<IntakeSourceView>;
  'post /v1/sources/:source/records': { readonly outcomes: readonly RecordOutcomeView[] };
  'get /v1/runs': View.PageOf<RunView>;
  'post /v1/runs': { readonly run: string };
  'get /v1/runs/:run': RunView;
  'post /v1/runs/:run/finish': FinishedRunView;
  'post /v1/runs/:run/reversal': RunReversalView;
  'get /v1/runs/:run/refusals': View.PageOf<RunRefusal>;
  'get /v1/operations/steps': Readonly<Record<string, number>>;
  'get /v1/operations/stuck': StuckView;
  'get /v1/operations/controls': View.PageOf<ControlView>;
  'post /v1/operations/controls/:control/pause': ControlView;
  'post /v1/operations/controls/:control/resume': ControlView;
  'get /v1/operations/backups': View.PageOf<BackupView>;
  'post /v1/operations/backups': BackupView;
  'get /v1/roots': View.PageOf<DayRootView>;
  'get /v1/me': View.CitizenView;
  'get /v1/me/days/:day': View.CitizenDayView;
  'get /v1/me/trips': View.PageOf<View.TripView>;
  'get /v1/me/trips/:activity': View.TripView;
  'get /v1/me/records/:record': View.RecordView;
  'get /v1/me/records/:record/receipt': Receipt;
  'get /v1/me/sources': View.PageOf<View.SourceView>;
  'get /v1/me/consent-text': ConsentTextView;
  'get /v1/me/consents': View.PageOf<ConsentView>;
  'delete /v1/me/consents/:source': Unbound;
  'post /v1/me/accounts': View.CitizenView & { readonly binding: BindingView };
  'delete /v1/me/accounts/:account': Unbound;
  'get /v1/me/looks': View.PageOf<TrailEntryView>;
  'get /v1/me/appeals': View.PageOf<View.AppealView>;
  'post /v1/me/appeals': View.AppealView;
  'get /v1/appeals': View.PageOf<AppealLineView>;
  'get /v1/appeals/:appeal': AppealCaseView;
  'post /v1/appeals/:appeal/decision': AppealCaseView;
  'post /v1/me/erasure': View.ErasureView;
  'get /v1/me/wallet': Wallet.WalletView;
  'post /v1/me/wallet': Wallet.WalletView;
  'delete /v1/me/wallet': Wallet.WalletView;
  'get /v1/me/redemptions': View.PageOf<Wallet.RedemptionView>;
  'post /v1/me/redemptions': Wallet.RedemptionView;
  'get /v1/me/redemptions/:redemption': Wallet.RedemptionView;
  'get /v1/me/redemptions/:redemption/receipt': SettlementReceipt;
  'get /v1/audit/reconciliation': ReconciliationView;
  'get /v1/audit/reconciliations': View.PageOf<ReconciliationReportView>;
  'post /v1/audit/reconciliations': ReconciliationReportView;
  'get /v1/audit/reconciliations/:report': ReconciliationReportView;
  'get /v1/audit/reconciliations/:report/differences': View.PageOf<DifferenceView>;
  'get /v1/audit/settlements': View.PageOf<SettlementView>;
  'get /v1/audit/settlements/:settlement': SettlementView;
  'get /v1/budgets': View.PageOf<CampaignBudgetView>;
  'get /v1/deposits': View.PageOf<DepositView>;
  'get /v1/campaigns': View.PageOf<CampaignAdminView>;
  'post /v1/campaigns': CampaignAdminView;
  'post /v1/campaigns/:campaign/pause': CampaignAdminView;
  'post /v1/campaigns/:campaign/resume': CampaignAdminView;
  'post /v1/campaigns/:campaign/extend': CampaignAdminView;
  'get /v1/payments/unresolved': View.PageOf<UnresolvedPaymentView>;
  'get /v1/payments/:payment': PaymentView;
  'post /v1/payments/:payment/ask': PaymentView;
  'post /v1/payments/:payment/decide': PaymentView;
  'get /v1/audit/days': View.PageOf<Audit.AuditDayLine>;
  'get /v1/audit/days/:day': Audit.AuditDayView;
  'post /v1/audit/days/:day/close': Audit.AuditDayView;
  'get /v1/audit/refusals': View.PageOf<Audit.RefusalLine>;
  'get /v1/audit/records/:record/recomputation': Audit.RecomputationView;
  'get /v1/audit/batches': View.PageOf<Audit.BatchView>;
  'get /v1/audit/batches/:batch': Audit.BatchView;
  'get /v1/audit/blocks': View.PageOf<Audit.BlockView>;
  'get /v1/audit/blocks/:number': Audit.BlockView;
  'get /v1/audit/trail': View.PageOf<TrailEntryView>;
  'get /v1/audit/trail/days/:day/check': TrailCheckView;
}
