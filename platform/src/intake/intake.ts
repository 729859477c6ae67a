import type { Day, SourceRefusal } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { ActivitySource, SourceRecord, TransformOutput } from '@tanhui/sdk/plugin';
import type { RefusalDocument } from '../activities/index.ts';
import { refuser, required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { account, countRecord, countResolved } from './accounting.ts';
import type { Accounting } from './accounting.ts';
import { openClaims } from './claims.ts';
import { noCounts, tally } from './counts.ts';
import type { Decided } from './deciding.ts';
import { decideAll } from './deciding.ts';
import type { IntakeCounts, IntakeDeps, IntakeScope, RawRecord, RecordOutcome, Undecodable } from './model.ts';
import { openGlobalKeys } from './global-keys.ts';
import { handOut, openJourneyKey, openJourneys, putBack, waitingRecord } from './open-journeys.ts';
import type { HandedOut, OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { reverseLines } from './reversing.ts';
import { unitNamed } from './people-work.ts';
import { correctSteps } from './step-days.ts';
import type { Move } from './runs.ts';
import { addToRun, intakeRefusals, moveInRuns } from './runs.ts';
import { keepEarlier, traceOf } from './traces.ts';
import { leaveKeys, seenKey, seenKeyOfRaw } from './seen.ts';
import { countRefusal } from './totals.ts';
import { namingOf, setUp } from './workbench.ts';
import type { AccountNaming, Workbench } from './workbench.ts';
import { postCredits, writeAll } from './writing.ts';

export const maxBatchRecords = 1_000;
const refuse = refuser(intakeRefusals);

export interface BatchResult {
  /** In the order of the request. */
  readonly outcomes: readonly RecordOutcome[];
  /** Of this batch alone. */
  readonly counts: IntakeCounts;
  /** Of the run so far. */
  readonly run: IntakeCounts;
}

interface Timed {
  readonly record: RawRecord;
  readonly at: number | undefined;
  readonly key: string;
}

/** Records as they were decoded, and what could not be. */
export interface DecodedBatch {
  readonly records: readonly RawRecord[];
  readonly undecodable: readonly Undecodable[];
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

interface UnreadWork {
  readonly scope: IntakeScope;
  readonly read: () => DecodedBatch;
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

/** A batch that is ready for its unit of work: in the order of time, with its seen keys. */
interface ReadBatch {
  readonly scope: IntakeScope;
  readonly source: ActivitySource;
  readonly timed: readonly Timed[];
  readonly undecodable: readonly Undecodable[];
  readonly rawKeys: readonly string[];
}

function readBatch(deps: IntakeDeps, { scope, read }: UnreadWork): ReadBatch {
  const watch = deps.steps.start();
  const { records, undecodable } = read();
  watch.lap('parse');
  if (records.length + undecodable.length > maxBatchRecords) throw refuse('INTAKE_BATCH_TOO_LARGE');
  const { source } = deps.plugins.source(scope.source);
  const timed = inOrderOfTime(records, source, scope);
  const rawKeys = undecodable.map(({ raw }) => seenKeyOfRaw(scope, raw));
  watch.lap('digest');
  return { scope, source, timed, undecodable, rawKeys };
}

async function takeRead(tx: Transaction, deps: IntakeDeps, batch: ReadBatch): Promise<BatchResult> {
  const { scope, source, timed, undecodable } = batch;
  const isNew = await leaveKeys(tx, [...timed.map(({ key }) => key), ...batch.rawKeys]);
  const fresh = timed.filter((_, at) => isNew[at]);
  const unreadable = undecodable.filter((_, at) => isNew[timed.length + at]);
  const duplicates = timed.filter((_, at) => !isNew[at]);
  const seenUnreadable = undecodable.length - unreadable.length;
  const keys = [...fresh.map(({ key }) => key), ...batch.rawKeys.filter((_, at) => isNew[timed.length + at])];
  const taken = await takeFresh(tx, deps, { scope, source, fresh, unreadable, duplicates, seenUnreadable, keys });
  const outcomes = [
    ...timed.map(
      ({ record }) => taken.outcomes.get(record.line) ?? { line: record.line, outcome: 'duplicate' as const },
    ),
    ...undecodable.map(({ line }) => taken.outcomes.get(line) ?? { line, outcome: 'duplicate' as const }),
  ];
  return { ...taken, outcomes: outcomes.sort((first, second) => first.line - second.line) };
}

function inOrderOfTime(records: readonly RawRecord[], source: ActivitySource, scope: IntakeScope): Timed[] {
  const timed = records.map((record) => {
    const at = source.eventTimeOf({ ref: record.line, fields: record.fields }, scope.settings);
    return { record, at, key: seenKey(scope, record, at) };
  });
  return timed.sort((first, second) => (first.at ?? -1) - (second.at ?? -1));
}

function withDuplicates(counts: IntakeCounts, duplicates: number): IntakeCounts {
  const { records } = counts;
  return {
    ...counts,
    records: { ...records, read: records.read + duplicates, duplicate: records.duplicate + duplicates },
  };
}

async function takeFresh(
  tx: Transaction,
  deps: IntakeDeps,
  work: {
    readonly scope: IntakeScope;
    readonly source: ActivitySource;
    readonly fresh: readonly Timed[];
    readonly unreadable: readonly Undecodable[];
    readonly duplicates: readonly Timed[];
    /** Lines that nobody could read then or now. */
    readonly seenUnreadable: number;
    readonly keys: readonly string[];
  },
): Promise<Committed> {
  const { scope, source, fresh } = work;
  const now = deps.clock.now();
  const today = dayOf(now);
  const records = fresh.map(({ record }, ref): SourceRecord => ({ ref, fields: record.fields }));
  const waitingRecords = fresh.map(({ record, at }): WaitingRecord => ({
    run: scope.run,
    line: record.line,
    day: at === undefined ? today : dayOf(at),
    since: Math.max(at ?? now, now),
  }));
  const naming = namingOf(deps, scope);
  const journeys = await journeysOf(tx, { scope, source, records, naming });
  const handed = handOut(journeys);
  const output = source.transform({ records, open: handed.open, settings: scope.settings });
  return commit(tx, deps, {
    scope,
    source,
    output,
    naming,
    fresh: waitingRecords,
    handed,
    journeys,
    unreadable: work.unreadable,
    duplicateDays: work.duplicates.map(({ at }) => (at === undefined ? today : dayOf(at))),
    duplicates: work.duplicates.length + work.seenUnreadable,
    unit: unitNamed(deps, scope.source),
    keys: work.keys,
    isSettling: false,
  });
}

async function journeysOf(
  tx: Transaction,
  work: {
    readonly scope: IntakeScope;
    readonly source: ActivitySource;
    readonly records: readonly SourceRecord[];
    readonly naming: AccountNaming;
  },
): Promise<Map<string, Stored<OpenJourneyDocument>>> {
  const found = new Map<string, Stored<OpenJourneyDocument>>();
  if (work.source.openBytesPerKey === 0) return found;
  const nameOfKey = new Map<string, string>();
  for (const record of work.records) {
    const name = work.source.keyOf(record, work.scope.settings);
    if (name !== undefined) nameOfKey.set(openJourneyKey(work.scope, work.naming(name)), name);
  }
  const stored = await tx.getMany(openJourneys, [...nameOfKey.keys()]);
  for (const [key, journey] of stored) found.set(required(nameOfKey.get(key), 'name of an open journey'), journey);
  return found;
}

export interface CommitWork {
  readonly scope: IntakeScope;
  readonly source: ActivitySource;
  readonly output: TransformOutput;
  readonly naming: AccountNaming;
  readonly fresh: readonly WaitingRecord[];
  readonly handed: HandedOut;
  readonly journeys: ReadonlyMap<string, Stored<OpenJourneyDocument>>;
  readonly unreadable: readonly Undecodable[];
  /** Of the duplicates whose time could be read. */
  readonly duplicateDays: readonly Day[];
  readonly duplicates: number;
  readonly unit: string;
  /** Seen keys that its records left. */
  readonly keys: readonly string[];
  readonly isSettling: boolean;
  /** What was left of a run is settled behind its end. */
  readonly isLate?: boolean;
}

/** What became of a batch, by line, and what it added. */
interface Committed extends Pick<BatchResult, 'counts' | 'run'> {
  readonly outcomes: ReadonlyMap<number, RecordOutcome>;
}

/** Decides and writes one unit of work: what came, or what a source made of journeys that it settled. */
export async function commit(tx: Transaction, deps: IntakeDeps, work: CommitWork): Promise<Committed> {
  const { scope, output } = work;
  const watch = deps.steps.start();
  const today = dayOf(deps.clock.now());
  const days = new Set<Day>([
    ...work.fresh.map(({ day }) => day),
    ...[...work.handed.waiting.values()].map(({ day }) => day),
    ...work.duplicateDays,
  ]);
  if (work.unreadable.length > 0) days.add(today);
  const bench = await setUp(tx, deps, { scope, drafts: output.activities, naming: work.naming, days });
  watch.lap('unit.read');
  const boards = { claims: await openClaims(tx, deps, bench), globalKeys: await openGlobalKeys(tx, deps.keys, bench) };
  watch.lap('unit.claims');
  const decided = decideAll(bench, deps, boards);
  const accounting = account(output, {
    freshCount: work.fresh.length,
    waiting: work.handed.waiting,
    outcomes: decided.outcomes,
  });
  watch.lap('unit.decide');
  // Before anything gives way: what does so in its own batch frees its key like any other.
  boards.globalKeys.writeBack(tx);
  await reverseLines(tx, deps, { bench, decided, lines: decided.displaced, code: 'ACTIVITIES_OVERLAPS' });
  await correctSteps(tx, deps, { bench, decided });
  keepSourceRefusals(deps, { work, bench, decided, today });
  const records = countRecords(work, { bench, accounting, today });
  watch.lap('unit.reverse');
  const counts = withDuplicates(
    { records, activities: decided.tallies, reductionMilligrams: String(decided.milligrams) },
    work.duplicates,
  );
  const keyOf = (name: string) => openJourneyKey(scope, work.naming(name));
  const { journeys: stored, source, isSettling: isSettled } = work;
  const { resolved } = accounting;
  const touched = await keepEarlier(tx, { run: scope.run, open: output.open, stored, keyOf, resolved });
  const { isLate = false } = work;
  const trace = traceOf(bench, work.keys, touched);
  const writing = { bench, decided, unit: work.unit };
  const [run] = await Promise.all([
    addToRun(tx, { ...scope, counts, trace, isLate, at: deps.clock.now() }),
    postCredits(tx, deps, writing),
    moveInRuns(tx, movesElsewhere(scope.run, resolved)),
  ]);
  watch.lap('unit.post');
  // Nothing of the batch waits for its writes: the next one is decided while they are carried out.
  writeAll(tx, deps, writing);
  boards.claims.writeBack(tx);
  putBack(tx, output.open, {
    ...{ keyOf, stored, source, isSettled, programme: scope.programme },
    recordOf: (ref) => (ref < 0 ? waitingRecord(work.handed.waiting, ref) : required(work.fresh[ref], 'fresh record')),
  });
  watch.lap('unit.write');
  return { outcomes: outcomesOf(work, accounting), counts, run };
}

/** What waited of other runs and came to something in this one. */
function movesElsewhere(run: string, resolved: Accounting['resolved']): Move[] {
  const others = resolved.filter(({ record }) => record.run !== run);
  return others.map(({ record, became }) => ({ run: record.run, from: 'open', to: became }));
}

function outcomesOf(work: CommitWork, accounting: Accounting): Map<number, RecordOutcome> {
  const outcomes = new Map<number, RecordOutcome>();
  for (const [ref, fate] of accounting.fresh.entries()) {
    const { line } = required(work.fresh[ref], 'fresh record');
    outcomes.set(line, { line, ...fate });
  }
  for (const { line, code, field } of work.unreadable) {
    outcomes.set(line, { line, outcome: 'refused', code, ...(field !== undefined && { field }) });
  }
  return outcomes;
}

/** Counts each record for its run and for the day it belongs to; a record that waited moves from open to what it became. */
function countRecords(
  work: CommitWork,
  { bench, accounting, today }: { readonly bench: Workbench; readonly accounting: Accounting; readonly today: Day },
): IntakeCounts['records'] {
  const counts = { ...noCounts.records };
  const dayCounts = (day: Day) => required(bench.days.get(day), 'day of a record').delta.records;
  for (const [ref, { outcome }] of accounting.fresh.entries()) {
    countRecord(counts, outcome);
    countRecord(dayCounts(required(work.fresh[ref], 'fresh record').day), outcome);
  }
  for (const { record, became } of accounting.resolved) {
    if (record.run === work.scope.run) countResolved(counts, became);
    countResolved(dayCounts(record.day), became);
  }
  for (let at = 0; at < work.unreadable.length; at += 1) {
    countRecord(counts, 'refused');
    countRecord(dayCounts(today), 'refused');
  }
  for (const day of work.duplicateDays) countRecord(dayCounts(day), 'duplicate');
  return counts;
}

interface Keeping {
  readonly work: CommitWork;
  readonly bench: Workbench;
  readonly decided: Decided;
  readonly today: Day;
}

/** Refusals of the source itself, and lines nobody could read, are kept with line and field beside those of the acceptance. */
function keepSourceRefusals(deps: IntakeDeps, { work, bench, decided, today }: Keeping): void {
  const at = deps.clock.now();
  const { programme, source, run } = work.scope;
  const keep = (refusal: Pick<RefusalDocument, 'code' | 'records' | 'line' | 'field' | 'mode'>, day: Day): void => {
    decided.refusals.push({ programme, day, at, source, run, kind: 'record', ...refusal });
    const open = required(bench.days.get(day), 'day of a refusal');
    countRefusal(open.delta, refusal.code);
    open.delta.activities.refused += 1;
    tally(decided.tallies.refused, refusal.code);
  };
  for (const refusal of work.output.refusals) {
    const first = recordOf(work, refusal);
    keep({ code: refusal.code, records: refusal.records.length, line: first.line, ...placeOf(refusal) }, first.day);
  }
  for (const { line, code, field } of work.unreadable)
    keep({ code, records: 1, line, ...(field !== undefined && { field }) }, today);
}

function recordOf(work: CommitWork, refusal: SourceRefusal): WaitingRecord {
  const ref = required(refusal.records.at(-1), 'record of a refusal');
  return ref < 0 ? waitingRecord(work.handed.waiting, ref) : required(work.fresh[ref], 'fresh record');
}

function placeOf({ field, mode }: SourceRefusal): Pick<RefusalDocument, 'field' | 'mode'> {
  return { ...(field !== undefined && { field }), ...(mode !== undefined && { mode }) };
}
