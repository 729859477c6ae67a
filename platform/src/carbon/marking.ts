import type { Day } from '@tanhui/sdk/model';
import { required, without } from '../kernel/index.ts';
import type { LedgerFailure, OrderEnd, Writer } from '../ledger/index.ts';
import { isRefusedAgain } from '../ledger/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { batches, programmeDayKey, programmeDays } from './collections.ts';
import type { BatchDocument, ProgrammeDayDocument } from './collections.ts';

/** How one try to bring a batch to the ledger ended. */
export type Ordered = Tried | TooLateForDay;

interface Tried {
  readonly key: string;
  readonly transactionId: string;
  readonly how: OrderEnd;
  /** Where it is on the ledger. */
  readonly wrote?: Writer;
}

/** Its day is closed on the ledger without it, so that it never will be there. */
interface TooLateForDay {
  readonly key: string;
  readonly isTooLate: true;
}

interface Marked {
  /** How many are on the ledger now. */
  readonly records: number;
  readonly tooLate: readonly string[];
  readonly failure: LedgerFailure | undefined;
}

/**
 * Marks what is on the ledger, each day in the order of its records, so that `lastSealed` never runs ahead of an open batch: behind one that is not there
 * the others stay submitted, and the next step finds them committed already. One whose envelope is void, or refused by ordering for good, is endorsed anew;
 * one that came too late is told apart from what is sealed, and holds up nothing.
 */
export async function markAll(tx: Transaction, ordered: readonly Ordered[], at: number): Promise<Marked> {
  const stored = await tx.getMany(
    batches,
    ordered.map(({ key }) => key),
  );
  const held = new Map<string, LedgerFailure>();
  const tooLate: string[] = [];
  let records = 0;
  for (const one of ordered) {
    const batch = required(stored.get(one.key), 'batch');
    const dayKey = programmeDayKey(batch.value.programme, batch.value.day as Day);
    if (held.has(dayKey) || batch.value.openAt === undefined) continue;
    if ('isTooLate' in one) {
      await markTooLate(tx, batch, { dayKey, at });
      tooLate.push(one.key);
      continue;
    }
    const failure = await markOrdered(tx, batch, { ...one, dayKey, at });
    if (failure === undefined) records += batch.value.count;
    else held.set(dayKey, failure);
  }
  const [failure] = held.values();
  return { records, tooLate, failure };
}

/** Gives why it is not sealed, where it is not. */
async function markOrdered(
  tx: Transaction,
  batch: Stored<BatchDocument>,
  { transactionId, how, wrote, dayKey, at }: Tried & { readonly dayKey: string; readonly at: number },
): Promise<LedgerFailure | undefined> {
  if (how.end === 'valid') {
    await markSealed(tx, batch, { dayKey, wrote: required(wrote, 'what wrote a batch'), at });
    return undefined;
  }
  const doubtful = isRefusedAgain(how) ? [transactionId] : [];
  if (how.end === 'void' || doubtful.length > 0)
    await tx.replaceMany(batches, [{ ...batch, value: preparedAgain(batch.value, doubtful) }]);
  return how.failure;
}

/** The day is closed here as well, as it is on the ledger: what comes now would come too late too. */
async function markTooLate(
  tx: Transaction,
  { key, version, value }: Stored<BatchDocument>,
  { dayKey, at }: { readonly dayKey: string; readonly at: number },
): Promise<void> {
  const { programme, day, first, count, header, order, milligrams } = value;
  const late: BatchDocument = { programme, day, first, count, header, order, milligrams, state: 'too-late' };
  await tx.replaceMany(batches, [{ key, version, value: late }]);
  const stored = required(await tx.get(programmeDays, dayKey), 'programme day');
  const document: ProgrammeDayDocument = {
    ...stored.value,
    lastSealed: first + count - 1,
    tooLateAt: stored.value.tooLateAt ?? at,
    tooLate: [...(stored.value.tooLate ?? []), { first, count, milligrams }],
    closedAt: stored.value.closedAt ?? at,
    ledgerClosedAt: stored.value.ledgerClosedAt ?? at,
  };
  await tx.replaceMany(programmeDays, [{ key: dayKey, version: stored.version, value: document }]);
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
