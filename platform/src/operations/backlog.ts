import type { Instant } from '@tanhui/sdk/model';
import type { BatchDocument, ProgrammeDayDocument } from '../carbon/index.ts';
import { batches, leftTooLate, programmeDays } from '../carbon/index.ts';
import type { RunDocument } from '../intake/index.ts';
import { runs } from '../intake/index.ts';
import type { RedemptionDocument, SettlementDocument, UnbalancedDay } from '../rewards/index.ts';
import { reconciliationFigures, redemptions, settlements } from '../rewards/index.ts';
import type { Reader, Stored } from '../storage/index.ts';
import type { PaymentDocument } from '../wallets/index.ts';
import { payments } from '../wallets/index.ts';

/** Beyond this the figures say "at least"; the lists behind them are only as long as what waits. */
const most = 1_000;

/** 待办: what waits to be sealed, paid and taken back, as the indexes of what is not done yet have it. */
export interface Backlog {
  readonly days: readonly Stored<ProgrammeDayDocument>[];
  readonly batches: readonly Stored<BatchDocument>[];
  /** Days that the agency closed without some of their records, while nothing stands in for them. */
  readonly tooLate: readonly Stored<ProgrammeDayDocument>[];
  readonly due: readonly Stored<PaymentDocument>[];
  readonly unresolved: readonly Stored<PaymentDocument>[];
  /** Paid, and in no seal yet. */
  readonly unsealed: readonly Stored<RedemptionDocument>[];
  readonly seals: readonly Stored<SettlementDocument>[];
  /** Days whose books, bank and ledger differ: a person has to look. */
  readonly differing: readonly UnbalancedDay[];
  /** Runs that are being undoing. */
  readonly undoing: readonly Stored<RunDocument>[];
}

export async function readBacklog(reader: Reader): Promise<Backlog> {
  const [days, open, tooLate, due, unresolved, unsealed, seals, { unbalanced }, undoing] = await Promise.all([
    reader.find(programmeDays, { index: 'pending', limit: most }),
    reader.find(batches, { index: 'open', limit: most }),
    reader.find(programmeDays, { index: 'too_late', limit: most }),
    reader.find(payments, { index: 'due', limit: most }),
    reader.find(payments, { index: 'unresolved', limit: most }),
    reader.find(redemptions, { index: 'unsealed', limit: most }),
    reader.find(settlements, { index: 'open', limit: most }),
    reconciliationFigures(reader),
    reader.find(runs, { index: 'reversing', limit: most }),
  ]);
  const differing = unbalanced.filter(({ state }) => state === 'differs');
  return {
    ...{ days: days.items, batches: open.items, tooLate: tooLate.items, due: due.items, unresolved: unresolved.items },
    ...{ unsealed: unsealed.items, seals: seals.items, differing, undoing: undoing.items },
  };
}

export interface BacklogFigures {
  /** Records that no batch holds yet. */
  readonly waitingRecords: number;
  readonly oldestWaitingAt?: Instant;
  /** Batches that are not on the ledger yet. */
  readonly openBatches: number;
  readonly oldestBatchAt?: Instant;
  /** Records that no seal of their closed day holds, and for which nothing on a later day stands in. */
  readonly tooLateRecords: number;
  readonly duePayments: number;
  readonly unresolvedPayments: number;
  readonly oldestUnresolvedAt?: Instant;
  /** Paid, and in no seal that stands on the ledger. */
  readonly unsealedPayments: number;
  readonly oldestUnsealedAt?: Instant;
}

export function figuresOf({ days, batches: open, tooLate, due, unresolved, ...paid }: Backlog): BacklogFigures {
  const waiting = days[0]?.value.pendingAt;
  const batch = open[0]?.value.openAt;
  const unknown = unresolved[0]?.value.unresolvedAt;
  return {
    waitingRecords: days.reduce((sum, { value }) => sum + value.lastRecord - value.lastPrepared, 0),
    ...(waiting !== undefined && { oldestWaitingAt: waiting }),
    openBatches: open.length,
    ...(batch !== undefined && { oldestBatchAt: batch }),
    tooLateRecords: tooLate.reduce((sum, { value }) => sum + leftTooLate(value).records, 0),
    duePayments: due.length,
    unresolvedPayments: unresolved.length,
    ...(unknown !== undefined && { oldestUnresolvedAt: unknown }),
    ...unsealedFigures(paid),
  };
}

/** Seals go to the ledger one after another, so one that waits holds the oldest payments; since when, its own time says. */
function unsealedFigures({
  unsealed,
  seals,
}: Pick<Backlog, 'unsealed' | 'seals'>): Pick<BacklogFigures, 'unsealedPayments' | 'oldestUnsealedAt'> {
  const oldest = seals[0]?.value.openAt ?? unsealed[0]?.value.unsealedAt;
  return {
    unsealedPayments: seals.reduce((sum, { value }) => sum + value.header.count, unsealed.length),
    ...(oldest !== undefined && { oldestUnsealedAt: oldest }),
  };
}

/** Of a backlog, what should be done by now: sealing takes seconds, and so do standing in for what came too late and a first answer of a gateway. */
export function stuckOf(backlog: Backlog, before: Instant): Backlog {
  return {
    days: backlog.days.filter(({ value }) => (value.pendingAt ?? before) < before),
    batches: backlog.batches.filter(({ value }) => (value.openAt ?? before) < before),
    tooLate: backlog.tooLate.filter(({ value }) => (value.tooLateAt ?? before) < before),
    due: backlog.due.filter(({ value }) => value.unresolvedAt === undefined && (value.dueAt ?? before) < before),
    unresolved: backlog.unresolved.filter(({ value }) => (value.unresolvedAt ?? before) < before),
    unsealed: backlog.unsealed.filter(({ value }) => (value.unsealedAt ?? before) < before),
    seals: backlog.seals.filter(({ value }) => (value.openAt ?? before) < before),
    differing: backlog.differing,
    undoing: backlog.undoing.filter(({ value }) => (value.reversal?.at ?? before) < before),
  };
}
