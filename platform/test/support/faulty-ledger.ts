import type { LedgerClient } from '../../src/ledger/index.ts';
import { LedgerFailure, validationCodes } from '../../src/ledger/index.ts';
import type { OwnProcess } from './faulty-gateway.ts';
import { Crash } from './faulty-gateway.ts';

/** What may go wrong on the way of one transaction to the ledger. */
export const ledgerFaults = [
  'none',
  'no-endorsement',
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

/** A ledger behind a bad network; `next` says what happens to the next transaction. */
export function faultyLedger(inner: LedgerClient, own: OwnProcess, next: () => LedgerFault): LedgerClient {
  let fault: LedgerFault = 'none';
  const crash = (): never => {
    own.isDown = true;
    fault = 'none';
    throw new Crash('the process ended');
  };
  const unknown = () => new LedgerFailure('outcome-unknown', 'no answer');
  return {
    ...inner,
    async endorse(call) {
      fault = next();
      if (fault === 'no-endorsement') throw new LedgerFailure('endorse-failed', 'no endorser answers');
      return inner.endorse(call);
    },
    async submit(envelope) {
      const now = fault;
      if (now === 'crash-before-submit') crash();
      if (now === 'lose-submit') {
        fault = 'none';
        throw unknown();
      }
      if (now === 'invalid') return;
      await inner.submit(envelope);
      if (now === 'crash-after-submit') crash();
      if (now === 'lose-answer') {
        fault = 'none';
        throw unknown();
      }
    },
    async status(transactionId, options) {
      const now = fault;
      fault = 'none';
      if (now === 'lose-status') throw unknown();
      return now === 'invalid'
        ? { transactionId, blockNumber: 1, code: validationCodes.mvccReadConflict }
        : inner.status(transactionId, options);
    },
  };
}
