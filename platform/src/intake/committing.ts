import type { Day, SourceRefusal } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { ActivitySource, TransformOutput } from '@tanhui/sdk/plugin';
import type { RefusalDocument } from '../activities/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { account, countRecord, countResolved } from './accounting.ts';
import type { Accounting } from './accounting.ts';
import { openClaims } from './claims.ts';
import { postCredits } from './crediting.ts';
import { noCounts, tally } from './counts.ts';
import type { Decided } from './deciding.ts';
import { decideAll } from './deciding.ts';
import { openGlobalKeys } from './global-keys.ts';
import type { IntakeCounts, IntakeDeps, IntakeScope, RecordOutcome, Undecodable } from './model.ts';
import { openJourneyKey, putBack, waitingRecord } from './open-journeys.ts';
import type { HandedOut, OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { withRecordNotes } from './record-notes.ts';
import { keptFor } from './refused-lines.ts';
import { reverseLines } from './reversing.ts';
import type { Move } from './run-counts.ts';
import { addToRun, moveInRuns } from './run-counts.ts';
import { correctSteps } from './step-days.ts';
import { countRefusal } from './totals.ts';
import { keepEarlier, traceOf } from './traces.ts';
import type { AccountNaming, BenchPlan, BenchReads, Workbench } from './workbench.ts';
import { setUp, withDaysOf } from './workbench.ts';
import { writeAll } from './writing.ts';

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
  const { scope, output, plan, reads } = work;
  const watch = deps.steps.start();
  const today = dayOf(deps.clock.now());
  const planned = await setUp(tx, deps, { plan, reads });
  watch.lap('unit.read');
  const boards = {
    claims: await openClaims(tx, deps, planned),
    globalKeys: await openGlobalKeys(tx, deps.keys, planned),
  };
  watch.lap('unit.claims');
  const decided = decideAll(planned, deps, boards);
  const bench = await withDaysOf(tx, planned, { lines: decided.displaced, now: deps.clock.now() });
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
  keepRefusals(deps, { work, bench, decided, today });
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
  const { unit } = plan;
  const run = addToRun(tx, { ...scope, stored: reads.run, counts, trace, isLate, at: deps.clock.now() });
  await Promise.all([
    postCredits(tx, deps, { programme: scope.programme, unit, credits: decided.credits, opened: reads.credits }),
    moveInRuns(tx, movesElsewhere(scope.run, resolved)),
  ]);
  watch.lap('unit.post');
  const noted = await withRecordNotes(tx, bench);
  // Nothing of the batch waits for its writes: the next one is decided while they are carried out.
  writeAll(tx, deps, { bench: noted, decided, unit });
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

/** Refusals of the source itself, and lines nobody could read, are kept with lines and field beside those of the acceptance. */
function keepRefusals(deps: IntakeDeps, { work, bench, decided, today }: Keeping): void {
  const at = deps.clock.now();
  const { programme, source, run } = work.scope;
  for (const { refusal, records } of decided.refused)
    decided.refusals.push(...keptFor(refusal, recordsOf(work, records)));
  const keep = (
    refusal: Pick<RefusalDocument, 'code' | 'field' | 'mode'>,
    { records, day }: { readonly records: readonly Pick<WaitingRecord, 'run' | 'line'>[]; readonly day: Day },
  ): void => {
    decided.refusals.push(...keptFor({ programme, day, at, source, kind: 'record', ...refusal }, records));
    const open = required(bench.days.get(day), 'day of a refusal');
    countRefusal(open.delta, refusal.code);
    open.delta.activities.refused += 1;
    tally(decided.tallies.refused, refusal.code);
  };
  for (const refusal of work.output.refusals) {
    const records = recordsOf(work, refusal.records);
    const { day } = required(records.at(-1), 'record of a refusal');
    keep({ code: refusal.code, ...placeOf(refusal) }, { records, day });
  }
  for (const { line, code, field } of work.unreadable)
    keep({ code, ...(field !== undefined && { field }) }, { records: [{ run, line }], day: today });
}

function recordsOf(work: CommitWork, refs: readonly number[]): readonly WaitingRecord[] {
  return refs.map((ref) =>
    ref < 0 ? waitingRecord(work.handed.waiting, ref) : required(work.fresh[ref], 'fresh record'),
  );
}

function placeOf({ field, mode }: SourceRefusal): Pick<RefusalDocument, 'field' | 'mode'> {
  return { ...(field !== undefined && { field }), ...(mode !== undefined && { mode }) };
}
