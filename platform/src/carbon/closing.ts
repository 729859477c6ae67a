import type { Day, Instant } from '@tanhui/sdk/model';
import { addDays, dayOf, startOfDay } from '@tanhui/sdk/model';
import type { Clock } from '../kernel/index.ts';
import { required } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure, orderEnvelope, refuseLedger } from '../ledger/index.ts';
import type { DocumentStore, Transaction } from '../storage/index.ts';
import type { ProgrammeDayDocument } from './collections.ts';
import { programmeDayKey, programmeDays } from './collections.ts';
import { refuseCarbon } from './refusals.ts';

export interface ClosingDeps {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly clock: Clock;
  readonly commitTimeoutMs: number;
  /** How long after its event a record of a programme may still arrive, in milliseconds. */
  readonly latenessMsOf: (programme: string) => number;
  /** Seals everything that waits. */
  readonly sealAll: () => Promise<void>;
}

export interface ClosingAsked {
  readonly programme: string;
  readonly day: Day;
  /** Written in the same unit of work as the close that stands on the ledger. */
  readonly record: (tx: Transaction) => Promise<void>;
}

/** 日结状态: `open` takes records; `closing` takes none any more and is not closed on the ledger, because a close was cut off or refused; `closed` stands there. */
export type CloseState = 'open' | 'closing' | 'closed';

export function closeStateOf({ closedAt, ledgerClosedAt }: ProgrammeDayDocument): CloseState {
  if (ledgerClosedAt !== undefined) return 'closed';
  return closedAt === undefined ? 'open' : 'closing';
}

/** From when on a day may be closed: when it is over and nothing of it may be on its way any more. */
export function closableAt(day: Day, latenessMs: number): Instant {
  return startOfDay(addDays(day, 1)) + latenessMs;
}

/**
 * 日结: first the day takes no more records, then what waits is sealed, then the contract closes it. Each step is stored before the next, so a close that was cut
 * off is taken up by asking again; asking again after the end changes nothing. Refuses a day that is not over, one whose records may still be on their way, and one
 * whose records cannot all be sealed now.
 */
export async function closeDay(deps: ClosingDeps, asked: ClosingAsked): Promise<void> {
  const { programme, day } = asked;
  if (day >= dayOf(deps.clock.now())) throw refuseLedger('LEDGER_DAY_NOT_OVER', { programme, day });
  const key = programmeDayKey(programme, day);
  const begun = await change(deps.store, { key }, (value) => ({ closedAt: value.closedAt ?? beginsAt(deps, asked) }));
  if (begun.ledgerClosedAt !== undefined) return;
  await deps.sealAll();
  const { lastRecord, lastSealed } = required(await deps.store.get(programmeDays, key), key).value;
  if (lastSealed < lastRecord) throw refuseCarbon('CARBON_DAY_NOT_SEALED', { programme, day });
  await closeOnLedger(deps, asked);
  await change(deps.store, { key, record: asked.record }, () => ({ ledgerClosedAt: deps.clock.now() }));
}

function beginsAt({ clock, latenessMsOf }: ClosingDeps, { programme, day }: ClosingAsked): Instant {
  const now = clock.now();
  const from = closableAt(day, latenessMsOf(programme));
  if (now < from) throw refuseCarbon('CARBON_DAY_STILL_ARRIVING', { programme, day, from: minuteText(from) });
  return now;
}

const hourMs = 3_600_000;

/** `YYYY-MM-DD HH:MM` of UTC+8. */
function minuteText(at: Instant): string {
  return new Date(at + 8 * hourMs).toISOString().slice(0, 16).replace('T', ' ');
}

async function change(
  store: DocumentStore,
  { key, record }: { readonly key: string; readonly record?: ClosingAsked['record'] },
  part: (value: ProgrammeDayDocument) => Partial<ProgrammeDayDocument>,
): Promise<ProgrammeDayDocument> {
  return store.unitOfWork(async (tx) => {
    const stored = await tx.get(programmeDays, key);
    if (stored === undefined) throw refuseCarbon('CARBON_DAY_EMPTY', { key });
    const value = { ...stored.value, ...part(stored.value) };
    await tx.replaceMany(programmeDays, [{ ...stored, value }]);
    await record?.(tx);
    return value;
  });
}

/** The contract saying that it is closed already is the end of a close whose answer was lost. */
async function closeOnLedger(
  { ledger, commitTimeoutMs }: ClosingDeps,
  { programme, day }: ClosingAsked,
): Promise<void> {
  try {
    const endorsed = await ledger.endorse({ function: 'CloseDay', args: [programme, day], as: 'auditor' });
    const ordered = await orderEnvelope(ledger, { ...endorsed, mayBeOrdered: false, timeoutMs: commitTimeoutMs });
    if (ordered.end !== 'valid') throw ordered.failure;
  } catch (failure) {
    if (failure instanceof LedgerFailure && failure.contractCode === 'DAY_CLOSED') return;
    throw failure;
  }
}
