import type { Day } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { ActivitySource, SourceRecord, TransformOutput } from '@tanhui/sdk/plugin';
import { refuser } from '../kernel/index.ts';
import type { IntakeDeps, IntakeScope, RawRecord, Undecodable } from './model.ts';
import { intakeRefusals } from './runs.ts';
import { seenKey, seenKeyOfRaw } from './seen.ts';
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
  const rawKeys = undecodable.map(({ raw }) => seenKeyOfRaw(scope, raw));
  watch.lap('digest');
  const batch = { scope, source, naming: namingOf(deps, scope), timed, undecodable, rawKeys };
  const ahead = source.openBytesPerKey === 0 ? madeAhead(batch, dayOf(deps.clock.now())) : undefined;
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

function madeAhead(batch: Omit<ReadBatch, 'ahead'>, today: Day): Made {
  const { scope, source, naming, timed, undecodable } = batch;
  const output = source.transform({ records: sourceRecords(timed), open: {}, settings: scope.settings });
  const days = daysOfRecords(timed, { today, isTodayCounted: undecodable.length > 0 });
  return { output, plan: planBench({ scope, drafts: output.activities, naming, days }) };
}

export function sourceRecords(timed: readonly Timed[]): SourceRecord[] {
  return timed.map(({ record }, ref) => ({ ref, fields: record.fields }));
}

/** The day on which a record is counted: its own, or the running one where its time cannot be told. */
export function dayOfRecord({ at }: Timed, today: Day): Day {
  return at === undefined ? today : dayOf(at);
}

export function daysOfRecords(
  timed: readonly Timed[],
  { today, isTodayCounted }: { readonly today: Day; readonly isTodayCounted: boolean },
): Set<Day> {
  const days = new Set(timed.map((one) => dayOfRecord(one, today)));
  if (isTodayCounted) days.add(today);
  return days;
}
