import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { countResolved } from './accounting.ts';
import type { IntakeDeps } from './model.ts';
import type { OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { openJourneys } from './open-journeys.ts';
import { finishWork, openWork } from './people-work.ts';
import type { Work } from './reversing.ts';
import { moveInRuns } from './run-counts.ts';
import { countRefusal } from './totals.ts';

/** A record that waits no longer, and why it comes to nothing. */
export interface EndedRecord {
  readonly record: WaitingRecord;
  readonly source: string;
  readonly code: string;
}

/** A record that came to something in a run that was undone, and waits again. */
export interface ReopenedRecord {
  readonly record: WaitingRecord;
  readonly from: 'used' | 'refused' | 'duplicate';
}

/** What becomes of some open journeys: those without a new value are removed. */
export interface JourneyChanges {
  readonly programme: string;
  readonly kind: string;
  readonly journeys: readonly {
    readonly key: string;
    /** 0 where there is none now. */
    readonly version: number;
    readonly value?: OpenJourneyDocument;
  }[];
  readonly ended: readonly EndedRecord[];
  readonly reopened: readonly ReopenedRecord[];
}

/** 终止未完行程: removes open journeys for good; each record that waited in them becomes a refusal with its code, and moves in its day's counts and its run's. */
export async function endJourneys(
  tx: Transaction,
  deps: IntakeDeps,
  ending: {
    readonly programme: string;
    readonly journeys: readonly (Stored<OpenJourneyDocument> & { readonly source: string })[];
    readonly code: string;
  },
): Promise<void> {
  const { programme, journeys, code } = ending;
  const ended = journeys.flatMap(({ value, source }) => value.records.map((record) => ({ record, source, code })));
  const gone = journeys.map(({ key, version }) => ({ key, version }));
  await changeJourneys(tx, deps, { programme, kind: 'ending', journeys: gone, ended, reopened: [] });
}

/** Writes what became of open journeys, and counts what waits no longer and what waits again. */
export async function changeJourneys(tx: Transaction, deps: IntakeDeps, changes: JourneyChanges): Promise<void> {
  const { programme, kind, journeys, ended, reopened } = changes;
  if (journeys.length === 0) return;
  const alsoOpen = [...ended, ...reopened].map(({ record }) => record.day);
  const work = await openWork(tx, deps, { programme, days: [], alsoOpen });
  for (const one of ended) refuseWaiting(deps, work, one);
  for (const { record, from } of reopened) {
    const { records } = required(work.bench.days.get(record.day), 'day of a waiting record').delta;
    records[from] -= 1;
    records.open += 1;
  }
  await finishWork(tx, deps, { ...work, kind });
  await moveInRuns(tx, [
    ...ended.map(({ record: { run }, code }) => ({ run, from: 'open' as const, to: 'refused' as const, code })),
    ...reopened.map(({ record: { run }, from }) => ({ run, from, to: 'open' as const })),
  ]);
  const kept = journeys.flatMap(({ key, version, value }) => (value === undefined ? [] : [{ key, version, value }]));
  const gone = journeys.flatMap(({ key, value }) => (value === undefined ? [key] : []));
  await tx.replaceMany(openJourneys, kept);
  await tx.removeMany(openJourneys, gone);
}

function refuseWaiting(deps: IntakeDeps, { bench, decided }: Work, { record, source, code }: EndedRecord): void {
  const { day, run, line } = record;
  const { programme } = bench.scope;
  const at = deps.clock.now();
  decided.refusals.push({ programme, day, at, source, run, code, kind: 'record', records: 1, line });
  const { delta } = required(bench.days.get(day), 'day of a waiting record');
  countResolved(delta.records, 'refused');
  countRefusal(delta, code);
  delta.activities.refused += 1;
}
