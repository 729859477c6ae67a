import type { Day, SourceRefusal } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { ActivitySource, TransformOutput } from '@tanhui/sdk/plugin';
import type { RefusalDocument } from '../activities/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { account, countRecord, countResolved } from './accounting.ts';
import type { Accounting } from './accounting.ts';
import { openClaims } from './claims.ts';
import { noCounts, tally } from './counts.ts';
import type { Decided } from './deciding.ts';
import { decideAll } from './deciding.ts';
import { openGlobalKeys } from './global-keys.ts';
import type { IntakeCounts, IntakeDeps, IntakeScope, RecordOutcome, Undecodable } from './model.ts';
import { openJourneyKey, putBack, waitingRecord } from './open-journeys.ts';
import type { HandedOut, OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { reverseLines } from './reversing.ts';
import type { Move } from './runs.ts';
import { addToRun, moveInRuns } from './runs.ts';
import { correctSteps } from './step-days.ts';
import { countRefusal } from './totals.ts';
import { keepEarlier, traceOf } from './traces.ts';
import type { AccountNaming, BenchPlan, BenchReads, Workbench } from './workbench.ts';
import { setUp } from './workbench.ts';
import { postCredits, writeAll } from './writing.ts';

export interface CommitWork {
  readonly scope: IntakeScope;
  readonly source: ActivitySource;
  readonly output: TransformOutput;
  readonly naming: AccountNaming;
  /** What it touches, with every day on which something of it is counted. */
  readonly plan: BenchPlan;
  /** What has been read for it. */
  readonly reads: BenchReads;
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

function withDuplicates(counts: IntakeCounts, duplicates: number): IntakeCounts {
  const { records } = counts;
  return {
    ...counts,
    records: { ...records, read: records.read + duplicates, duplicate: records.duplicate + duplicates },
  };
}

/** What became of a batch, by line, and what it added. */
export interface Committed {
  readonly counts: IntakeCounts;
  /** Of the run so far. */
  readonly run: IntakeCounts;
  readonly outcomes: ReadonlyMap<number, RecordOutcome>;
}

/** Decides and writes one unit of work: what came, or what a source made of journeys that it settled. */
export async function commit(tx: Transaction, deps: IntakeDeps, work: CommitWork): Promise<Committed> {
  const { scope, output } = work;
  const watch = deps.steps.start();
  const today = dayOf(deps.clock.now());
  const bench = await setUp(tx, deps, { plan: work.plan, reads: work.reads });
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
