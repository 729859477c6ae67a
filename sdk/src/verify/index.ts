export { verifyAnyReceipt } from './any.ts';
export { recomputeLeaves } from './batch.ts';
export type { FailureCode } from './bytes.ts';
export type { ProvenFacts } from './endorsement.ts';
export type { PinnedRoots } from './pinned.ts';
export { nextSteps } from './next.ts';
export { verifyReceipt } from './receipt.ts';
export { verifySettlement } from './settlement.ts';
export type { StepId, Verification, VerificationStep } from './verification.ts';
