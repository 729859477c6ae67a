import type { Day, Receipt, SettlementReceipt } from '../model/index.ts';
import { accessCalls } from './access.ts';
import { appealCalls } from './appeals.ts';
import { moneyCalls } from './money.ts';
import { operationsCalls } from './operations.ts';
import { rootCalls } from './roots.ts';
import { runCalls } from './runs.ts';
import { rightsCalls } from './rights.ts';
import { createTransport } from './transport.ts';
import type { ClientOptions, Paging, Transport } from './transport.ts';
import type * as Audit from './audit.ts';
import type * as View from './views.ts';
import type * as Wallet from './wallet.ts';

const of = encodeURIComponent;

/** Typed calls of the HTTP API, one method a route. Calls that change something take the Idempotency-Key that the caller made. */
export function createClient(options: ClientOptions) {
  const transport = createTransport(options);
  return {
    ...openCalls(transport),
    me: citizenCalls(transport),
    audit: auditCalls(transport),
    access: accessCalls(transport),
    appeals: appealCalls(transport),
    ...moneyCalls(transport),
    ...rootCalls(transport),
    runs: runCalls(transport),
    operations: operationsCalls(transport),
  };
}

export type TanhuiClient = ReturnType<typeof createClient>;

function openCalls({ json, programme }: Transport) {
  return {
    programme: () => json<View.ProgrammeView>('/v1/programme', { query: { programme: programme() } }),
    programmes: () => json<View.PageOf<View.ProgrammeLine>>('/v1/programmes'),
    ledger: () => json<View.LedgerView>('/v1/ledger'),
    methodologies: (paging: Paging = {}) =>
      json<View.PageOf<View.MethodologyView>>('/v1/methodologies', { query: { ...paging } }),
    methodology: (methodology: string) => json<View.MethodologyTextView>(`/v1/methodologies/${of(methodology)}`),
    demoIdentities: () => json<View.PageOf<View.DemoIdentity>>('/v1/demo/identities'),
    demoSignIn: (identity: string) => json<View.SignIn>('/v1/demo/sign-in', { method: 'POST', body: { identity } }),
  };
}

function citizenCalls(transport: Transport) {
  const { json } = transport;
  return {
    get: () => json<View.CitizenView>('/v1/me'),
    day: (day: Day) => json<View.CitizenDayView>(`/v1/me/days/${day}`),
    trips: (query: Paging & { readonly day?: Day | undefined } = {}) =>
      json<View.PageOf<View.TripView>>('/v1/me/trips', { query: { ...query } }),
    trip: (activity: string) => json<View.TripView>(`/v1/me/trips/${of(activity)}`),
    record: (record: string) => json<View.RecordView>(`/v1/me/records/${of(record)}`),
    receipt: (record: string) => json<Receipt>(`/v1/me/records/${of(record)}/receipt`),
    sources: () => json<View.PageOf<View.SourceView>>('/v1/me/sources'),
    appeals: (paging: Paging = {}) => json<View.PageOf<View.AppealView>>('/v1/me/appeals', { query: { ...paging } }),
    appeal: (body: { readonly activity: string; readonly statement: string }, idempotencyKey: string) =>
      json<View.AppealView>('/v1/me/appeals', { method: 'POST', body, idempotencyKey }),
    exportAll: () => json<unknown>('/v1/me/export'),
    erase: (idempotencyKey: string) =>
      json<View.ErasureView>('/v1/me/erasure', { method: 'POST', body: { confirm: true }, idempotencyKey }),
    ...walletCalls(json),
    ...rightsCalls(transport),
  };
}

function walletCalls(json: Transport['json']) {
  return {
    wallet: () => json<Wallet.WalletView>('/v1/me/wallet'),
    bindWallet: (tier: Wallet.WalletTier, idempotencyKey: string) =>
      json<Wallet.WalletView>('/v1/me/wallet', { method: 'POST', body: { tier }, idempotencyKey }),
    unbindWallet: () => json<Wallet.WalletView>('/v1/me/wallet', { method: 'DELETE' }),
    redemptions: (paging: Paging = {}) =>
      json<View.PageOf<Wallet.RedemptionView>>('/v1/me/redemptions', { query: { ...paging } }),
    redemption: (redemption: string) => json<Wallet.RedemptionView>(`/v1/me/redemptions/${of(redemption)}`),
    redemptionReceipt: (redemption: string) => json<SettlementReceipt>(`/v1/me/redemptions/${of(redemption)}/receipt`),
    redeem: (amountFen: string, idempotencyKey: string) =>
      json<Wallet.RedemptionView>('/v1/me/redemptions', { method: 'POST', body: { amountFen }, idempotencyKey }),
  };
}

function auditCalls({ json, bytes, programme }: Transport) {
  const own = () => ({ programme: programme() });
  return {
    days: (paging: Paging = {}) =>
      json<View.PageOf<Audit.AuditDayLine>>('/v1/audit/days', { query: { ...own(), ...paging } }),
    day: (day: Day) => json<Audit.AuditDayView>(`/v1/audit/days/${day}`, { query: own() }),
    closeDay: (day: Day, idempotencyKey: string) =>
      json<Audit.AuditDayView>(`/v1/audit/days/${day}/close`, {
        method: 'POST',
        query: own(),
        body: {},
        idempotencyKey,
      }),
    batches: (query: Paging & { readonly day?: Day | undefined } = {}) =>
      json<View.PageOf<Audit.BatchView>>('/v1/audit/batches', { query: { ...own(), ...query } }),
    batch: (batch: string) => json<Audit.BatchView>(`/v1/audit/batches/${of(batch)}`),
    leaves: (batch: string) => bytes(`/v1/audit/batches/${of(batch)}/leaves`),
    blocks: (paging: Paging = {}) => json<View.PageOf<Audit.BlockView>>('/v1/audit/blocks', { query: { ...paging } }),
    block: (number: number) => json<Audit.BlockView>(`/v1/audit/blocks/${number}`),
    refusals: (query: Paging & { readonly day?: Day | undefined; readonly code?: string | undefined } = {}) =>
      json<View.PageOf<Audit.RefusalLine>>('/v1/audit/refusals', { query: { ...own(), ...query } }),
    recomputation: (record: string, reason: string) =>
      json<Audit.RecomputationView>(`/v1/audit/records/${of(record)}/recomputation`, { reason }),
  };
}
