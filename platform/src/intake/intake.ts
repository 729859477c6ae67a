import type { Day, Instant } from '@tanhui/sdk/model';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { commit } from './committing.ts';
import type { Committed } from './committing.ts';
import type { IntakeCounts, IntakeDeps, IntakeScope, RawRecord, RecordOutcome, Undecodable } from './model.ts';
import { handOut, openJourneyKey, openJourneys } from './open-journeys.ts';
import type { HandedOut, OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { unitNamed } from './unit-names.ts';
import { dayOfRecord, daysOfRecords, readBatch, sourceRecords } from './reading.ts';
import type { Made, ReadBatch, Timed, UnreadWork } from './reading.ts';
import { leaveKeys } from './seen.ts';
import type { BenchReads } from './workbench.ts';
import { planBench, readFor } from './workbench.ts';

export interface BatchResult {
  /** In the order of the request. */
  readonly outcomes: readonly RecordOutcome[];
  /** Of this batch alone. */
  readonly counts: IntakeCounts;
  /** Of the run so far. */
  readonly run: IntakeCounts;
}

/**
 * 受理一批: raw records to posted carbon records in one unit of work. Everything is decided and committed, or nothing was there; sending
 * the same batch again finds its keys and adds nothing.
 */
export function takeBatch(
  deps: IntakeDeps,
  batch: {
    readonly scope: IntakeScope;
    readonly records: readonly RawRecord[];
    readonly undecodable?: readonly Undecodable[];
  },
): Promise<BatchResult> {
  const { scope, records, undecodable = [] } = batch;
  return takeUnread(deps, { scope, read: () => ({ records, undecodable }) });
}

/** As `takeBatch`, of a batch that is read when its turn has come; the next one's turn comes once this one is decided. */
export async function takeUnread(deps: IntakeDeps, batch: UnreadWork): Promise<BatchResult> {
  const endTurn = await deps.turns.take();
  try {
    return await takeInTurn(deps, batch, endTurn);
  } finally {
    endTurn();
  }
}

async function takeInTurn(deps: IntakeDeps, work: UnreadWork, endTurn: () => void): Promise<BatchResult> {
  let ready: ReadBatch | undefined = readBatch(deps, work);
  const watch = deps.steps.start();
  const result = await deps.store.unitOfWork(async (tx) => {
    watch.lap('queue');
    const batch = ready ?? readBatch(deps, work);
    // Until the group is committed it may have to run again, and is read again then: its records would be most of what lives meanwhile.
    ready = undefined;
    const taken = await takeRead(tx, deps, batch);
    watch.lap('unit');
    endTurn();
    return taken;
  });
  watch.lap('commit');
  return result;
}

/** Records of a batch of which some were seen before. */
interface Sifted {
  readonly fresh: readonly Timed[];
  readonly duplicates: readonly Timed[];
  readonly unreadable: readonly Undecodable[];
  /** Lines that nobody could read then or now. */
  readonly seenUnreadable: number;
  /** Seen keys that are left now. */
  readonly keys: readonly string[];
}

async function takeRead(tx: Transaction, deps: IntakeDeps, batch: ReadBatch): Promise<BatchResult> {
  const { timed, undecodable, ahead } = batch;
  const keys = [...timed.map(({ key }) => key), ...batch.rawKeys];
  const [isNew, reads] = await Promise.all([leaveKeys(tx, keys), ahead && readFor(tx, deps, ahead.plan)]);
  const sifted = sift(batch, keys, isNew);
  const isAllNew = ahead !== undefined && reads !== undefined && sifted.keys.length === keys.length;
  const taken = await takeFresh(tx, deps, { batch, sifted, ready: isAllNew ? { ...ahead, reads } : undefined });
  const outcomes = [...timed.map(({ record }) => record.line), ...undecodable.map(({ line }) => line)].map(
    (line): RecordOutcome => taken.outcomes.get(line) ?? { line, outcome: 'duplicate' },
  );
  return { ...taken, outcomes: outcomes.sort((first, second) => first.line - second.line) };
}

function sift({ timed, undecodable }: ReadBatch, keys: readonly string[], isNew: readonly boolean[]): Sifted {
  const unreadable = undecodable.filter((_, at) => isNew[timed.length + at]);
  return {
    fresh: timed.filter((_, at) => isNew[at]),
    duplicates: timed.filter((_, at) => !isNew[at]),
    unreadable,
    seenUnreadable: undecodable.length - unreadable.length,
    keys: keys.filter((_, at) => isNew[at]),
  };
}

interface Ready extends Made {
  readonly reads: BenchReads;
}

async function takeFresh(
  tx: Transaction,
  deps: IntakeDeps,
  work: { readonly batch: ReadBatch; readonly sifted: Sifted; readonly ready: Ready | undefined },
): Promise<Committed> {
  const { batch, sifted, ready } = work;
  const { scope, source, naming } = batch;
  const now = deps.clock.now();
  const journeys = await journeysOf(tx, batch, sifted.fresh);
  const handed = handOut(journeys);
  const days = daysOfRecords(batch.timed, { now, isTodayCounted: sifted.unreadable.length > 0 });
  // Made before midnight it may lack the day that runs now.
  const isReady = ready !== undefined && [...days].every((day) => ready.plan.days.has(day));
  const made = isReady ? ready : await makeNow(tx, deps, { batch, fresh: sifted.fresh, handed, days, now });
  return commit(tx, deps, {
    ...made,
    ...{ scope, source, naming, handed, journeys },
    fresh: sifted.fresh.map((timed) => waitingOf(timed, { run: scope.run, now })),
    unreadable: sifted.unreadable,
    duplicateDays: sifted.duplicates.map((timed) => dayOfRecord(timed, now)),
    duplicates: sifted.duplicates.length + sifted.seenUnreadable,
    keys: sifted.keys,
    isSettling: false,
  });
}

function waitingOf(timed: Timed, { run, now }: { readonly run: string; readonly now: Instant }): WaitingRecord {
  const { record, at } = timed;
  return { run, line: record.line, day: dayOfRecord(timed, now), since: Math.max(at ?? now, now) };
}

async function makeNow(
  tx: Transaction,
  deps: IntakeDeps,
  work: {
    readonly batch: ReadBatch;
    readonly fresh: readonly Timed[];
    readonly handed: HandedOut;
    readonly days: ReadonlySet<Day>;
    readonly now: Instant;
  },
): Promise<Ready> {
  const { scope, source, naming } = work.batch;
  const { open, waiting } = work.handed;
  const output = source.transform({ records: sourceRecords(work.fresh), open, settings: scope.settings });
  const days = [...work.days, ...[...waiting.values()].map(({ day }) => day)];
  const unit = unitNamed(deps, scope.source);
  const plan = planBench({ unit, scope, plannedAt: work.now, drafts: output.activities, naming, days });
  return { output, plan, reads: await readFor(tx, deps, plan) };
}

async function journeysOf(
  tx: Transaction,
  { scope, source, naming }: ReadBatch,
  fresh: readonly Timed[],
): Promise<Map<string, Stored<OpenJourneyDocument>>> {
  const found = new Map<string, Stored<OpenJourneyDocument>>();
  if (source.openBytesPerKey === 0) return found;
  const nameOfKey = new Map<string, string>();
  for (const record of sourceRecords(fresh)) {
    const name = source.keyOf(record, scope.settings);
    if (name !== undefined) nameOfKey.set(openJourneyKey(scope, naming(name)), name);
  }
  const stored = await tx.getMany(openJourneys, [...nameOfKey.keys()]);
  for (const [key, journey] of stored) found.set(required(nameOfKey.get(key), 'name of an open journey'), journey);
  return found;
}
