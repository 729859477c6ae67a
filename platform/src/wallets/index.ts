export type { Outcome, WalletGateway, WalletInspection, WalletRef, WalletTier } from './gateway.ts';
export { instruct, payments, payStep, walletBindings } from './payments.ts';
export type { PaymentDeps, PaymentDocument, PaymentState } from './payments.ts';
