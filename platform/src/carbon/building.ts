import type { BatchHeader, Day } from '@tanhui/sdk/model';
import { assert } from '../kernel/index.ts';
import type { Reader } from '../storage/index.ts';
import { pagesOf } from '../storage/index.ts';
import { createBatchWriter } from './batch.ts';
import { carbonRecords } from './collections.ts';
import type { BatchDocument } from './collections.ts';
import { sequenceId } from './ids.ts';
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
      const { programme, day, first, count } = range;
      const writer = createBatchWriter(count, { programme, day, batch: sequenceId('bat', range, first) });
      const [from, before] = [sequenceId('rec', range, first), sequenceId('rec', range, first + count)];
      let [isRetrospective, read] = [false, 0];
      // A page at a time: what one held can go before the next one comes.
      for await (const page of pagesOf(deps.reader, carbonRecords, { index: 'key', from, before })) {
        read += page.length;
        for (const { value } of page) {
          isRetrospective ||= value.retrospective === true;
          writer.add({ ...value, methodology: deps.methodologyOf(value.methodology) });
        }
      }
      assert(read === count, 'a batch finds all of its records');
      const { header, leaves, order, milligrams } = writer.finish(range.retrospective ?? isRetrospective);
      return {
        header,
        leaves,
        order: Buffer.from(order.buffer).toString('base64'),
        milligrams: String(milligrams),
      };
    },
  };
}

/** The range of a batch that was stored. */
export function rangeOf({ programme, day, first, count, header }: BatchDocument): BatchRange {
  return { programme, day: day as Day, first, count, retrospective: header.retrospective };
}
