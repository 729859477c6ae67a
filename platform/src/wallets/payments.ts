import { fen } from '@tanhui/sdk/model';
import type { Clock, Log } from '../kernel/index.ts';
import { required, without } from '../kernel/index.ts';
import type { DocumentStore, Stored, Transaction } from '../storage/index.ts';
import type { PaymentDocument, PaymentEvidence } from './collections.ts';
import { payments } from './collections.ts';
import { isTimely, statementAnswer } from './evidence.ts';
import type { Outcome, PaymentInstruction, QueryAnswer, WalletGateway, WalletRef } from './gateway.ts';
import { answerOf } from './reply.ts';

/** Seconds until an unknown outcome is asked for again; after the last of them a person decides. From the sixth on the bank's statement is read too. */
const askAgainSeconds = [5, 30, 120, 600, 3_600, 86_400, 86_400, 86_400] as const;
const statementFromAttempt = 5;
/** What the bank has under this id is something else: it is not asked for the id again, whatever it would say now, and only its statement tells. */
const contradiction = 'IDEMPOTENCY_CONFLICT';
/** A crash between sending and hearing is noticed after this long. */
const replyWithinMs = 5_000;

/** Calls to the gateway that are under way at one time. */
const mostAtOnce = 16;

export type FinalOutcome = Exclude<Outcome, { kind: 'unknown' }>;

export interface PaymentDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateway: WalletGateway;
  /** Ends the reservations behind payments, in the unit of work that writes their final states. */
  readonly onFinal: (tx: Transaction, payments: readonly FinalPayment[]) => Promise<void>;
}

export interface FinalPayment {
  readonly id: string;
  readonly outcome: FinalOutcome;
}

/** Writes an instruction in the caller's unit of work; the worker takes it from there. */
export function instruct(
  tx: Transaction,
  request: {
    readonly id: string;
    readonly payer: WalletRef;
    readonly payee: WalletRef;
    readonly amountFen: bigint;
    readonly memo: string;
    readonly at: number;
  },
): void {
  const { id, payer, payee, amountFen, memo, at } = request;
  const value: PaymentDocument = {
    payer,
    payee,
    amountFen: String(amountFen),
    memo,
    state: 'reserved',
    attempts: 0,
    createdAt: at,
    dueAt: at,
  };
  tx.later.insertMany(payments, [{ key: id, value }]);
}

/**
 * 支付一步: takes the payments that are due, a bounded number of them, further; false where there are none. A bank answers slowly, so their calls are under way at one
 * time; what goes before and what comes after them is one unit of work each. What was sent is only ever asked for, never sent again while it may have been executed.
 */
export async function payStep(deps: PaymentDeps): Promise<boolean> {
  const due = await deps.store.find(payments, { index: 'due', before: deps.clock.now() + 1, limit: mostAtOnce });
  if (due.items.length === 0) return false;
  const isNew = ({ value }: Stored<PaymentDocument>) => value.state === 'reserved';
  const sent = await markSent(
    deps,
    due.items.filter(isNew).map(({ key }) => key),
  );
  const calls = [
    ...sent.map((payment) => send(deps, payment)),
    ...due.items.filter((payment) => !isNew(payment)).map((payment) => ask(deps, payment)),
  ];
  await recordAll(deps, await Promise.all(calls));
  return true;
}

interface Answer {
  readonly id: string;
  readonly answer: QueryAnswer;
  readonly evidence?: PaymentEvidence;
}

/** `sent` is written before the gateway is called, so that a crash leaves an honest unknown. What somebody else has sent meanwhile is left alone. */
async function markSent(deps: PaymentDeps, ids: readonly string[]): Promise<readonly Stored<PaymentDocument>[]> {
  if (ids.length === 0) return [];
  const at = deps.clock.now();
  return deps.store.unitOfWork(async (tx) => {
    const stored = [...(await tx.getMany(payments, ids)).values()].filter(({ value }) => value.state === 'reserved');
    const marked = stored.map(({ value, ...payment }) => ({ ...payment, value: { ...value, ...sending(value, at) } }));
    tx.later.replaceMany(payments, marked);
    return marked;
  });
}

/** A first time stays known when there is a second: the bank may execute what it got at either. */
function sending({ sentAt }: PaymentDocument, at: number) {
  const when = sentAt === undefined ? { sentAt: at } : { sentAgainAt: at };
  return { state: 'sent' as const, ...when, dueAt: at + replyWithinMs };
}

async function send(deps: PaymentDeps, payment: Stored<PaymentDocument>): Promise<Answer> {
  return { id: payment.key, answer: await answerOf(() => deps.gateway.credit(instructionOf(payment))) };
}

function instructionOf({ key, value }: Stored<PaymentDocument>): PaymentInstruction {
  const { payer, payee, memo } = value;
  return { instructionId: key, payer, payee, amountFen: fen(value.amountFen), purpose: 'carbon-reward', memo };
}

const contradicted = { kind: 'unknown', reason: contradiction } as const;

async function ask(deps: PaymentDeps, payment: Stored<PaymentDocument>): Promise<Answer> {
  const { key, value } = payment;
  const isContradicted = value.unknownReason === contradiction;
  const answer = isContradicted ? contradicted : await answerOf(() => deps.gateway.query(instructionOf(payment)));
  const isSilent = answer.kind === 'unknown' || (answer.kind === 'not-found' && !answer.isFinal);
  if (!isSilent || (value.attempts < statementFromAttempt && !isContradicted)) return { id: key, answer };
  const read = await statementAnswer(deps, { id: key, payment: value });
  if (read.kind !== 'found' && read.kind !== 'absent') return { id: key, answer };
  const evidence = { by: 'statement', at: deps.clock.now(), statementDays: read.days, note: '' };
  return { id: key, answer: read.outcome, evidence };
}

/** All answers in one unit of work; where one of them cannot be recorded, each by itself, so that it holds up no other. */
async function recordAll(deps: PaymentDeps, answers: readonly Answer[]): Promise<void> {
  try {
    await recordTogether(deps, answers);
  } catch (error) {
    if (answers.length === 1) throw error;
    const alone = answers.map((one) => recordTogether(deps, [one]));
    const [failed] = (await Promise.allSettled(alone)).filter(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}

/** What a person has to look at is said once it stands: a unit of work may run more than once before it does. */
async function recordTogether(deps: PaymentDeps, answers: readonly Answer[]): Promise<void> {
  for (const { id, reason } of await deps.store.unitOfWork((tx) => recordAnswers(tx, deps, answers)))
    deps.log.info('pay.needs-a-person', { payment: id, reason });
}

/** A payment that has stopped being asked for. */
interface NeedsAPerson {
  readonly id: string;
  readonly reason: string | undefined;
}

/**
 * Brings answers into the states of their payments; gives those that only a person can end from now on. A final state never changes, whatever is heard
 * afterwards.
 */
export async function recordAnswers(
  tx: Transaction,
  deps: PaymentDeps,
  answers: readonly Answer[],
): Promise<readonly NeedsAPerson[]> {
  const stored = await tx.getMany(
    payments,
    answers.map(({ id }) => id),
  );
  const open = answers.flatMap((answer) => {
    const payment = required(stored.get(answer.id), 'payment');
    const isOver = payment.value.state === 'settled' || payment.value.state === 'rejected';
    return isOver ? [] : [{ payment, value: afterAnswer(deps, payment.value, answer) }];
  });
  tx.later.replaceMany(
    payments,
    open.map(({ payment, value }) => ({ ...payment, value })),
  );
  const ended = open.flatMap(({ payment: { key: id }, value }) => {
    const outcome = finalOf(value);
    return outcome === undefined ? [] : [{ id, outcome }];
  });
  if (ended.length > 0) await deps.onFinal(tx, ended);
  return open
    .filter(({ payment, value }) => value.state === 'manual' && payment.value.state !== 'manual')
    .map(({ payment: { key: id }, value: { unknownReason: reason } }) => ({ id, reason }));
}

function afterAnswer(deps: PaymentDeps, payment: PaymentDocument, { answer, evidence }: Answer): PaymentDocument {
  const next = nextOf(deps, payment, answer);
  return evidence === undefined ? next : { ...next, evidence };
}

function finalOf({ state, bankReference, settledAt, rejectionCode }: PaymentDocument): FinalOutcome | undefined {
  if (state === 'settled' && bankReference !== undefined && settledAt !== undefined)
    return { kind: 'settled', bankReference, settledAt };
  return state === 'rejected' && rejectionCode !== undefined
    ? { kind: 'rejected', code: rejectionCode, detail: '' }
    : undefined;
}

function nextOf(deps: PaymentDeps, payment: PaymentDocument, answer: QueryAnswer): PaymentDocument {
  const rest = without(payment, 'dueAt', 'unresolvedAt', 'unknownReason');
  switch (answer.kind) {
    case 'settled':
      if (!isTimely(answer.settledAt, { payment, now: deps.clock.now() }))
        return stillUnknown(deps, payment, 'SETTLED_AT_ANOTHER_TIME');
      return { ...rest, state: 'settled', bankReference: answer.bankReference, settledAt: answer.settledAt };
    case 'rejected':
      return { ...rest, state: 'rejected', rejectionCode: answer.code };
    case 'unknown':
      return stillUnknown(deps, payment, answer.reason);
    case 'not-found':
      return answer.isFinal ? notExecuted(deps, payment) : stillUnknown(deps, payment, 'NOT_FOUND_YET');
  }
}

/** The gateway certainly has not executed it: the same instruction goes out under the same id where that is safe, else it ends here. Since when it waits stays known. */
function notExecuted({ clock, gateway }: PaymentDeps, payment: PaymentDocument): PaymentDocument {
  const now = clock.now();
  const rest = without(payment, 'dueAt', 'unresolvedAt', 'unknownReason');
  return gateway.capabilities().isSameIdRetrySafe
    ? { ...rest, state: 'reserved', attempts: 0, dueAt: now, unresolvedAt: payment.unresolvedAt ?? now }
    : { ...rest, state: 'rejected', rejectionCode: 'NOT_EXECUTED' };
}

/** The same id for something else is not waited out: somebody has to look. */
function stillUnknown({ clock }: PaymentDeps, payment: PaymentDocument, reason: string): PaymentDocument {
  const now = clock.now();
  const seconds = reason === contradiction ? undefined : askAgainSeconds[payment.attempts];
  return {
    ...without(payment, 'dueAt'),
    state: seconds === undefined ? 'manual' : 'unknown',
    attempts: payment.attempts + 1,
    unresolvedAt: payment.unresolvedAt ?? now,
    unknownReason: reason,
    ...(seconds !== undefined && { dueAt: now + seconds * 1_000 }),
  };
}
