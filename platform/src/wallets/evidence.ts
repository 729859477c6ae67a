import { dayFromNumber, dayNumberOf, dayOf } from '@tanhui/sdk/model';
import type { Day, Instant } from '@tanhui/sdk/model';
import type { Clock } from '../kernel/index.ts';
import { required } from '../kernel/index.ts';
import type { PaymentDocument } from './collections.ts';
import type { Outcome, StatementLine, WalletGateway, WalletRef } from './gateway.ts';

/** A payment may be executed this many days after it was sent, at most. */
const statementDays = 3;
/** A bank's clock and ours differ by less. */
const clockToleranceMs = 86_400_000;

export type StatementAnswer =
  | { readonly kind: 'found'; readonly days: readonly Day[]; readonly outcome: Extract<Outcome, { kind: 'settled' }> }
  | { readonly kind: 'absent'; readonly days: readonly Day[]; readonly outcome: Extract<Outcome, { kind: 'rejected' }> }
  | { readonly kind: 'differs'; readonly days: readonly Day[] }
  | { readonly kind: 'incomplete'; readonly days: readonly Day[] };

/**
 * What the bank's statements say of a payment that was sent: the line with its amount settles it; its absence from every complete statement of the
 * days on which it could have been executed, since it was first sent and after it was last, says that no money moved once the settle window is over. Nothing is
 * concluded from an incomplete one.
 */
export async function statementAnswer(
  { gateway, clock }: { readonly gateway: WalletGateway; readonly clock: Clock },
  { id, payment }: { readonly id: string; readonly payment: PaymentDocument },
): Promise<StatementAnswer> {
  const sentAt = required(payment.sentAt, 'instant at which a payment was sent');
  const lastSentAt = payment.sentAgainAt ?? sentAt;
  const days = daysOn(dayOf(sentAt), dayOf(lastSentAt));
  for (const day of days) {
    const read = await readStatement(gateway, { wallet: payment.payer, day });
    if (read === undefined) return { kind: 'incomplete', days: [day] };
    const line = read.lines.find(({ kind, entryId }) => kind === 'payout' && entryId === id);
    if (line !== undefined) return answerOfLine(line, { payment, day, now: clock.now() });
    if (!read.isComplete) return { kind: 'incomplete', days: [day] };
  }
  const isOver = clock.now() >= lastSentAt + gateway.capabilities().settleWindowMs;
  return isOver
    ? { kind: 'absent', days, outcome: { kind: 'rejected', code: 'NOT_EXECUTED', detail: 'statement' } }
    : { kind: 'incomplete', days };
}

/** Days on which a payment that was sent on these may be executed. */
function daysOn(firstSent: Day, lastSent: Day): readonly Day[] {
  const from = dayNumberOf(firstSent);
  const length = dayNumberOf(lastSent) - from + statementDays;
  return Array.from({ length }, (_, at) => dayFromNumber(from + at));
}

function answerOfLine(
  { amountFen, bankReference, settledAt }: StatementLine,
  { payment, day, now }: { readonly payment: PaymentDocument; readonly day: Day; readonly now: Instant },
): StatementAnswer {
  return String(amountFen) === payment.amountFen && isTimely(settledAt, { payment, now })
    ? { kind: 'found', days: [day], outcome: { kind: 'settled', bankReference, settledAt } }
    : { kind: 'differs', days: [day] };
}

/**
 * Whether a payment can have been settled then: not before it was made, and not in time to come. Seconds or microseconds in place of milliseconds would book it on a
 * day that no statement has, and that no leaf can hold.
 */
export function isTimely(
  settledAt: Instant,
  { payment, now }: { readonly payment: Pick<PaymentDocument, 'createdAt'>; readonly now: Instant },
): boolean {
  return payment.createdAt - clockToleranceMs <= settledAt && settledAt <= now + clockToleranceMs;
}

/** A day's statement with all of its pages; undefined where the gateway does not give it. */
export async function readStatement(
  gateway: WalletGateway,
  request: { readonly wallet: WalletRef; readonly day: Day },
): Promise<{ readonly lines: readonly StatementLine[]; readonly isComplete: boolean } | undefined> {
  const lines: StatementLine[] = [];
  try {
    for (let cursor: string | undefined; ;) {
      const page = await gateway.statement({ ...request, ...(cursor !== undefined && { cursor }) });
      lines.push(...page.lines);
      if (page.next === undefined) return { lines, isComplete: page.isComplete };
      cursor = page.next;
    }
  } catch {
    return undefined;
  }
}
