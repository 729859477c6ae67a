import type { BatchHeader, Day } from '@tanhui/sdk/model';
import type { Clock, Json, Log } from '../kernel/index.ts';
import { assert, canonicalJson, required, without } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure, validationCodes } from '../ledger/index.ts';
import type { DocumentStore, Stored, Transaction } from '../storage/index.ts';
import { batches, carbonRecords, programmeDayKey, programmeDays } from './collections.ts';
import type { BatchDocument, ProgrammeDayDocument, RecordDocument } from './collections.ts';
import { sequenceId } from './ids.ts';
import { buildBatch } from './leaf.ts';
import type { BuiltBatch, LeafSource } from './leaf.ts';
import type { MethodologyLookup } from './record.ts';

export const maxBatchSize = 5_000;
/** A page of a read; the port allows no more. */
const pageSize = 1_000;

export interface SealingDeps {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly methodologyOf: MethodologyLookup;
  /** Records wait this long for company before a small batch is cut. */
  readonly delayMs: number;
  readonly commitTimeoutMs: number;
}

export type SealStep =
  | { readonly did: 'nothing' }
  | { readonly did: 'sealed'; readonly batch: string; readonly records: number }
  | { readonly did: 'waiting'; readonly reason: string };

/**
 * 封存, one bounded step: takes the oldest batch that is not on the ledger yet, or prepares one, and brings it there. Range and order are stored
 * before the first try and the envelope before it is submitted, so a step may die anywhere and the next one goes on.
 */
export async function sealStep(deps: SealingDeps, options: { readonly now?: boolean } = {}): Promise<SealStep> {
  const open = await deps.store.find(batches, { index: 'open', limit: 1 });
  const batch = open.items[0]?.key ?? (await prepareOldest(deps, options.now ?? false));
  if (batch === undefined) return { did: 'nothing' };
  try {
    return await bringToLedger(deps, batch);
  } catch (failure) {
    if (!(failure instanceof LedgerFailure) || failure.kind === 'contract-refused') throw failure;
    deps.log.info('seal.waiting', { batch, kind: failure.kind });
    return { did: 'waiting', reason: failure.kind };
  }
}

async function prepareOldest(deps: SealingDeps, now: boolean): Promise<string | undefined> {
  const before = now ? deps.clock.now() + 1 : deps.clock.now() - deps.delayMs;
  const waiting = await deps.store.find(programmeDays, { index: 'pending', limit: 50 });
  const due = waiting.items.find(
    ({ value }) => (value.pendingAt ?? 0) < before || value.lastRecord - value.lastPrepared >= maxBatchSize,
  );
  return due === undefined ? undefined : deps.store.unitOfWork((tx) => prepare(tx, deps, due.key));
}

async function prepare(tx: Transaction, deps: SealingDeps, dayKey: string): Promise<string | undefined> {
  const stored = required(await tx.get(programmeDays, dayKey), 'programme day');
  const { value: day } = stored;
  const count = Math.min(maxBatchSize, day.lastRecord - day.lastPrepared);
  if (count === 0) return undefined;
  const first = day.lastPrepared + 1;
  const scope = { programme: day.programme, day: day.day as Day };
  const key = sequenceId('bat', scope, first);
  const sources = await leafSources(tx, deps.methodologyOf, { ...scope, first, count });
  const { header, order } = buildBatch(
    sources.map(({ leaf }) => leaf),
    { ...scope, batch: key, retrospective: sources.some(({ document }) => document.retrospective) },
  );
  await tx.insertMany(batches, [
    {
      key,
      value: {
        programme: day.programme,
        day: day.day,
        first,
        count,
        header,
        order: Buffer.from(Uint16Array.from(order).buffer).toString('base64'),
        milligrams: String(netMilligrams(sources.map(({ leaf }) => leaf))),
        state: 'prepared',
        openAt: deps.clock.now(),
      },
    },
  ]);
  await tx.replaceMany(programmeDays, [
    {
      key: dayKey,
      version: stored.version,
      value: afterPreparing(day, { last: first + count - 1, now: deps.clock.now() }),
    },
  ]);
  return key;
}

function afterPreparing(day: ProgrammeDayDocument, { last, now }: { last: number; now: number }): ProgrammeDayDocument {
  return { ...without(day, 'pendingAt'), lastPrepared: last, ...(day.lastRecord > last && { pendingAt: now }) };
}

function netMilligrams(leaves: readonly LeafSource[]): bigint {
  return leaves.reduce(
    (total, leaf) => (leaf.kind === 'reversal' ? total - leaf.milligrams : total + leaf.milligrams),
    0n,
  );
}

/** The leaves of a range of records, in the order of their sequence. */
export async function leafSources(
  reader: Pick<Transaction, 'find'>,
  methodologyOf: MethodologyLookup,
  range: { readonly programme: string; readonly day: Day; readonly first: number; readonly count: number },
): Promise<{ readonly leaf: LeafSource; readonly document: RecordDocument }[]> {
  const sources: { leaf: LeafSource; document: RecordDocument }[] = [];
  const before = sequenceId('rec', range, range.first + range.count);
  let from = sequenceId('rec', range, range.first);
  while (sources.length < range.count) {
    const page = await reader.find(carbonRecords, { index: 'key', from, before, limit: pageSize });
    assert(page.items.length > 0, 'a batch finds all of its records');
    for (const { value } of page.items) sources.push({ leaf: leafSourceOf(value, methodologyOf), document: value });
    from = sequenceId('rec', range, range.first + sources.length);
  }
  return sources;
}

function leafSourceOf(document: RecordDocument, methodologyOf: MethodologyLookup): LeafSource {
  return {
    kind: document.kind,
    mode: document.mode,
    methodology: methodologyOf(document.methodology),
    district: document.district,
    milligrams: BigInt(document.milligrams),
    nullifier: Buffer.from(document.nullifier, 'hex'),
    commitment: Buffer.from(document.commitment, 'base64'),
  };
}

async function bringToLedger(deps: SealingDeps, key: string): Promise<SealStep> {
  const stored = required(await deps.store.get(batches, key), 'batch');
  const submitted = stored.value.state === 'prepared' ? await endorseAndStore(deps, stored) : stored;
  const envelope = Buffer.from(required(submitted.value.envelope, 'envelope of a submitted batch'), 'base64');
  await deps.ledger.submit(envelope);
  const commit = await deps.ledger.status(required(submitted.value.transaction, 'transaction of a submitted batch'), {
    timeoutMs: deps.commitTimeoutMs,
  });
  if (commit.code !== validationCodes.valid) {
    await deps.store.unitOfWork((tx) => backToPrepared(tx, key));
    return { did: 'waiting', reason: `validation code ${String(commit.code)}` };
  }
  await deps.store.unitOfWork((tx) => markSealed(tx, key, { block: commit.blockNumber, at: deps.clock.now() }));
  return { did: 'sealed', batch: key, records: stored.value.count };
}

/** The batch as it was built, from its records; equal to the stored header, or the records were touched. */
export async function rebuildBatch(
  deps: Pick<SealingDeps, 'store' | 'methodologyOf'>,
  batch: Stored<BatchDocument>,
): Promise<BuiltBatch> {
  const { programme, first, count, header } = batch.value;
  const range = { programme, day: batch.value.day as Day, first, count };
  const sources = await leafSources(deps.store, deps.methodologyOf, range);
  return buildBatch(
    sources.map(({ leaf }) => leaf),
    { programme, day: range.day, batch: batch.key, retrospective: header.retrospective },
  );
}

async function endorseAndStore(deps: SealingDeps, stored: Stored<BatchDocument>): Promise<Stored<BatchDocument>> {
  const built = await rebuildBatch(deps, stored);
  const header = headerBytes(stored.value.header);
  assert(headerBytes(built.header) === header, 'a batch rebuilt from its records is the one that was stored');
  const endorsed = await deps.ledger.endorse({
    function: 'SealBatch',
    args: [header],
    transient: { leaves: built.leaves },
    as: 'recorder',
  });
  return deps.store.unitOfWork(async (tx) => {
    const current = required(await tx.get(batches, stored.key), 'batch');
    const value: BatchDocument = {
      ...current.value,
      state: 'submitted',
      envelope: Buffer.from(endorsed.envelope).toString('base64'),
      transaction: endorsed.transactionId,
    };
    await tx.replaceMany(batches, [{ key: stored.key, version: current.version, value }]);
    return { key: stored.key, version: current.version + 1, value };
  });
}

/** @see docs/spec/canonical-v1.md §5 */
function headerBytes(header: BatchHeader): string {
  return canonicalJson(header as unknown as Json);
}

async function backToPrepared(tx: Transaction, key: string): Promise<void> {
  const { version, value } = required(await tx.get(batches, key), 'batch');
  await tx.replaceMany(batches, [
    { key, version, value: { ...without(value, 'envelope', 'transaction'), state: 'prepared' } },
  ]);
}

async function markSealed(
  tx: Transaction,
  key: string,
  seal: { readonly block: number; readonly at: number },
): Promise<void> {
  const { version, value } = required(await tx.get(batches, key), 'batch');
  if (value.state === 'sealed') return;
  const sealed: BatchDocument = {
    ...without(value, 'openAt', 'envelope'),
    state: 'sealed',
    block: seal.block,
    sealedAt: seal.at,
  };
  await tx.replaceMany(batches, [{ key, version, value: sealed }]);
  const dayKey = programmeDayKey(value.programme, value.day as Day);
  const day = required(await tx.get(programmeDays, dayKey), 'programme day');
  await tx.replaceMany(programmeDays, [
    {
      key: dayKey,
      version: day.version,
      value: {
        ...day.value,
        lastSealed: value.first + value.count - 1,
        batches: day.value.batches + 1,
        sealedMilligrams: String(BigInt(day.value.sealedMilligrams) + BigInt(value.milligrams)),
      },
    },
  ]);
}
