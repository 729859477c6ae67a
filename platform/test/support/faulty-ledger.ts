import type { LedgerClient } from '../../src/ledger/index.ts';
import { LedgerFailure, validationCodes } from '../../src/ledger/index.ts';
import type { OwnProcess } from './faulty-gateway.ts';
import { Crash } from './faulty-gateway.ts';

/** What may go wrong on the way of one transaction to the ledger. */
export const ledgerFaults = [
  'none',
  'no-endorsement',
  /** Ordering says that it does not take it. */
  'refuse-order',
  /** It never reaches ordering; nobody says so. */
  'lose-submit',
  /** It is ordered, and nobody says so. */
  'lose-answer',
  /** It is ordered, and nobody waits for the block. */
  'lose-status',
  /** It is in a block, and invalid. */
  'invalid',
  'crash-before-submit',
  'crash-after-submit',
] as const;
export type LedgerFault = (typeof ledgerFaults)[number];

/** A ledger behind a bad network; `next` says what happens to the next transaction, once. */
export function faultyLedger(inner: LedgerClient, own: OwnProcess, next: () => LedgerFault): LedgerClient {
  const faults = new Map<string, LedgerFault>();
  const transactions = new Map<string, string>();
  const take = (transaction: string): LedgerFault => {
    const fault = faults.get(transaction) ?? 'none';
    faults.delete(transaction);
    return fault;
  };
  const crash = (): never => {
    own.isDown = true;
    throw new Crash('the process ended');
  };
  const unknown = () => new LedgerFailure('outcome-unknown', 'no answer');
  return {
    ...inner,
    async endorse(call) {
      const fault = next();
      if (fault === 'no-endorsement') throw new LedgerFailure('endorse-failed', 'no endorser answers');
      const endorsed = await inner.endorse(call);
      faults.set(endorsed.transactionId, fault);
      transactions.set(textOf(endorsed.envelope), endorsed.transactionId);
      return endorsed;
    },
    async submit(envelope) {
      const transaction = transactions.get(textOf(envelope)) ?? '';
      const fault = take(transaction);
      if (fault === 'crash-before-submit') crash();
      if (fault === 'refuse-order') throw new LedgerFailure('order-failed', 'ordering does not take it');
      if (fault === 'lose-submit') throw unknown();
      if (fault === 'lose-status' || fault === 'invalid') faults.set(transaction, fault);
      if (fault === 'invalid') return;
      await inner.submit(envelope);
      if (fault === 'crash-after-submit') crash();
      if (fault === 'lose-answer') throw unknown();
    },
    async status(transactionId, options) {
      const fault = take(transactionId);
      if (fault === 'lose-status') throw unknown();
      return fault === 'invalid'
        ? { transactionId, blockNumber: 1, code: validationCodes.mvccReadConflict }
        : inner.status(transactionId, options);
    },
  };
}

function textOf(envelope: Uint8Array): string {
  return Buffer.from(envelope).toString('base64');
}

/**
 * A ledger of whose first envelope nothing is heard until it comes again, when ordering refuses it; whatever comes after goes well. The first one was taken at once, or never, or it stands in a block only when another one
 * is ordered after it.
 */
export function refusingAgain(inner: LedgerClient, fate: 'taken' | 'late' | 'never') {
  const lost = () => new LedgerFailure('outcome-unknown', 'no answer');
  let [first, tries, endorsed]: [Uint8Array | undefined, number, number] = [undefined, 0, 0];
  const ledger: LedgerClient = {
    ...inner,
    endorse(call) {
      endorsed += 1;
      return inner.endorse(call);
    },
    async submit(envelope) {
      first ??= envelope;
      if (textOf(envelope) !== textOf(first)) {
        if (fate === 'late') await inner.submit(first);
        return inner.submit(envelope);
      }
      if ((tries += 1) > 1) throw new LedgerFailure('order-failed', 'ordering does not take it');
      if (fate === 'taken') await inner.submit(envelope);
      throw lost();
    },
    status: (...asked) => (tries > 1 ? inner.status(...asked) : Promise.reject(lost())),
  };
  return { ledger, endorsed: () => endorsed };
}
