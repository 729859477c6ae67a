import type { Instant } from '@tanhui/sdk/model';
import { refuser } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { addCounts, noCounts } from './counts.ts';
import type { IntakeCounts } from './model.ts';
import type { RunDocument } from './runs.ts';
import { checkRunIsFor, intakeRefusals, runs } from './runs.ts';
import type { Trace } from './traces.ts';
import { isEmpty, runTraces, traceKey } from './traces.ts';

const refuse = refuser(intakeRefusals);

/** Adds a batch to its run and leaves its trace; the run is opened by its first batch where nobody opened it before. */
export function addToRun(
  tx: Transaction,
  batch: {
    readonly run: string;
    /** The run as it was read in this unit of work. */
    readonly stored: Stored<RunDocument> | undefined;
    readonly source: string;
    readonly programme: string;
    readonly counts: IntakeCounts;
    readonly trace: Trace;
    /** What was left of a run is settled behind its end. */
    readonly isLate?: boolean;
    readonly at: Instant;
  },
): IntakeCounts {
  const { stored } = batch;
  if (stored !== undefined) {
    checkRunIsFor(stored.value, batch);
    checkTakesRecords(stored, batch.isLate === true);
  }
  const before = stored?.value ?? {
    source: batch.source,
    programme: batch.programme,
    openedAt: batch.at,
    counts: noCounts,
    batches: 0,
  };
  const counts = addCounts(before.counts, batch.counts);
  if (!isEmpty(batch.trace))
    tx.later.insertMany(runTraces, [{ key: traceKey(batch.run, before.batches), value: batch.trace }]);
  const taken = batch.isLate === true ? {} : { takenAt: batch.at };
  const value = { ...before, ...taken, counts, batches: before.batches + 1 };
  tx.later.replaceMany(runs, [{ key: batch.run, version: stored?.version ?? 0, value }]);
  return counts;
}

function checkTakesRecords({ key, value }: Stored<RunDocument>, isLate: boolean): void {
  if (value.reversal !== undefined) throw refuse('INTAKE_RUN_REVERSED', { run: key });
  if (value.finishedAt !== undefined && !isLate) throw refuse('INTAKE_RUN_FINISHED', { run: key });
}

/** A record of a run that waited and came to something, or the other way round; with a code where it was refused. */
export interface Move {
  readonly run: string;
  readonly from: 'open' | 'used' | 'refused' | 'duplicate';
  readonly to: 'open' | 'used' | 'refused' | 'duplicate';
  readonly code?: string;
}

/** Moves records in the counts of the runs that they came with, whatever became of them since: what a run calls open waits. */
export async function moveInRuns(tx: Transaction, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const added = new Map<string, IntakeCounts>();
  for (const move of moves) added.set(move.run, addCounts(added.get(move.run) ?? noCounts, countsOf(move)));
  const stored = await tx.getMany(runs, [...added.keys()]);
  const replacements = [...stored.values()].map(({ key, version, value }) => ({
    key,
    version,
    value: { ...value, counts: addCounts(value.counts, added.get(key) ?? noCounts) },
  }));
  await tx.replaceMany(runs, replacements);
}

function countsOf({ from, to, code }: Move): IntakeCounts {
  const records = { ...noCounts.records };
  records[from] -= 1;
  records[to] += 1;
  const refused = code === undefined ? {} : { [code]: 1 };
  return { ...noCounts, records, activities: { ...noCounts.activities, refused } };
}
