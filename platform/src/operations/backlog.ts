import type { Instant } from '@tanhui/sdk/model';
import type { BatchDocument, ProgrammeDayDocument } from '../carbon/index.ts';
import { batches, programmeDays } from '../carbon/index.ts';
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
  const [days, open, due, unresolved, unsealed, seals, { unbalanced }, undoing] = await Promise.all([
    reader.find(programmeDays, { index: 'pending', limit: most }),
    reader.find(batches, { index: 'open', limit: most }),
    reader.find(payments, { index: 'due', limit: most }),
    reader.find(payments, { index: 'unresolved', limit: most }),
    reader.find(redemptions, { index: 'unsealed', limit: most }),
    reader.find(settlements, { index: 'open', limit: most }),
    reconciliationFigures(reader),
    reader.find(runs, { index: 'reversing', limit: most }),
  ]);
  const differing = unbalanced.filter(({ state }) => state === 'differs');
  return {
    ...{ days: days.items, batches: open.items, due: due.items, unresolved: unresolved.items },
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
  readonly duePayments: number;
  readonly unresolvedPayments: number;
  readonly oldestUnresolvedAt?: Instant;
}

export function figuresOf({ days, batches: open, due, unresolved }: Backlog): BacklogFigures {
  const waiting = days[0]?.value.pendingAt;
  const batch = open[0]?.value.openAt;
  const unknown = unresolved[0]?.value.unresolvedAt;
  return {
    waitingRecords: days.reduce((sum, { value }) => sum + value.lastRecord - value.lastPrepared, 0),
    ...(waiting !== undefined && { oldestWaitingAt: waiting }),
    openBatches: open.length,
    ...(batch !== undefined && { oldestBatchAt: batch }),
    duePayments: due.length,
    unresolvedPayments: unresolved.length,
    ...(unknown !== undefined && { oldestUnresolvedAt: unknown }),
  };
}

/** Of a backlog, what should be done by now: sealing takes seconds, and so does a first answer of a gateway. */
export function stuckOf(backlog: Backlog, before: Instant): Backlog {
  return {
    days: backlog.days.filter(({ value }) => (value.pendingAt ?? before) < before),
    batches: backlog.batches.filter(({ value }) => (value.openAt ?? before) < before),
    due: backlog.due.filter(({ value }) => value.unresolvedAt === undefined && (value.dueAt ?? before) < before),
    unresolved: backlog.unresolved.filter(({ value }) => (value.unresolvedAt ?? before) < before),
    unsealed: backlog.unsealed.filter(({ value }) => (value.unsealedAt ?? before) < before),
    seals: backlog.seals.filter(({ value }) => (value.openAt ?? before) < before),
    differing: backlog.differing,
    undoing: backlog.undoing.filter(({ value }) => (value.reversal?.at ?? before) < before),
  };
}
