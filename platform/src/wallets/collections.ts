import type { Collection } from '../storage/index.ts';
import type { RejectionCode, WalletRef } from './gateway.ts';

/** 绑定: the wallet that a citizen chose. */
export const walletBindings: Collection<{ readonly wallet: WalletRef; readonly boundAt: number }> = {
  name: 'wallet_bindings',
  keys: { exception: 'a binding is asked for by its citizen' },
  indexes: [],
};

/**
 * `reserved`: nothing was sent. `sent`: written before the gateway is called. `unknown`: asked for again on a schedule. `manual`: the schedule is over or the
 * bank contradicts itself; a person decides by the statement. `settled` and `rejected` never change.
 */
export type PaymentState = 'reserved' | 'sent' | 'settled' | 'rejected' | 'unknown' | 'manual';

/** How a person or the statement ended an unknown outcome. */
export interface PaymentEvidence {
  readonly by: string;
  readonly at: number;
  /** Days whose statements were read. */
  readonly statementDays: readonly string[];
  readonly note: string;
}

/** 支付指令 with its life; written before the first call, and its state before every effect. */
export interface PaymentDocument {
  readonly payer: WalletRef;
  readonly payee: WalletRef;
  readonly amountFen: string;
  readonly memo: string;
  readonly state: PaymentState;
  /** Times that an answer was asked for in vain. */
  readonly attempts: number;
  readonly createdAt: number;
  /** Present while something is still to be done about it. */
  readonly dueAt?: number;
  /** Present while its outcome is unknown: since when. */
  readonly unresolvedAt?: number;
  /** When it was first sent. */
  readonly sentAt?: number;
  /** When it was last sent, where that was again: from then on it may be executed as well. */
  readonly sentAgainAt?: number;
  readonly settledAt?: number;
  readonly bankReference?: string;
  readonly rejectionCode?: RejectionCode;
  readonly unknownReason?: string;
  readonly evidence?: PaymentEvidence;
}

export const payments: Collection<PaymentDocument> = {
  name: 'payments',
  keys: 'time-led',
  indexes: [
    { name: 'due', fields: ['dueAt'], sparse: true },
    { name: 'unresolved', fields: ['unresolvedAt'], sparse: true },
  ],
};
