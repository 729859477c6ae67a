import type { BatchHeader } from '@tanhui/sdk/model';
import type { Json } from '../kernel/index.ts';
import { assert, canonicalJson, required } from '../kernel/index.ts';
import type { LedgerClient, Order } from '../ledger/index.ts';
import { LedgerFailure, writtenAlready } from '../ledger/index.ts';
import type { Stored } from '../storage/index.ts';
import type { BatchBuilder, SealableBatch } from './building.ts';
import { rangeOf } from './building.ts';
import { heldByClosedDay } from './closed-day.ts';
import type { BatchDocument } from './collections.ts';
import type { Ordered } from './marking.ts';

/** The endorsed envelope of a batch. */
export interface Submission extends Omit<Order, 'timeoutMs'> {
  readonly key: string;
}

/** A prepared batch is endorsed, or its end is known already. */
export type Begun =
  | { readonly key: string; readonly submission: Submission; readonly ended?: undefined }
  | { readonly key: string; readonly submission?: undefined; readonly ended: Ordered };

export interface EndorsingDeps {
  readonly ledger: LedgerClient;
  readonly builder: BatchBuilder;
}

/**
 * Endorses a prepared batch. One for which an earlier envelope may be in a block is asked for first, and what is there is taken. Where the day is closed without it, the batch is too late for good:
 * that is an end as well, and not a failure.
 */
export async function begin(
  deps: EndorsingDeps,
  { batch, built }: { readonly batch: Stored<BatchDocument>; readonly built: SealableBatch | undefined },
): Promise<Begun> {
  const { key, value } = batch;
  const wrote = await writtenAlready(deps.ledger, {
    read: { function: 'ReadBatch', args: [nameOf(value.header)], as: 'recorder' },
    unknownCode: 'BATCH_UNKNOWN',
    earlier: value.earlier ?? [],
  });
  if (wrote !== undefined) {
    const how = { end: 'valid', blockNumber: wrote.blockNumber } as const;
    return { key, ended: { key, transactionId: wrote.transactionId, how, wrote } };
  }
  const { leaves, header } = built ?? (await deps.builder.build(rangeOf(value)));
  const text = headerText(value.header);
  assert(headerText(header) === text, 'a batch built from its records is the one that was stored');
  try {
    const call = { function: 'SealBatch', args: [text], transient: { leaves }, as: 'recorder' } as const;
    const { transactionId, envelope } = await deps.ledger.endorse(call);
    return { key, submission: { key, transactionId, envelope, mayBeOrdered: false } };
  } catch (failure) {
    if (!(failure instanceof LedgerFailure) || failure.contractCode !== 'DAY_CLOSED') throw failure;
    return { key, ended: await endOnClosedDay(deps.ledger, { key, value, text }) };
  }
}

/** What is on the closed day was written by an earlier envelope, whose transaction the next step finds; what a peer does not know yet it may know then. */
async function endOnClosedDay(
  ledger: LedgerClient,
  { key, value, text }: { readonly key: string; readonly value: BatchDocument; readonly text: string },
): Promise<Ordered> {
  const held = await heldByClosedDay(ledger, { programme: value.programme, day: value.day, text });
  if (held === false) return { key, isTooLate: true };
  throw new LedgerFailure(
    'outcome-unknown',
    held === true ? 'the closed day holds it' : 'a peer has not seen the whole of the closed day',
  );
}

export function submissionOf({ key, value }: Stored<BatchDocument>): Submission {
  return {
    key,
    transactionId: required(value.transaction, 'transaction of a submitted batch'),
    envelope: Buffer.from(required(value.envelope, 'envelope of a submitted batch'), 'base64'),
    mayBeOrdered: true,
  };
}

/** What the contract's reader of one batch takes. */
function nameOf({ programme, day, batch }: BatchHeader): string {
  return canonicalJson({ programme, day, batch });
}

/** @see docs/spec/canonical-v1.md §5 */
function headerText(header: BatchHeader): string {
  return canonicalJson(header as unknown as Json);
}
