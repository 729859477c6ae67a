import type { BatchHeader, Day } from '@tanhui/sdk/model';
import type { Clock, Json, Log, StepTimes } from '../kernel/index.ts';
import { assert, canonicalJson, required, without } from '../kernel/index.ts';
import type { LedgerClient, Order, OrderEnd, Writer } from '../ledger/index.ts';
import { isRefusedAgain, LedgerFailure, orderEnvelope, writerOf } from '../ledger/index.ts';
import type { DocumentStore, Reader, Stored, Transaction } from '../storage/index.ts';
import type { BatchBuilder, BatchRange, SealableBatch } from './building.ts';
import { rangeOf } from './building.ts';
import { batches, programmeDayKey, programmeDays } from './collections.ts';
import type { BatchDocument, ProgrammeDayDocument } from './collections.ts';
import { sequenceId } from './ids.ts';

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
  const endorsed = await Promise.all(
    inOrder.filter(({ batch }) => batch.value.state === 'prepared').map((one) => endorse(deps, one)),
  );
  watch.lap('seal.endorse');
  if (endorsed.length > 0) await deps.store.unitOfWork((tx) => storeEnvelopes(tx, endorsed));
  watch.lap('seal.store');
  const envelopes = new Map(endorsed.map((one) => [one.key, one]));
  const ordered = await Promise.all(
    inOrder.map(({ batch }) => order(deps, envelopes.get(batch.key) ?? submissionOf(batch), batch.value.earlier)),
  );
  watch.lap('seal.commit');
  const marked = await deps.store.unitOfWork((tx) => markAll(tx, ordered, deps.clock.now()));
  watch.lap('seal.mark');
  return marked.failure === undefined
    ? { did: 'sealed', records: marked.records }
    : waiting(deps, marked.failure, work);
}

/** The endorsed envelope of a batch. */
interface Submission extends Omit<Order, 'timeoutMs'> {
  readonly key: string;
}

function submissionOf({ key, value }: Stored<BatchDocument>): Submission {
  return {
    key,
    transactionId: required(value.transaction, 'transaction of a submitted batch'),
    envelope: Buffer.from(required(value.envelope, 'envelope of a submitted batch'), 'base64'),
    mayBeOrdered: true,
  };
}

async function endorse(
  deps: SealingDeps,
  { batch, built }: { readonly batch: Stored<BatchDocument>; readonly built: SealableBatch | undefined },
): Promise<Submission> {
  const { leaves, header } = built ?? (await deps.builder.build(rangeOf(batch.value)));
  const text = headerText(batch.value.header);
  assert(headerText(header) === text, 'a batch built from its records is the one that was stored');
  const { transactionId, envelope } = await deps.ledger.endorse({
    function: 'SealBatch',
    args: [text],
    transient: { leaves },
    as: 'recorder',
  });
  return { key: batch.key, transactionId, envelope, mayBeOrdered: false };
}

/** @see docs/spec/canonical-v1.md §5 */
function headerText(header: BatchHeader): string {
  return canonicalJson(header as unknown as Json);
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

interface Ordered {
  readonly key: string;
  readonly transactionId: string;
  readonly how: OrderEnd;
  /** Where it is on the ledger. */
  readonly wrote?: Writer;
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

/**
 * Marks what is on the ledger, each day in the order of its records, so that `lastSealed` never runs ahead of an open batch: behind one that is not there
 * the others stay submitted, and the next step finds them committed already. One whose envelope is void, or refused by ordering for good, is endorsed anew.
 */
async function markAll(
  tx: Transaction,
  ordered: readonly Ordered[],
  at: number,
): Promise<{ readonly records: number; readonly failure: LedgerFailure | undefined }> {
  const stored = await tx.getMany(
    batches,
    ordered.map(({ key }) => key),
  );
  const held = new Map<string, LedgerFailure>();
  let records = 0;
  for (const { key, transactionId, how, wrote } of ordered) {
    const batch = required(stored.get(key), 'batch');
    const dayKey = programmeDayKey(batch.value.programme, batch.value.day as Day);
    if (held.has(dayKey) || batch.value.state === 'sealed') continue;
    if (how.end === 'valid') {
      await markSealed(tx, batch, { dayKey, wrote: required(wrote, 'what wrote a batch'), at });
      records += batch.value.count;
      continue;
    }
    held.set(dayKey, how.failure);
    const doubtful = isRefusedAgain(how) ? [transactionId] : [];
    if (how.end === 'unknown' && doubtful.length === 0) continue;
    await tx.replaceMany(batches, [{ ...batch, value: preparedAgain(batch.value, doubtful) }]);
  }
  const [failure] = held.values();
  return { records, failure };
}

/**
 * An envelope is dropped and the same batch endorsed anew where it is void, or where ordering refuses it again, perhaps for ever. A batch may be sent twice: the contract writes it once, and
 * what wrote it is told by the transactions that are kept.
 */
function preparedAgain(value: BatchDocument, doubtful: readonly string[]): BatchDocument {
  const earlier = [...(value.earlier ?? []), ...doubtful];
  return {
    ...without(value, 'envelope', 'transaction'),
    state: 'prepared',
    ...(earlier.length > 0 && { earlier }),
  };
}

async function markSealed(
  tx: Transaction,
  { key, version, value }: Stored<BatchDocument>,
  seal: { readonly dayKey: string; readonly wrote: Writer; readonly at: number },
): Promise<void> {
  const sealed: BatchDocument = {
    ...without(value, 'openAt', 'envelope', 'earlier'),
    state: 'sealed',
    transaction: seal.wrote.transactionId,
    block: seal.wrote.blockNumber,
    sealedAt: seal.at,
  };
  await tx.replaceMany(batches, [{ key, version, value: sealed }]);
  const day = required(await tx.get(programmeDays, seal.dayKey), 'programme day');
  const document: ProgrammeDayDocument = {
    ...day.value,
    lastSealed: value.first + value.count - 1,
    batches: day.value.batches + 1,
    sealedMilligrams: String(BigInt(day.value.sealedMilligrams) + BigInt(value.milligrams)),
  };
  await tx.replaceMany(programmeDays, [{ key: seal.dayKey, version: day.version, value: document }]);
}
