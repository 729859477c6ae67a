import type { Day } from '@tanhui/sdk/model';
import type { Clock, Log, StepTimes } from '../kernel/index.ts';
import { required, without } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure, orderEnvelope, writerOf } from '../ledger/index.ts';
import type { DocumentStore, Reader, Transaction } from '../storage/index.ts';
import type { BatchBuilder, BatchRange, SealableBatch } from './building.ts';
import { batches, programmeDayKey, programmeDays } from './collections.ts';
import type { BatchDocument, ProgrammeDayDocument } from './collections.ts';
import { begin, submissionOf } from './endorsing.ts';
import type { Submission } from './endorsing.ts';
import { sequenceId } from './ids.ts';
import { markAll } from './marking.ts';
import type { Ordered } from './marking.ts';

export const maxBatchSize = 5_000;
/** Batches that go to the ledger together: one unit of work then prepares, one stores and one marks all of them, and one block may hold them. */
const maxBatchesPerStep = 4;

export interface SealingDeps {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly builder: BatchBuilder;
  readonly clock: Clock;
  readonly log: Log;
  readonly steps: StepTimes;
  /** Records wait this long for company before a small batch is cut. */
  readonly delayMs: number;
  readonly commitTimeoutMs: number;
}

export type SealStep =
  | { readonly did: 'nothing' }
  | { readonly did: 'sealed'; readonly records: number }
  | { readonly did: 'waiting'; readonly reason: string };

/** A batch on its way to the ledger; as it was built, where this very step built it. */
interface OpenBatch {
  readonly key: string;
  readonly built?: SealableBatch;
}

/**
 * 封存, one bounded step: takes the oldest batches that are not on the ledger yet, or prepares some, and brings them there. Range and order are
 * stored before the first try and the envelope before it is submitted, so a step may die anywhere and the next one goes on.
 */
export async function sealStep(deps: SealingDeps, options: { readonly now?: boolean } = {}): Promise<SealStep> {
  const open = await deps.store.find(batches, { index: 'open', limit: maxBatchesPerStep });
  const work: OpenBatch[] = open.items.length > 0 ? [...open.items] : await prepareDue(deps, options.now ?? false);
  if (work.length === 0) return { did: 'nothing' };
  try {
    return await bringToLedger(deps, work);
  } catch (failure) {
    if (!(failure instanceof LedgerFailure) || failure.kind === 'contract-refused') throw failure;
    return waiting(deps, failure, work);
  }
}

function waiting(
  { log }: SealingDeps,
  { kind, validationCode, message: because }: LedgerFailure,
  [oldest]: readonly OpenBatch[],
): SealStep {
  log.info('seal.waiting', { batch: oldest?.key, kind, validationCode, because });
  return { did: 'waiting', reason: kind };
}

/** Whether anything waits for a batch, or a batch for the ledger. */
export async function hasUnsealed(reader: Reader): Promise<boolean> {
  const open = await reader.find(batches, { index: 'open', limit: 1 });
  if (open.items.length > 0) return true;
  return (await reader.find(programmeDays, { index: 'pending', limit: 1 })).items.length > 0;
}

async function prepareDue(deps: SealingDeps, now: boolean): Promise<OpenBatch[]> {
  const before = now ? deps.clock.now() + 1 : deps.clock.now() - deps.delayMs;
  const waiting = await deps.store.find(programmeDays, { index: 'pending', limit: 50 });
  const ranges: BatchRange[] = [];
  for (const { value } of waiting.items) {
    ranges.push(
      ...dueRanges(value, { hasWaited: (value.pendingAt ?? 0) < before, room: maxBatchesPerStep - ranges.length }),
    );
  }
  if (ranges.length === 0) return [];
  const watch = deps.steps.start();
  const built: SealableBatch[] = [];
  for (const range of ranges) built.push(await deps.builder.build(range));
  watch.lap('seal.build');
  const prepared = await deps.store.unitOfWork((tx) => prepare(tx, deps, { ranges, built }));
  watch.lap('seal.prepare');
  return prepared;
}

/** Full batches at once; a smaller one only when its records have waited long enough for company. */
function dueRanges(
  day: ProgrammeDayDocument,
  { hasWaited, room }: { readonly hasWaited: boolean; readonly room: number },
): BatchRange[] {
  const ranges: BatchRange[] = [];
  for (let first = day.lastPrepared + 1; first <= day.lastRecord && ranges.length < room; first += maxBatchSize) {
    const count = Math.min(maxBatchSize, day.lastRecord - first + 1);
    if (count === maxBatchSize || hasWaited)
      ranges.push({ programme: day.programme, day: day.day as Day, first, count });
  }
  return ranges;
}

/** Stores the order of what was built, where nobody prepared the same records meanwhile. */
async function prepare(
  tx: Transaction,
  deps: SealingDeps,
  work: { readonly ranges: readonly BatchRange[]; readonly built: readonly SealableBatch[] },
): Promise<OpenBatch[]> {
  const prepared: OpenBatch[] = [];
  const days = await tx.getMany(programmeDays, [...new Set(work.ranges.map((range) => dayKeyOf(range)))]);
  const changed = new Map<string, ProgrammeDayDocument>();
  const documents: { key: string; value: BatchDocument }[] = [];
  const now = deps.clock.now();
  for (const [at, range] of work.ranges.entries()) {
    const dayKey = dayKeyOf(range);
    const day = changed.get(dayKey) ?? required(days.get(dayKey)?.value, 'programme day');
    if (day.lastPrepared + 1 !== range.first) continue;
    const built = required(work.built[at], 'batch of a range');
    const key = sequenceId('bat', range, range.first);
    documents.push({ key, value: documentOf(range, built, now) });
    changed.set(dayKey, afterPreparing(day, { last: range.first + range.count - 1, now }));
    prepared.push({ key, built });
  }
  if (documents.length === 0) return [];
  await tx.insertMany(batches, documents);
  await tx.replaceMany(
    programmeDays,
    [...changed].map(([key, value]) => ({ key, version: days.get(key)?.version ?? 0, value })),
  );
  return prepared;
}

function dayKeyOf({ programme, day }: BatchRange): string {
  return programmeDayKey(programme, day);
}

function documentOf({ programme, day, first, count }: BatchRange, built: SealableBatch, now: number): BatchDocument {
  const { header, order, milligrams } = built;
  return { programme, day, first, count, header, order, milligrams, state: 'prepared', openAt: now };
}

function afterPreparing(day: ProgrammeDayDocument, { last, now }: { last: number; now: number }): ProgrammeDayDocument {
  return { ...without(day, 'pendingAt'), lastPrepared: last, ...(day.lastRecord > last && { pendingAt: now }) };
}

async function bringToLedger(deps: SealingDeps, work: readonly OpenBatch[]): Promise<SealStep> {
  const watch = deps.steps.start();
  const stored = await deps.store.getMany(
    batches,
    work.map(({ key }) => key),
  );
  const inOrder = work.map(({ key, built }) => ({ batch: required(stored.get(key), 'batch'), built }));
  const begun = await Promise.all(
    inOrder.filter(({ batch }) => batch.value.state === 'prepared').map((one) => begin(deps, one)),
  );
  watch.lap('seal.endorse');
  const endorsed = begun.flatMap((one) => one.submission ?? []);
  if (endorsed.length > 0) await deps.store.unitOfWork((tx) => storeEnvelopes(tx, endorsed));
  watch.lap('seal.store');
  const byKey = new Map(begun.map((one) => [one.key, one]));
  const ordered = await Promise.all(
    inOrder.map(async ({ batch }) => {
      const { ended, submission } = byKey.get(batch.key) ?? { submission: submissionOf(batch) };
      return ended ?? order(deps, submission, batch.value.earlier);
    }),
  );
  watch.lap('seal.commit');
  const marked = await deps.store.unitOfWork((tx) => markAll(tx, ordered, deps.clock.now()));
  watch.lap('seal.mark');
  for (const batch of marked.tooLate) deps.log.warn('seal.too-late', { batch });
  return marked.failure === undefined
    ? { did: 'sealed', records: marked.records }
    : waiting(deps, marked.failure, work);
}

async function storeEnvelopes(tx: Transaction, submissions: readonly Submission[]): Promise<void> {
  const stored = await tx.getMany(
    batches,
    submissions.map(({ key }) => key),
  );
  const replacements = submissions.map(({ key, transactionId: transaction, envelope }) => {
    const { version, value } = required(stored.get(key), 'batch');
    const text = Buffer.from(envelope).toString('base64');
    return { key, version, value: { ...value, state: 'submitted' as const, envelope: text, transaction } };
  });
  await tx.replaceMany(batches, replacements);
}

async function order(
  { ledger, commitTimeoutMs }: SealingDeps,
  { key, ...envelope }: Submission,
  earlier: readonly string[] | undefined,
): Promise<Ordered> {
  const { transactionId } = envelope;
  const how = await orderEnvelope(ledger, { ...envelope, timeoutMs: commitTimeoutMs });
  if (how.end !== 'valid') return { key, transactionId, how };
  return { key, transactionId, how, wrote: await writerOf(ledger, { transactionId, ...how }, earlier) };
}
