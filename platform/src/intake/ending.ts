import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { countResolved } from './accounting.ts';
import type { IntakeDeps } from './model.ts';
import type { OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { openJourneys } from './open-journeys.ts';
import { finishWork, openWork } from './people-work.ts';
import type { Work } from './reversing.ts';
import { countRefusal } from './totals.ts';

export interface Ending {
  readonly programme: string;
  readonly journeys: readonly (Stored<OpenJourneyDocument> & { readonly source: string })[];
  /** Why the records that waited come to nothing. */
  readonly code: string;
}

/** 终止未完行程: removes open journeys for good; each record that waited in them becomes a refusal with its code, and moves in its day's counts. */
export async function endJourneys(tx: Transaction, deps: IntakeDeps, ending: Ending): Promise<number> {
  const { journeys, programme } = ending;
  if (journeys.length === 0) return 0;
  const waiting = journeys.flatMap(({ value, source }) => value.records.map((record) => ({ record, source })));
  const alsoOpen = waiting.map(({ record }) => record.day);
  const work = await openWork(tx, deps, { programme, days: [], alsoOpen });
  for (const one of waiting) refuseWaiting(deps, work, { ...one, code: ending.code });
  await finishWork(tx, deps, { ...work, kind: 'ending' });
  await tx.removeMany(
    openJourneys,
    journeys.map(({ key }) => key),
  );
  return waiting.length;
}

function refuseWaiting(
  deps: IntakeDeps,
  { bench, decided }: Work,
  { record, source, code }: { readonly record: WaitingRecord; readonly source: string; readonly code: string },
): void {
  const { day, run, line } = record;
  const { programme } = bench.scope;
  const at = deps.clock.now();
  decided.refusals.push({ programme, day, at, source, run, code, kind: 'record', records: 1, line });
  const { delta } = required(bench.days.get(day), 'day of a waiting record');
  countResolved(delta.records, 'refused');
  countRefusal(delta, code);
  delta.activities.refused += 1;
}
