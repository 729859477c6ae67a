import type { Day, Instant } from '@tanhui/sdk/model';
import type { JsonValue, OpenJourney } from '@tanhui/sdk/plugin';
import { assert, required } from '../kernel/index.ts';
import type { Collection, Stored, Transaction } from '../storage/index.ts';

/** A record that waits: whose run it came with, where it stood, and the day it counts for. */
export interface WaitingRecord {
  readonly run: string;
  readonly line: number;
  readonly day: Day;
}

/** 未完行程: open state of one account at one source. The account stands in the key as its pseudonym and nowhere else. */
export interface OpenJourneyDocument {
  readonly records: readonly WaitingRecord[];
  readonly state: JsonValue;
  readonly updatedAt: Instant;
  readonly programme: string;
}

export const openJourneys: Collection<OpenJourneyDocument> = {
  name: 'open_journeys',
  keys: { exception: 'open state is asked for by the account whose record has come' },
  indexes: [{ name: 'by_update', fields: ['updatedAt'] }],
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

/** Writes back what the source answered; a journey without records is removed. */
export async function putBack(
  tx: Transaction,
  journeys: Readonly<Record<string, OpenJourney>>,
  context: {
    readonly keyOf: (name: string) => string;
    readonly stored: ReadonlyMap<string, Stored<OpenJourneyDocument>>;
    readonly recordOf: (ref: number) => WaitingRecord;
    readonly programme: string;
    readonly maxBytes: number;
  },
): Promise<void> {
  const gone: string[] = [];
  const kept: { key: string; version: number; value: OpenJourneyDocument }[] = [];
  for (const [name, journey] of Object.entries(journeys)) {
    const key = context.keyOf(name);
    if (journey.records.length === 0) {
      gone.push(key);
      continue;
    }
    const value = {
      records: journey.records.map(({ ref }) => context.recordOf(ref)),
      state: journey.state,
      updatedAt: journey.updatedAt,
      programme: context.programme,
    };
    assert(JSON.stringify(value.state).length <= context.maxBytes, 'a source keeps its open state within its own cap');
    kept.push({ key, version: context.stored.get(name)?.version ?? 0, value });
  }
  if (kept.length > 0) await tx.replaceMany(openJourneys, kept);
  if (gone.length > 0) await tx.removeMany(openJourneys, gone);
}

/** The waiting record of a number below zero. */
export function waitingRecord(waiting: ReadonlyMap<number, WaitingRecord>, ref: number): WaitingRecord {
  return required(waiting.get(ref), 'waiting record that the source names');
}
