import { hash } from 'node:crypto';
import type { Day, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { AuditTrail, Clock, TrailAction, TrailEntry } from '../kernel/index.ts';
import { canonicalJson, without } from '../kernel/index.ts';
import type { Collection, Page, Reader, Transaction } from '../storage/index.ts';
import { pagesOf } from '../storage/index.ts';

/** 留痕 as stored. `hash` covers everything else of the entry, `previous` included: a line that was changed, moved or taken out breaks the chain. */
export interface TrailDocument {
  readonly day: string;
  readonly sequence: number;
  readonly at: Instant;
  readonly actor: string;
  readonly role: string;
  readonly action: TrailAction;
  readonly subject: string;
  readonly person?: string;
  readonly reason?: string;
  /** Hash of the entry before; of a day's first entry, the last one of the newest day before it that has any. */
  readonly previous: string;
  readonly hash: string;
}

export const trailEntries: Collection<TrailDocument> = {
  name: 'trail_entries',
  keys: 'time-led',
  indexes: [
    {
      name: 'by_person',
      fields: ['person', 'at'],
      sparse: true,
      exception: 'looks at one person are few, and that person reads them newest first',
    },
  ],
};

/** The end of each day's chain; the next entry goes on from it. */
export interface TrailHead {
  readonly sequence: number;
  readonly hash: string;
}

export const trailHeads: Collection<TrailHead> = { name: 'trail_heads', keys: 'time-led', indexes: [] };

const noHash = '0'.repeat(64);
const maxReasonLength = 200;

export function createTrail(clock: Clock): AuditTrail<Transaction> {
  return { append: (tx, entry) => append(tx, entry, clock.now()) };
}

async function append(tx: Transaction, entry: TrailEntry, at: Instant): Promise<void> {
  const day = dayOf(at);
  const head = await tx.get(trailHeads, day);
  const last = head?.value ?? { sequence: 0, hash: await hashBefore(tx, day) };
  const sequence = last.sequence + 1;
  const body = {
    day,
    sequence,
    at,
    actor: entry.actor.subject,
    role: entry.actor.role,
    action: entry.action,
    subject: entry.subject,
    ...(entry.person !== undefined && { person: entry.person }),
    ...(entry.reason !== undefined && entry.reason !== '' && { reason: entry.reason.slice(0, maxReasonLength) }),
    previous: last.hash,
  };
  const value = { ...body, hash: hashOf(body) };
  await tx.insertMany(trailEntries, [{ key: trailKey(day, sequence), value }]);
  await tx.replaceMany(trailHeads, [{ key: day, version: head?.version ?? 0, value: { sequence, hash: value.hash } }]);
}

async function hashBefore(reader: Reader, day: Day): Promise<string> {
  const page = await reader.find(trailHeads, { index: 'key', before: day, order: 'descending', limit: 1 });
  return page.items[0]?.value.hash ?? noHash;
}

function trailKey(day: string, sequence: number): string {
  return `${day}/${String(sequence).padStart(8, '0')}`;
}

/** Bounds of a day's keys: `0` is what comes after the slash. */
function keysOf(day: Day): { readonly from: string; readonly before: string } {
  return { from: `${day}/`, before: `${day}0` };
}

function hashOf(body: Omit<TrailDocument, 'hash'>): string {
  return hash('sha256', canonicalJson({ ...body }), 'hex');
}

/** Entries newest first; of one day where it is given. */
export function readTrail(
  reader: Reader,
  query: { readonly day?: Day | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<TrailDocument>> {
  return reader.find(trailEntries, {
    index: 'key',
    order: 'descending',
    limit: query.limit,
    ...(query.day !== undefined && keysOf(query.day)),
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

/** Who looked at a person's data, newest first. */
export function looksAt(
  reader: Reader,
  query: { readonly person: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<TrailDocument>> {
  return reader.find(trailEntries, {
    index: 'by_person',
    prefix: [query.person],
    order: 'descending',
    limit: query.limit,
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

export interface TrailCheck {
  readonly entries: number;
  /** Hash at the end of the day's chain: what an auditor notes down. */
  readonly head: string;
  readonly isWhole: boolean;
  /** Sequence of the first entry that does not follow from the one before it. */
  readonly brokenAt?: number;
}

/** 验链: walks a day's chain from its first entry and recomputes every hash. */
export async function checkTrail(reader: Reader, day: Day): Promise<TrailCheck> {
  const stored = (await reader.get(trailHeads, day))?.value;
  let last: TrailHead = { sequence: 0, hash: await hashBefore(reader, day) };
  for await (const page of pagesOf(reader, trailEntries, { index: 'key', ...keysOf(day) }))
    for (const { value } of page) {
      if (!follows(value, last)) return broken(last);
      last = { sequence: value.sequence, hash: value.hash };
    }
  const isWhole = stored === undefined ? last.sequence === 0 : stored.hash === last.hash;
  return isWhole ? { entries: last.sequence, head: last.hash, isWhole } : broken(last);
}

function follows(entry: TrailDocument, last: TrailHead): boolean {
  const isNext = entry.sequence === last.sequence + 1 && entry.previous === last.hash;
  return isNext && entry.hash === hashOf(without(entry, 'hash' as never));
}

function broken(last: TrailHead): TrailCheck {
  return { entries: last.sequence, head: last.hash, isWhole: false, brokenAt: last.sequence + 1 };
}
