import type { Day, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { ActivitySource, SourceRecord, TransformOutput } from '@tanhui/sdk/plugin';
import { countedOn } from '../activities/index.ts';
import { refuser } from '../kernel/index.ts';
import type { IntakeDeps, IntakeScope, RawRecord, Undecodable } from './model.ts';
import { unitNamed } from './unit-names.ts';
import { intakeRefusals } from './runs.ts';
import { seenKey, seenKeyOfLine } from './seen.ts';
import type { AccountNaming, BenchPlan } from './workbench.ts';
import { namingOf, planBench } from './workbench.ts';

export const maxBatchRecords = 1_000;
const refuse = refuser(intakeRefusals);

/** Records as they were decoded, and what could not be. */
export interface DecodedBatch {
  readonly records: readonly RawRecord[];
  readonly undecodable: readonly Undecodable[];
}

export interface UnreadWork {
  readonly scope: IntakeScope;
  readonly read: () => DecodedBatch;
}

/** A record with its event time, where its source can tell one, and the key that it leaves. */
export interface Timed {
  readonly record: RawRecord;
  readonly at: number | undefined;
  readonly key: string;
}

/** A batch that is ready for its unit of work: in the order of time, with its seen keys. */
export interface ReadBatch {
  readonly scope: IntakeScope;
  readonly source: ActivitySource;
  readonly naming: AccountNaming;
  readonly timed: readonly Timed[];
  readonly undecodable: readonly Undecodable[];
  readonly rawKeys: readonly string[];
  /**
   * What its records become if all of them are new, where that depends on nothing stored: a source that keeps nothing open. Made before the unit of work, so that what
   * the batch meets is read in one go with its seen keys.
   */
  readonly ahead: Made | undefined;
}

/** What a source made of records, and what that touches. */
export interface Made {
  readonly output: TransformOutput;
  readonly plan: BenchPlan;
}

export function readBatch(deps: IntakeDeps, { scope, read }: UnreadWork): ReadBatch {
  const watch = deps.steps.start();
  const { records, undecodable } = read();
  watch.lap('parse');
  if (records.length + undecodable.length > maxBatchRecords) throw refuse('INTAKE_BATCH_TOO_LARGE');
  const { source } = deps.plugins.source(scope.source);
  const timed = inOrderOfTime(records, source, scope);
  const rawKeys = undecodable.map((line) => seenKeyOfLine(scope, line));
  watch.lap('digest');
  const batch = { scope, source, naming: namingOf(deps, scope), timed, undecodable, rawKeys };
  const ahead = source.openBytesPerKey === 0 ? madeAhead(deps, batch) : undefined;
  watch.lap('transform');
  return { ...batch, ahead };
}

function inOrderOfTime(records: readonly RawRecord[], source: ActivitySource, scope: IntakeScope): Timed[] {
  const timed = records.map((record) => {
    const at = source.eventTimeOf({ ref: record.line, fields: record.fields }, scope.settings);
    return { record, at, key: seenKey(scope, record, at) };
  });
  return timed.sort((first, second) => (first.at ?? -1) - (second.at ?? -1));
}

function madeAhead(deps: IntakeDeps, batch: Omit<ReadBatch, 'ahead'>): Made {
  const { scope, source, naming, timed, undecodable } = batch;
  const output = source.transform({ records: sourceRecords(timed), open: {}, settings: scope.settings });
  const plannedAt = deps.clock.now();
  const days = daysOfRecords(timed, { now: plannedAt, isTodayCounted: undecodable.length > 0 });
  const unit = unitNamed(deps, scope.source);
  return { output, plan: planBench({ unit, scope, plannedAt, drafts: output.activities, naming, days }) };
}

export function sourceRecords(timed: readonly Timed[]): SourceRecord[] {
  return timed.map(({ record }, ref) => ({ ref, fields: record.fields }));
}

/** The day on which a record is counted: its own, or the running one where its time cannot be told or lies in the future. */
export function dayOfRecord({ at }: Timed, now: Instant): Day {
  return countedOn(at ?? now, now);
}

export function daysOfRecords(
  timed: readonly Timed[],
  { now, isTodayCounted }: { readonly now: Instant; readonly isTodayCounted: boolean },
): Set<Day> {
  const days = new Set(timed.map((one) => dayOfRecord(one, now)));
  if (isTodayCounted) days.add(dayOf(now));
  return days;
}
