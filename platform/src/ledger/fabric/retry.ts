import { validationCodes } from '../port.ts';
import type { LedgerFailureKind } from '../port.ts';

/** What to do about a failure of the ledger. */
export type RetryStep =
  { readonly do: 'give-up' } | { readonly do: 'endorse-again' | 'ask-status-then-resubmit'; readonly afterMs: number };

const maxAttempts = 5;
const firstDelayMs = 50;
const maxDelayMs = 800;
/** Raft needs up to this long for a new leader; asking sooner finds nothing. */
const askAfterMs = 1_000;

/**
 * The rule of trying again: a refusal is final; nothing reached the chain, so endorse again; something may have, so ask first
 * and send the same envelope. `attempt` counts from 1; `jitter` is in [0, 1) and keeps two clients from colliding twice.
 */
export function retryStep(
  failure: { readonly kind: LedgerFailureKind; readonly validationCode?: number | undefined },
  progress: { readonly attempt: number; readonly jitter: number },
): RetryStep {
  if (progress.attempt >= maxAttempts) return { do: 'give-up' };
  const afterMs = Math.round(Math.min(firstDelayMs * 2 ** (progress.attempt - 1), maxDelayMs) * (1 + progress.jitter));
  switch (failure.kind) {
    case 'contract-refused':
      return { do: 'give-up' };
    case 'endorse-failed':
    case 'order-failed':
      return { do: 'endorse-again', afterMs };
    case 'outcome-unknown':
      return { do: 'ask-status-then-resubmit', afterMs: Math.max(afterMs, askAfterMs) };
    case 'commit-invalid':
      return isConflict(failure.validationCode) ? { do: 'endorse-again', afterMs } : { do: 'give-up' };
  }
}

function isConflict(code: number | undefined): boolean {
  return code === validationCodes.mvccReadConflict || code === validationCodes.phantomReadConflict;
}
