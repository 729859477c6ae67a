import type { BatchHeader, BatchTotal, Day, MethodologyReference } from '@tanhui/sdk/model';
import { dayNumberOf } from '@tanhui/sdk/model';
import {
  cellOf,
  districtOf,
  kindOf,
  leafSize,
  methodologyOf,
  milligramsOf,
  modeOf,
  nullifierOfLeaf,
  orderByNullifier,
  settleLeaf,
  writeLeaf,
} from './leaf.ts';
import type { LeafSource } from './leaf.ts';
import { leafHashes, rootOf } from './tree.ts';

/** Fewer leaves than this in one (mode, district) cell of a batch are coarsened to their city. */
export const smallCellSize = 20;
const districtsOfCity = 100;
const districtDigits = 6;

/** A record as its batch takes it. */
export type BatchedRecord = Omit<LeafSource, 'methodology' | 'dayNumber'> & {
  readonly methodology: MethodologyReference;
};

export interface BatchScope {
  readonly programme: string;
  readonly day: Day;
  readonly batch: string;
}

export interface BuiltBatch {
  readonly header: BatchHeader;
  readonly leaves: Buffer;
  /** For each place in the batch, the number of its record. */
  readonly order: Uint16Array;
  /** Net of reversals. */
  readonly milligrams: bigint;
}

/** Takes the records of a batch one after the other; of each it keeps the 64 bytes of its leaf and nothing else. */
export interface BatchWriter {
  add(record: BatchedRecord): void;
  /** Coarsened, sorted, hashed and totalled. @see docs/spec/canonical-v1.md §3–5 */
  finish(retrospective: boolean): BuiltBatch;
}

/** @param count of the records that will be added */
export function createBatchWriter(count: number, scope: BatchScope): BatchWriter {
  const leaves = Buffer.alloc(count * leafSize);
  const dayNumber = dayNumberOf(scope.day);
  const table = new Map<MethodologyReference, number>();
  let end = 0;
  return {
    add({ methodology, ...record }) {
      const index = table.get(methodology) ?? table.size;
      table.set(methodology, index);
      writeLeaf(leaves, end, { ...record, methodology: index, dayNumber });
      end += leafSize;
    },
    finish: (retrospective) => finishBatch(leaves.subarray(0, end), { scope, retrospective, table: [...table.keys()] }),
  };
}

/** The batch that a list of records makes. */
export function buildBatch(
  records: readonly BatchedRecord[],
  { retrospective, ...scope }: BatchScope & { readonly retrospective: boolean },
): BuiltBatch {
  const writer = createBatchWriter(records.length, scope);
  for (const record of records) writer.add(record);
  return writer.finish(retrospective);
}

function finishBatch(
  inTime: Buffer,
  {
    scope,
    retrospective,
    table,
  }: {
    readonly scope: BatchScope;
    readonly retrospective: boolean;
    readonly table: readonly MethodologyReference[];
  },
): BuiltBatch {
  const { methodologies, indexOf } = sortedTable(table);
  settleAll(inTime, indexOf);
  const order = orderByNullifier(inTime);
  const leaves = Buffer.allocUnsafe(inTime.length);
  order.forEach((at, place) => inTime.copy(leaves, place * leafSize, at * leafSize, (at + 1) * leafSize));
  const totals = totalsOf(leaves);
  const header: BatchHeader = {
    v: 1,
    programme: scope.programme,
    day: scope.day,
    batch: scope.batch,
    leafVersion: 1,
    hash: 'sha256',
    retrospective,
    methodologies,
    count: order.length,
    root: rootOf(leafHashes(leaves, leafSize)).toString('hex'),
    firstNullifier: nullifierOfLeaf(leaves, 0),
    lastNullifier: nullifierOfLeaf(leaves, leaves.length - leafSize),
    totals: totals.map(({ milligrams, ...line }) => ({ ...line, milligrams: String(milligrams) })),
  };
  const milligrams = totals.reduce(
    (sum, line) => (line.kind === 'reversal' ? sum - line.milligrams : sum + line.milligrams),
    0n,
  );
  return { header, leaves, order, milligrams };
}

/** The methodologies of a batch, each once and in the order of their ids, and the place there of each that was met. */
function sortedTable(table: readonly MethodologyReference[]): {
  readonly methodologies: readonly MethodologyReference[];
  readonly indexOf: readonly number[];
} {
  const keyOf = ({ id, version }: MethodologyReference): string => `${id}\0${version}`;
  const byKey = new Map(table.map((reference) => [keyOf(reference), reference]));
  const keys = [...byKey.keys()].sort();
  return {
    methodologies: keys.flatMap((key) => byKey.get(key) ?? []),
    indexOf: table.map((reference) => keys.indexOf(keyOf(reference))),
  };
}

/** Where a (mode, district) cell is small, a person could be singled out: those leaves say the city only. */
function settleAll(leaves: Buffer, indexOf: readonly number[]): void {
  const cells = new Map<number, number>();
  for (let at = 0; at < leaves.length; at += leafSize)
    cells.set(cellOf(leaves, at), (cells.get(cellOf(leaves, at)) ?? 0) + 1);
  for (let at = 0; at < leaves.length; at += leafSize) {
    const own = districtOf(leaves, at);
    const isSmall = (cells.get(cellOf(leaves, at)) ?? 0) < smallCellSize;
    const district = isSmall ? own - (own % districtsOfCity) : own;
    settleLeaf(leaves, at, { methodology: indexOf[methodologyOf(leaves, at)] ?? 0, district });
  }
}

type Total = Omit<BatchTotal, 'milligrams'> & { readonly milligrams: bigint };

function totalsOf(leaves: Buffer): Total[] {
  // The bytes from kind to district are a line's key, and their order is the order of the lines.
  const [from, to] = [1, 8];
  const lines = new Map<string, { readonly at: number; count: number; sum: bigint }>();
  for (let at = 0; at < leaves.length; at += leafSize) {
    const key = leaves.toString('latin1', at + from, at + to);
    const line = lines.get(key) ?? { at, count: 0, sum: 0n };
    line.count += 1;
    line.sum += milligramsOf(leaves, at);
    lines.set(key, line);
  }
  return [...lines.keys()].sort().flatMap((key) => {
    const line = lines.get(key);
    if (line === undefined) return [];
    const { at, count, sum } = line;
    return {
      kind: kindOf(leaves, at),
      mode: modeOf(leaves, at),
      methodology: methodologyOf(leaves, at),
      district: String(districtOf(leaves, at)).padStart(districtDigits, '0'),
      count,
      milligrams: sum,
    };
  });
}
