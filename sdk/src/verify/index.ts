export { recomputeLeaves } from './batch.ts';
export type { FailureCode } from './bytes.ts';
export type { PinnedRoots } from './endorsement.ts';
export { verifyReceipt } from './receipt.ts';
export { verifySettlement } from './settlement.ts';
export type { StepId, Verification, VerificationStep } from './verification.ts';
