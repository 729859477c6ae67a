import type { Instant } from '@tanhui/sdk/model';
import type { JsonValue, OpenJourney } from '@tanhui/sdk/plugin';
import type { Collection, Reader, Stored, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { Accounting } from './accounting.ts';
import type { OpenJourneyDocument, WaitingRecord } from './open-journeys.ts';
import { isChanged } from './open-journeys.ts';
import type { Workbench } from './workbench.ts';

/** First and last of the activities that a unit of work numbered on a day. */
export type NumberRange = readonly [first: number, last: number];

/** 撤销迹: what one unit of work of a run left behind, as far as it is needed to take it back. Small, because every unit of the intake writes one. */
export interface Trace {
  readonly activities: Readonly<Record<string, NumberRange>>;
  /** The seen keys of its records, with a blank between. */
  readonly seen: string;
  /** Keys of open journeys with records of earlier runs that it was the first of its run to change. */
  readonly journeys?: readonly string[];
}

/** Key: the run, then the number of the unit within it. */
export const runTraces: Collection<Trace> = { name: 'run_traces', keys: 'time-led', indexes: [] };

/** 先前的未完行程: an open journey as it was before a run changed it, and what became of its records in that run. */
export interface EarlierJourneyDocument {
  readonly records: readonly WaitingRecord[];
  readonly state: JsonValue;
  readonly updatedAt: Instant;
  readonly programme: string;
  /** By the place of a record among `records`; absent where it still waits. */
  readonly became: Readonly<Record<string, 'used' | 'refused' | 'duplicate'>>;
}

/** Key: the open journey's, then the run. */
export const earlierJourneys: Collection<EarlierJourneyDocument> = {
  name: 'earlier_journeys',
  keys: { exception: 'an erased account takes what was kept of its journeys along: it is found by its pseudonym' },
  indexes: [],
};

const numberDigits = 9;

export function traceKey(run: string, number: number): string {
  return `${run}/${String(number).padStart(numberDigits, '0')}`;
}

export function isEmpty({ activities, seen, journeys }: Trace): boolean {
  return seen === '' && journeys === undefined && Object.keys(activities).length === 0;
}

export function traceOf({ days }: Workbench, keys: readonly string[], journeys: readonly string[]): Trace {
  const activities: Record<string, NumberRange> = {};
  for (const [day, { document, nextActivity }] of days) {
    const first = document.lastActivity + 1;
    if (nextActivity > first) activities[day] = [first, nextActivity - 1];
  }
  return { activities, seen: keys.join(' '), ...(journeys.length > 0 && { journeys }) };
}

/** The newest unit of a run that has not been taken back. */
export async function newestTrace(reader: Reader, run: string): Promise<Stored<Trace> | undefined> {
  const page = await reader.find(runTraces, {
    index: 'key',
    from: `${run}/`,
    before: `${run}0`,
    order: 'descending',
    limit: 1,
  });
  return page.items[0];
}

interface Keeping {
  readonly run: string;
  readonly stored: ReadonlyMap<string, Stored<OpenJourneyDocument>>;
  /** What the source leaves of them. */
  readonly open: Readonly<Record<string, OpenJourney>>;
  readonly keyOf: (name: string) => string;
  readonly resolved: Accounting['resolved'];
}

/**
 * Keeps, once for each run, what a journey with records of earlier runs was like before the run changed it; a run that touches only what it left itself, as most
 * do, keeps nothing. Answers the keys of journeys that were kept now.
 */
export async function keepEarlier(tx: Transaction, keeping: Keeping): Promise<string[]> {
  const { run } = keeping;
  const touched = touchedOfOthers(keeping);
  if (touched.size === 0) return [];
  const kept = await tx.getMany(
    earlierJourneys,
    [...touched.keys()].map((key) => earlierKey(key, run)),
  );
  const fateOf = new Map(keeping.resolved.map(({ record, became }) => [waitingId(record), became]));
  const fresh: string[] = [];
  const writes = [];
  for (const [key, journey] of touched) {
    const stored = kept.get(earlierKey(key, run));
    const before = stored?.value ?? untouchedBy(run, journey);
    if (before === undefined) continue;
    if (stored === undefined) fresh.push(key);
    const value = { ...before, became: { ...before.became, ...fatesIn(before.records, fateOf) } };
    writes.push({ key: earlierKey(key, run), version: stored?.version ?? 0, value });
  }
  await tx.replaceMany(earlierJourneys, writes);
  return fresh;
}

function touchedOfOthers({ run, stored, open }: Keeping): Map<string, OpenJourneyDocument> {
  const touched = new Map<string, OpenJourneyDocument>();
  for (const [name, { key, value }] of stored) {
    if (value.records.every((record) => record.run === run)) continue;
    const after = Object.hasOwn(open, name) ? open[name] : undefined;
    if (after !== undefined && isChanged(value, after)) touched.set(key, value);
  }
  return touched;
}

/** A journey that holds nothing of a run yet, to be kept. */
function untouchedBy(run: string, journey: OpenJourneyDocument): EarlierJourneyDocument | undefined {
  const { records, state, updatedAt, programme } = journey;
  return records.some((record) => record.run === run)
    ? undefined
    : { records, state, updatedAt, programme, became: {} };
}

export function earlierKey(journey: string, run: string): string {
  return `${journey}/${run}`;
}

function fatesIn(
  records: readonly WaitingRecord[],
  fateOf: ReadonlyMap<string, 'used' | 'refused' | 'duplicate'>,
): EarlierJourneyDocument['became'] {
  const fates: Record<string, 'used' | 'refused' | 'duplicate'> = {};
  for (const [at, record] of records.entries()) {
    const fate = fateOf.get(waitingId(record));
    if (fate !== undefined) fates[String(at)] = fate;
  }
  return fates;
}

/** Tells the records that wait in one journey apart. */
export function waitingId({ run, line, since }: Pick<WaitingRecord, 'run' | 'line' | 'since'>): string {
  return `${run}/${String(line)}/${String(since)}`;
}

/** Takes away what was kept of the journeys of some accounts. */
export async function forgetEarlier(tx: Transaction, journeys: readonly string[]): Promise<void> {
  for (const key of journeys) {
    const kept = await everyOf(tx, earlierJourneys, { index: 'key', from: `${key}/`, before: `${key}0` });
    await tx.removeMany(
      earlierJourneys,
      kept.map((one) => one.key),
    );
  }
}
