import type { BatchHeader, Day } from '@tanhui/sdk/model';
import { assert } from '../kernel/index.ts';
import type { Reader } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import { carbonRecords } from './collections.ts';
import type { BatchDocument, RecordDocument } from './collections.ts';
import { sequenceId } from './ids.ts';
import { buildBatch } from './leaf.ts';
import type { LeafSource } from './leaf.ts';
import type { MethodologyLookup } from './record.ts';

/** A batch as a range of records of one programme and day. */
export interface BatchRange {
  readonly programme: string;
  readonly day: Day;
  readonly first: number;
  readonly count: number;
  /** Of a batch that was built before: its header says so, whatever an erasure has left of the records. */
  readonly retrospective?: boolean;
}

/** A batch ready to be stored and endorsed: plain data, so that it can be built in another thread. */
export interface SealableBatch {
  readonly header: BatchHeader;
  readonly leaves: Uint8Array;
  /** For each place in the batch the offset of its record from the first: unsigned 16-bit little-endian, base64. */
  readonly order: string;
  /** Net of reversals. */
  readonly milligrams: string;
}

/** 组批: reads a range of committed records and builds their leaves, tree and header. The same range always gives the same bytes. */
export interface BatchBuilder {
  build(range: BatchRange): Promise<SealableBatch>;
}

export function createBatchBuilder(deps: {
  readonly reader: Pick<Reader, 'find'>;
  readonly methodologyOf: MethodologyLookup;
}): BatchBuilder {
  return {
    async build(range) {
      const documents = await recordsOf(deps.reader, range);
      const sources = documents.map((document) => leafSourceOf(document, deps.methodologyOf));
      const { header, leaves, order } = buildBatch(sources, {
        programme: range.programme,
        day: range.day,
        batch: sequenceId('bat', range, range.first),
        retrospective: range.retrospective ?? documents.some(({ retrospective }) => retrospective === true),
      });
      return {
        header,
        leaves,
        order: Buffer.from(Uint16Array.from(order).buffer).toString('base64'),
        milligrams: String(netMilligrams(sources)),
      };
    },
  };
}

/** The range of a batch that was stored. */
export function rangeOf({ programme, day, first, count, header }: BatchDocument): BatchRange {
  return { programme, day: day as Day, first, count, retrospective: header.retrospective };
}

/** A range of records, in the order of their sequence. */
async function recordsOf(reader: Pick<Reader, 'find'>, range: BatchRange): Promise<RecordDocument[]> {
  const before = sequenceId('rec', range, range.first + range.count);
  const from = sequenceId('rec', range, range.first);
  const records = await everyOf(reader, carbonRecords, { index: 'key', from, before });
  assert(records.length === range.count, 'a batch finds all of its records');
  return records.map(({ value }) => value);
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

function netMilligrams(leaves: readonly LeafSource[]): bigint {
  return leaves.reduce(
    (total, leaf) => (leaf.kind === 'reversal' ? total - leaf.milligrams : total + leaf.milligrams),
    0n,
  );
}
