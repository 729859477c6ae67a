import type { Commit, LedgerClient } from './port.ts';
import { LedgerFailure, validationCodes } from './port.ts';

/** Of an envelope that may be in a block already, how long its status is asked for. */
export const askBeforeMs = 500;

/** An endorsed envelope on its way into a block. Who may lose its process stores it before it is ordered. */
export interface Order {
  readonly transactionId: string;
  readonly envelope: Uint8Array;
  /** It was stored by an earlier try, which may have handed it to ordering: what is said of this try then proves nothing about that one. */
  readonly mayBeOrdered: boolean;
  /** How long this try waits for the block. */
  readonly timeoutMs: number;
}

/** How a try ended. `void` and `unknown` say why. */
export type OrderEnd =
  /** In a block, and it stands. */
  | { readonly end: 'valid'; readonly blockNumber: number }
  /** It wrote nothing and never will: what it was for is endorsed anew. */
  | { readonly end: 'void'; readonly failure: LedgerFailure }
  /**
   * It may be in a block, now or later: the same envelope is ordered again. None is endorsed in its place, unless whoever does so can tell afterwards which of them
   * wrote: ordering may refuse this one for ever.
   */
  | { readonly end: 'unknown'; readonly failure: LedgerFailure };

/**
 * Brings an endorsed envelope as far to its end as one try can: submits it and waits for its block; one that may be ordered already is asked for first. Anew is
 * endorsed only what ordering certainly did not take, or what stands in a block as invalid.
 */
export async function orderEnvelope(ledger: Pick<LedgerClient, 'submit' | 'status'>, order: Order): Promise<OrderEnd> {
  if (order.mayBeOrdered) {
    const found = await ask(ledger, order, askBeforeMs);
    if (found.end !== 'unknown') return found;
  }
  try {
    await ledger.submit(order.envelope);
  } catch (failure) {
    if (!(failure instanceof LedgerFailure)) throw failure;
    const isCertain = failure.kind === 'order-failed' && !order.mayBeOrdered;
    return { end: isCertain ? 'void' : 'unknown', failure };
  }
  return ask(ledger, order, order.timeoutMs);
}

/** One question after an envelope's end. */
export async function ask(
  ledger: Pick<LedgerClient, 'status'>,
  { transactionId }: Pick<Order, 'transactionId'>,
  timeoutMs: number,
): Promise<OrderEnd> {
  try {
    return endOf(await ledger.status(transactionId, { timeoutMs }));
  } catch (failure) {
    if (!(failure instanceof LedgerFailure)) throw failure;
    return { end: 'unknown', failure };
  }
}

function endOf({ code, blockNumber, transactionId }: Commit): OrderEnd {
  if (code === validationCodes.valid) return { end: 'valid', blockNumber };
  const message = `the transaction is in a block with validation code ${String(code)}`;
  return {
    end: 'void',
    failure: new LedgerFailure('commit-invalid', message, { validationCode: code, transactionId }),
  };
}

/** Whether ordering refused what it may have taken before: sent once more it may be refused for ever. */
export function isRefusedAgain(how: OrderEnd): boolean {
  return how.end === 'unknown' && how.failure.kind === 'order-failed';
}
