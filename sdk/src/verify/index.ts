export { recomputeLeaves } from './batch.ts';
export { verifyReceipt } from './receipt.ts';
export type { PinnedRoots, StepId, Verification, VerificationStep } from './receipt.ts';
