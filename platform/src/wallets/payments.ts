import { fen } from '@tanhui/sdk/model';
import type { Clock, Log } from '../kernel/index.ts';
import { required, without } from '../kernel/index.ts';
import type { Collection, DocumentStore, Transaction } from '../storage/index.ts';
import type { Outcome, QueryAnswer, WalletGateway, WalletRef } from './gateway.ts';

/** 绑定: the wallet that a citizen chose. */
export const walletBindings: Collection<{ readonly wallet: WalletRef; readonly boundAt: number }> = {
  name: 'wallet_bindings',
  keys: { exception: 'a binding is asked for by its citizen' },
  indexes: [],
};

export type PaymentState = 'reserved' | 'sent' | 'settled' | 'rejected' | 'unknown' | 'manual';

/** 支付指令 with its life; written before the first call, and its state before every effect. */
export interface PaymentDocument {
  readonly payee: WalletRef;
  readonly amountFen: string;
  readonly memo: string;
  readonly state: PaymentState;
  readonly attempts: number;
  readonly createdAt: number;
  /** Present while something is still to be done about it. */
  readonly dueAt?: number;
  readonly settledAt?: number;
  readonly bankReference?: string;
  readonly rejectionCode?: string;
}

export const payments: Collection<PaymentDocument> = {
  name: 'payments',
  keys: 'time-led',
  indexes: [{ name: 'due', fields: ['dueAt'], sparse: true }],
};

/** Seconds until an unknown outcome is asked for again; after the last of them a person decides. */
const askAgainSeconds = [5, 30, 120, 600, 3_600, 86_400] as const;

export interface PaymentDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateway: WalletGateway;
  readonly payer: WalletRef;
  /** Ends the reservation behind a payment, in the unit of work that writes its final state. */
  readonly onFinal: (
    tx: Transaction,
    payment: { readonly id: string; readonly outcome: Exclude<Outcome, { kind: 'unknown' }> },
  ) => Promise<void>;
}

/** Writes an instruction in the caller's unit of work; the worker takes it from there. */
export async function instruct(
  tx: Transaction,
  request: {
    readonly id: string;
    readonly payee: WalletRef;
    readonly amountFen: bigint;
    readonly memo: string;
    readonly at: number;
  },
): Promise<void> {
  const { id, payee, amountFen, memo, at } = request;
  const value: PaymentDocument = {
    payee,
    amountFen: String(amountFen),
    memo,
    state: 'reserved',
    attempts: 0,
    createdAt: at,
    dueAt: at,
  };
  await tx.insertMany(payments, [{ key: id, value }]);
}

/** 支付一步: takes one due payment further; false where there is none. What was sent is only ever asked for again, never sent again. */
export async function payStep(deps: PaymentDeps): Promise<boolean> {
  const due = await deps.store.find(payments, { index: 'due', before: deps.clock.now() + 1, limit: 1 });
  const [payment] = due.items;
  if (payment === undefined) return false;
  const answer =
    payment.value.state === 'reserved' ? await send(deps, payment.key) : await deps.gateway.query(payment.key);
  await deps.store.unitOfWork((tx) => record(tx, deps, { id: payment.key, answer }));
  return true;
}

/** `sent` is written before the gateway is called, so that a crash leaves an honest unknown. */
async function send(deps: PaymentDeps, id: string): Promise<QueryAnswer> {
  const payment = await deps.store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(payments, id), 'payment');
    await tx.replaceMany(payments, [{ ...stored, value: { ...stored.value, state: 'sent' } }]);
    return stored.value;
  });
  return deps.gateway.credit({
    instructionId: id,
    payer: deps.payer,
    payee: payment.payee,
    amountFen: fen(payment.amountFen),
    purpose: 'carbon-reward',
    memo: payment.memo,
  });
}

async function record(
  tx: Transaction,
  deps: PaymentDeps,
  { id, answer }: { readonly id: string; readonly answer: QueryAnswer },
): Promise<void> {
  const stored = required(await tx.get(payments, id), 'payment');
  const rest = without(stored.value, 'dueAt');
  const now = deps.clock.now();
  if (answer.kind === 'settled') {
    const { bankReference, settledAt } = answer;
    await tx.replaceMany(payments, [{ ...stored, value: { ...rest, state: 'settled', bankReference, settledAt } }]);
    await deps.onFinal(tx, { id, outcome: answer });
  } else if (answer.kind === 'rejected') {
    await tx.replaceMany(payments, [{ ...stored, value: { ...rest, state: 'rejected', rejectionCode: answer.code } }]);
    await deps.onFinal(tx, { id, outcome: answer });
  } else if (answer.kind === 'not-found' && answer.isFinal) {
    // The gateway never got it: the same instruction goes out under the same id, and the wait for an answer begins anew.
    await tx.replaceMany(payments, [{ ...stored, value: { ...rest, state: 'reserved', attempts: 0, dueAt: now } }]);
  } else {
    const seconds = askAgainSeconds[stored.value.attempts];
    const next =
      seconds === undefined
        ? { state: 'manual' as const }
        : { state: 'unknown' as const, dueAt: now + seconds * 1_000 };
    await tx.replaceMany(payments, [{ ...stored, value: { ...rest, attempts: stored.value.attempts + 1, ...next } }]);
  }
}
