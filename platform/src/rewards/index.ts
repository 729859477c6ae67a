export { budgetOf } from './budget.ts';
export type { Budget } from './budget.ts';
export { budgetAccount, campaignOf, fenFor, milligramsFor } from './campaign.ts';
export type { Campaign, Price } from './campaign.ts';
export { campaignsOf, createCampaign, extendCampaign, setPaused } from './campaigns.ts';
export type { CampaignDeps, NewCampaign } from './campaigns.ts';
export {
  budgetTotals,
  campaigns,
  moneyDays,
  reconciledDays,
  reconciliationDifferences,
  reconciliationMarks,
  reconciliations,
  redemptionCaps,
  redemptions,
  settlements,
} from './collections.ts';
export type {
  Amounts,
  CampaignDocument,
  DifferenceDocument,
  MoneyDayDocument,
  ReconciliationDocument,
  RedemptionDocument,
  SettlementDocument,
} from './collections.ts';
export { deposits, depositsOf } from './deposits.ts';
export type { DepositDocument } from './deposits.ts';
export { demoCampaign } from './demo.ts';
export type { Difference } from './differences.ts';
export { forgetRedemptions, isBeingPaid } from './forgetting.ts';
export { gramsOf } from './grams.ts';
export type { Grams } from './grams.ts';
export { moneyDayKey, moneyDayOf, newMoneyDay } from './money-day.ts';
export { quote } from './quote.ts';
export type { Quote, RewardDeps } from './quote.ts';
export { burnedAccount, finishRedemptions, redeem } from './redemption.ts';
export type { RedemptionRequest } from './redemption.ts';
export { reconcile } from './three-way-comparison.ts';
export type { Reconciliation } from './three-way-comparison.ts';
export {
  askReconciliation,
  differencesOf,
  isSuperseded,
  reconciliationsOf,
  reconciliationStored,
  reportOf,
} from './reconciliation-reports.ts';
export type { ReconcilingDeps, ReconciliationReport } from './reconciliation-reports.ts';
export { reconcileStep, reconciliationFigures } from './reconciliation-step.ts';
export type { ReconcileStepDeps, ReconciliationFigures, UnbalancedDay } from './reconciliation-step.ts';
export { reasonOfRejection, rewardRefusals } from './refusals.ts';
export {
  redemptionOf,
  sealOfRedemption,
  settlementPage,
  settlementReceiptOf,
  settlementsOf,
  settlementStored,
} from './settlement-receipt.ts';
export { settlementLeaves, settlementStep } from './settlement-sealing.ts';
export type { SettlementSealingDeps } from './settlement-sealing.ts';
export type { SeenWallet } from './wallet-standing.ts';
