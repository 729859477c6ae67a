import type { BatchHeader, Day, Receipt } from '@tanhui/sdk/model';
import { required } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { DocumentStore, Stored } from '../storage/index.ts';
import { createBatchBuilder, rangeOf } from './building.ts';
import { saltOf } from './canonical-record.ts';
import { batches, carbonRecords } from './collections.ts';
import type { BatchDocument } from './collections.ts';
import { parseSequenceId, sequenceId } from './ids.ts';
import { leafSize } from './leaf.ts';
import type { MethodologyLookup } from './record.ts';
import { bodyOf } from './record.ts';
import { refuseCarbon } from './refusals.ts';
import { auditPath, leafHashes } from './tree.ts';

export interface ReceiptDeps {
  readonly store: DocumentStore;
  readonly ledger: LedgerClient;
  readonly methodologyOf: MethodologyLookup;
}

/** The batch that holds a record; batches are ranges, so it is the last one that begins at or before it. */
export async function batchOf(store: DocumentStore, recordId: string): Promise<Stored<BatchDocument> | undefined> {
  const id = parseSequenceId(recordId);
  if (id?.prefix !== 'rec') return undefined;
  const page = await store.find(batches, {
    index: 'key',
    from: sequenceId('bat', id, 0),
    before: sequenceId('bat', id, id.sequence + 1),
    order: 'descending',
    limit: 1,
  });
  const found = page.items[0];
  return found !== undefined && id.sequence < found.value.first + found.value.count ? found : undefined;
}

/** 收据: everything a person needs to verify a record without us. */
export async function receiptOf(deps: ReceiptDeps, recordId: string, secret: Uint8Array): Promise<Receipt> {
  const record = await deps.store.get(carbonRecords, recordId);
  if (record === undefined) throw refuseCarbon('CARBON_RECORD_UNKNOWN', { record: recordId });
  if (record.value.erasedAt !== undefined) throw refuseCarbon('CARBON_RECORD_ERASED', { record: recordId });
  const batch = await batchOf(deps.store, recordId);
  if (batch?.value.state === 'too-late') throw refuseCarbon('CARBON_TOO_LATE', { record: recordId });
  if (batch?.value.state !== 'sealed') throw refuseCarbon('CARBON_NOT_SEALED_YET', { record: recordId });
  const { leaves, header } = await leavesOf(deps, batch.value);
  const index = placeOf(batch.value, recordId);
  const transaction = await deps.ledger.transaction(required(batch.value.transaction, 'transaction of a sealed batch'));
  return {
    format: 'tanhui-receipt-v1',
    record: bodyOf(recordId, record.value, deps.methodologyOf),
    salt: saltOf(secret, recordId),
    nullifier: record.value.nullifier,
    leafDistrict: String(leaves.readUIntBE(index * leafSize + 5, 3)).padStart(6, '0'),
    index,
    path: auditPath(leafHashes(leaves, leafSize), index).map((node) => node.toString('hex')),
    header,
    transaction: required(transaction, 'endorsed transaction of a sealed batch'),
  };
}

/** The leaves of a batch, built again from its records, with the header that they give. */
export async function leavesOf(
  deps: Pick<ReceiptDeps, 'store' | 'methodologyOf'>,
  batch: BatchDocument,
): Promise<{ readonly leaves: Buffer; readonly header: BatchHeader }> {
  const builder = createBatchBuilder({ reader: deps.store, methodologyOf: deps.methodologyOf });
  const { leaves, header } = await builder.build(rangeOf(batch));
  return { leaves: Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength), header };
}

/** Where in its batch a record stands. */
export function placeOf(batch: BatchDocument, recordId: string): number {
  const sequence = required(parseSequenceId(recordId), 'record id').sequence;
  const bytes = Buffer.from(batch.order, 'base64');
  for (let place = 0; place < batch.count; place += 1) {
    if (bytes.readUInt16LE(2 * place) === sequence - batch.first) return place;
  }
  throw refuseCarbon('CARBON_RECORD_UNKNOWN', { record: recordId });
}

/** The day of a record, from its id. */
export function dayOfRecord(recordId: string): Day | undefined {
  return parseSequenceId(recordId)?.day;
}
