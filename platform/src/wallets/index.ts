export { payments, walletBindings } from './collections.ts';
export type { PaymentDocument, PaymentEvidence, PaymentState } from './collections.ts';
export { readStatement } from './evidence.ts';
export { rejectionCodes } from './gateway.ts';
export type {
  Outcome,
  PaymentInstruction,
  RejectionCode,
  StatementLine,
  StatementPage,
  WalletGateway,
  WalletInspection,
  WalletRef,
  WalletTier,
} from './gateway.ts';
export { instruct, payStep } from './payments.ts';
export type { FinalOutcome, FinalPayment, PaymentDeps } from './payments.ts';
export { walletRefusals } from './refusals.ts';
export { askNow, paymentOf, resolveByStatement, unresolvedPayments } from './resolving.ts';
export type { ResolvingDeps } from './resolving.ts';
