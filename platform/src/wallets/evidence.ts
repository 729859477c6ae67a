import { addDays, dayOf } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import type { Clock } from '../kernel/index.ts';
import { required } from '../kernel/index.ts';
import type { PaymentDocument } from './collections.ts';
import type { Outcome, StatementLine, WalletGateway, WalletRef } from './gateway.ts';

/** A payment may be executed this many days after it was sent, at most. */
const statementDays = 3;

export type StatementAnswer =
  | { readonly kind: 'found'; readonly days: readonly Day[]; readonly outcome: Extract<Outcome, { kind: 'settled' }> }
  | { readonly kind: 'absent'; readonly days: readonly Day[]; readonly outcome: Extract<Outcome, { kind: 'rejected' }> }
  | { readonly kind: 'differs'; readonly days: readonly Day[] }
  | { readonly kind: 'incomplete'; readonly days: readonly Day[] };

/**
 * What the bank's statements say of a payment that was sent: the line with its amount settles it; its absence from every complete statement of the
 * days on which it could have been executed, after the settle window, says that no money moved. Nothing is concluded from an incomplete one.
 */
export async function statementAnswer(
  { gateway, clock }: { readonly gateway: WalletGateway; readonly clock: Clock },
  { id, payment }: { readonly id: string; readonly payment: PaymentDocument },
): Promise<StatementAnswer> {
  const sentAt = required(payment.sentAt, 'instant at which a payment was sent');
  const first = dayOf(sentAt);
  const days = Array.from({ length: statementDays }, (_, at) => addDays(first, at));
  for (const day of days) {
    const read = await readStatement(gateway, { wallet: payment.payer, day });
    if (read === undefined) return { kind: 'incomplete', days: [day] };
    const line = read.lines.find(({ kind, entryId }) => kind === 'payout' && entryId === id);
    if (line !== undefined) return answerOfLine(line, payment, day);
    if (!read.isComplete) return { kind: 'incomplete', days: [day] };
  }
  const isOver = clock.now() >= sentAt + gateway.capabilities().settleWindowMs;
  return isOver
    ? { kind: 'absent', days, outcome: { kind: 'rejected', code: 'NOT_EXECUTED', detail: 'statement' } }
    : { kind: 'incomplete', days };
}

function answerOfLine(line: StatementLine, payment: PaymentDocument, day: Day): StatementAnswer {
  const { bankReference, settledAt } = line;
  return String(line.amountFen) === payment.amountFen
    ? { kind: 'found', days: [day], outcome: { kind: 'settled', bankReference, settledAt } }
    : { kind: 'differs', days: [day] };
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
