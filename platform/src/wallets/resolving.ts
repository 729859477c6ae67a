import type { AuditTrail, TrailActor } from '../kernel/index.ts';
import type { Page, Reader, Stored, Transaction } from '../storage/index.ts';
import type { PaymentDocument } from './collections.ts';
import { payments } from './collections.ts';
import { statementAnswer } from './evidence.ts';
import type { PaymentDeps } from './payments.ts';
import { recordAnswers } from './payments.ts';
import { refuse } from './refusals.ts';

export interface ResolvingDeps extends PaymentDeps {
  readonly trail: AuditTrail<Transaction>;
}

/** 待处理支付: payments whose outcome is unknown, the longest first; those that only a person can end among them. */
export function unresolvedPayments(
  reader: Reader,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<PaymentDocument>> {
  return reader.find(payments, { index: 'unresolved', limit, ...(after !== undefined && { after }) });
}

/**
 * Has the gateway asked about a payment at the next step rather than on its schedule: an operator's act, and all that a bank's notice may do –
 * a notice moves no state, it only triggers the question. A payment that a person had to end goes back to being asked for.
 */
export async function askNow(
  tx: Transaction,
  deps: Pick<ResolvingDeps, 'trail'>,
  { id, at, by }: { readonly id: string; readonly at: number; readonly by: TrailActor },
): Promise<void> {
  const stored = await openPayment(tx, id);
  if (stored.value.state === 'reserved') throw refuse('WALLETS_PAYMENT_NOT_SENT');
  await tx.replaceMany(payments, [{ ...stored, value: { ...stored.value, dueAt: at } }]);
  await deps.trail.append(tx, { actor: by, action: 'payment-asked', subject: id });
}

/**
 * Ends an unknown outcome by the bank's statement, in a person's name: never by anybody's word alone, never by paying again. Refuses while the
 * statement is incomplete or contradicts the instruction.
 */
export async function resolveByStatement(
  deps: ResolvingDeps,
  act: { readonly id: string; readonly by: TrailActor; readonly note: string },
): Promise<void> {
  const { key: id, value: payment } = await openPayment(deps.store, act.id);
  if (payment.state === 'reserved') throw refuse('WALLETS_PAYMENT_NOT_SENT');
  const read = await statementAnswer(deps, { id, payment });
  if (read.kind === 'incomplete') throw refuse('WALLETS_STATEMENT_INCOMPLETE', { field: read.days.join() });
  if (read.kind === 'differs') throw refuse('WALLETS_STATEMENT_DIFFERS', { field: read.days.join() });
  const evidence = { by: act.by.subject, at: deps.clock.now(), statementDays: read.days, note: act.note };
  await deps.store.unitOfWork(async (tx) => {
    await recordAnswers(tx, deps, [{ id, answer: read.outcome, evidence }]);
    await deps.trail.append(tx, { actor: act.by, action: 'payment-decided', subject: id, reason: act.note });
  });
}

export async function paymentOf(reader: Pick<Reader, 'get'>, id: string): Promise<Stored<PaymentDocument>> {
  const stored = await reader.get(payments, id);
  if (stored === undefined) throw refuse('WALLETS_PAYMENT_UNKNOWN');
  return stored;
}

async function openPayment(reader: Pick<Reader, 'get'>, id: string): Promise<Stored<PaymentDocument>> {
  const stored = await paymentOf(reader, id);
  if (stored.value.state === 'settled' || stored.value.state === 'rejected') throw refuse('WALLETS_PAYMENT_FINAL');
  return stored;
}
