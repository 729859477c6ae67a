import type { Day, Instant } from '@tanhui/sdk/model';
import type { ActivitySource, JsonValue, OpenJourney } from '@tanhui/sdk/plugin';
import { assert, required } from '../kernel/index.ts';
import type { Collection, Stored, Transaction } from '../storage/index.ts';

/** A record that waits: whose run it came with, where it stood, and the day it counts for. */
export interface WaitingRecord {
  readonly run: string;
  readonly line: number;
  readonly day: Day;
  /** From when its windows run: its event, or its arrival where that was later. What is imported long after the event waits as long as what comes at once. */
  readonly since: Instant;
}

/** 未完行程: open state of one account at one source. The account stands in the key as its pseudonym and nowhere else. */
export interface OpenJourneyDocument {
  readonly records: readonly WaitingRecord[];
  readonly state: JsonValue;
  readonly updatedAt: Instant;
  readonly programme: string;
  /** When it is to be settled, or, once that is done, when its oldest record expires. */
  readonly dueAt: Instant;
  /** Nothing is left in it but what waits until it expires. */
  readonly isSettled?: true;
}

export const openJourneys: Collection<OpenJourneyDocument> = {
  name: 'open_journeys',
  keys: { exception: 'open state is asked for by the account whose record has come' },
  indexes: [{ name: 'by_due', fields: ['dueAt'] }],
};

export function openJourneyKey(scope: { source: string; programme: string }, account: string): string {
  return `${scope.source}/${scope.programme}/${account}`;
}

/** Journeys as the source sees them for one call, and the way back from its numbers to the records that wait. */
export interface HandedOut {
  readonly open: Record<string, OpenJourney>;
  readonly waiting: Map<number, WaitingRecord>;
}

/** Numbers waiting records below zero; the names are those the source knows its keys by. */
export function handOut(stored: ReadonlyMap<string, Stored<OpenJourneyDocument>>): HandedOut {
  // Without a prototype, so that an account called `__proto__` is a name like any other.
  const open = Object.create(null) as Record<string, OpenJourney>;
  const waiting = new Map<number, WaitingRecord>();
  let next = -1;
  for (const [name, { value }] of stored) {
    const records = value.records.map((record) => {
      waiting.set(next, record);
      return { ref: next-- };
    });
    open[name] = { records, state: value.state, updatedAt: value.updatedAt };
  }
  return { open, waiting };
}

type Windows = Pick<ActivitySource, 'latenessMs' | 'openExpiryMs' | 'openBytesPerKey' | 'forget'>;

/**
 * When an open journey is next looked at: when its newest record can no longer get a partner that was late, but not after its oldest expires. Once settled, when the
 * oldest expires; where the source cannot tell its records apart, when all of them have.
 */
export function dueAt(
  { records, isSettled }: Pick<OpenJourneyDocument, 'records' | 'isSettled'>,
  { latenessMs, openExpiryMs, forget }: Windows,
): Instant {
  const since = records.map((record) => record.since);
  const [oldest, newest] = [Math.min(...since), Math.max(...since)];
  if (isSettled === true) return (forget === undefined ? newest : oldest) + openExpiryMs;
  return Math.min(newest + latenessMs, oldest + openExpiryMs);
}

interface PuttingBack {
  readonly keyOf: (name: string) => string;
  readonly stored: ReadonlyMap<string, Stored<OpenJourneyDocument>>;
  readonly recordOf: (ref: number) => WaitingRecord;
  readonly programme: string;
  readonly source: Windows;
  /** The source was asked to settle: what it leaves open waits for nothing but its expiry. */
  readonly isSettled: boolean;
}

/** Writes back what the source answered; a journey without records is removed. */
export function putBack(tx: Transaction, journeys: Readonly<Record<string, OpenJourney>>, context: PuttingBack): void {
  const gone: string[] = [];
  const kept: { key: string; version: number; value: OpenJourneyDocument }[] = [];
  for (const [name, journey] of Object.entries(journeys)) {
    const key = context.keyOf(name);
    const before = context.stored.get(name);
    if (journey.records.length === 0) gone.push(key);
    else {
      const value = documentOf(journey, context);
      if (!isSame(before, value)) kept.push({ key, version: before?.version ?? 0, value });
    }
  }
  if (kept.length > 0) tx.later.replaceMany(openJourneys, kept);
  if (gone.length > 0) tx.later.removeMany(openJourneys, gone);
}

function documentOf({ records, state, updatedAt }: OpenJourney, context: PuttingBack): OpenJourneyDocument {
  const { recordOf, programme, source, isSettled } = context;
  const bytes = JSON.stringify(state).length;
  assert(bytes <= source.openBytesPerKey, 'a source keeps its open state within its own cap');
  return openJourneyOf(
    { records: records.map(({ ref }) => recordOf(ref)), state, updatedAt, programme },
    { source, isSettled },
  );
}

/** An open journey with the instant at which it is next looked at. */
export function openJourneyOf(
  journey: Pick<OpenJourneyDocument, 'records' | 'state' | 'updatedAt' | 'programme'>,
  { source, isSettled }: { readonly source: Windows; readonly isSettled: boolean },
): OpenJourneyDocument {
  const settled = isSettled ? { isSettled: true as const } : {};
  return { ...journey, ...settled, dueAt: dueAt({ records: journey.records, ...settled }, source) };
}

/** A journey without some of its records; undefined where its source cannot tell them apart. */
export function forgotten(
  source: ActivitySource,
  value: OpenJourneyDocument,
  gone: readonly WaitingRecord[],
): OpenJourneyDocument | undefined {
  const { records, state, updatedAt, programme, isSettled = false } = value;
  const journey: OpenJourney = { records: records.map((_, at) => ({ ref: at })), state, updatedAt };
  const refs = gone.map((record) => records.indexOf(record));
  const left = source.forget?.(journey, refs);
  if (left === undefined) return undefined;
  const kept = left.records.map(({ ref }) => required(records[ref], 'waiting record'));
  return openJourneyOf(
    { records: kept, state: left.state, updatedAt: left.updatedAt, programme },
    { source, isSettled },
  );
}

/** Of a settled journey that is settled again: whether nothing came of it. */
function isSame(stored: Stored<OpenJourneyDocument> | undefined, value: OpenJourneyDocument): boolean {
  if (stored?.value.isSettled !== true || value.isSettled !== true) return false;
  return !isChanged(stored.value, value);
}

/** Whether a source left a journey other than it was. */
export function isChanged(
  before: Pick<OpenJourneyDocument, 'records' | 'state'>,
  after: { readonly records: readonly unknown[]; readonly state: JsonValue },
): boolean {
  return before.records.length !== after.records.length || JSON.stringify(before.state) !== JSON.stringify(after.state);
}

/** The waiting record of a number below zero. */
export function waitingRecord(waiting: ReadonlyMap<number, WaitingRecord>, ref: number): WaitingRecord {
  return required(waiting.get(ref), 'waiting record that the source names');
}
