import { modes, recordKinds } from '@tanhui/sdk/model';
import type { BatchHeader, BatchTotal, Day, MethodologyReference, Mode, RecordKind } from '@tanhui/sdk/model';
import { dayNumberOf } from '@tanhui/sdk/model';
import { assert, required } from '../kernel/index.ts';
import { leafHashes, rootOf } from './tree.ts';

export const leafSize = 64;
/** Fewer leaves than this in one (mode, district) cell of a batch are coarsened to their city. */
export const smallCellSize = 20;

/** What a leaf is built from. */
export interface LeafSource {
  readonly kind: RecordKind;
  readonly mode: Mode;
  readonly methodology: MethodologyReference;
  readonly district: string;
  readonly milligrams: bigint;
  /** 16 bytes. */
  readonly nullifier: Buffer;
  /** 32 bytes. */
  readonly commitment: Buffer;
}

export interface BuiltBatch {
  readonly header: BatchHeader;
  readonly leaves: Buffer;
  /** For each place in the batch, the index of its source. */
  readonly order: readonly number[];
}

/** The batch that a list of sources makes: coarsened, sorted, hashed and totalled. @see docs/spec/canonical-v1.md §3–5 */
export function buildBatch(
  sources: readonly LeafSource[],
  scope: { readonly programme: string; readonly day: Day; readonly batch: string; readonly retrospective: boolean },
): BuiltBatch {
  const methodologies = methodologyTable(sources);
  const districtOf = coarsening(sources);
  const order = sources.map((_, at) => at).sort((first, second) => compareNullifiers(sources, first, second));
  const leaves = Buffer.alloc(leafSize * sources.length);
  const dayNumber = dayNumberOf(scope.day);
  for (const [place, at] of order.entries()) {
    const source = required(sources[at], 'source of a leaf');
    writeLeaf(leaves.subarray(place * leafSize, (place + 1) * leafSize), {
      source,
      methodology: methodologyIndex(methodologies, source),
      district: districtOf(source),
      dayNumber,
    });
  }
  const header: BatchHeader = {
    v: 1,
    programme: scope.programme,
    day: scope.day,
    batch: scope.batch,
    leafVersion: 1,
    hash: 'sha256',
    retrospective: scope.retrospective,
    methodologies,
    count: sources.length,
    root: rootOf(leafHashes(leaves, leafSize)).toString('hex'),
    firstNullifier: nullifierAt(leaves, 0),
    lastNullifier: nullifierAt(leaves, sources.length - 1),
    totals: totalsOf(sources, methodologies, districtOf),
  };
  return { header, leaves, order };
}

function writeLeaf(
  leaf: Buffer,
  {
    source,
    methodology,
    district,
    dayNumber,
  }: { source: LeafSource; methodology: number; district: string; dayNumber: number },
): void {
  leaf.writeUInt8(1, 0);
  leaf.writeUInt8(recordKinds.indexOf(source.kind), 1);
  leaf.writeUInt8(modes.indexOf(source.mode), 2);
  leaf.writeUInt16BE(methodology, 3);
  leaf.writeUIntBE(Number(district), 5, 3);
  leaf.writeUInt16BE(dayNumber, 8);
  leaf.writeUIntBE(Number(source.milligrams), 10, 6);
  source.nullifier.copy(leaf, 16);
  source.commitment.copy(leaf, 32);
}

function compareNullifiers(sources: readonly LeafSource[], first: number, second: number): number {
  return Buffer.compare(required(sources[first], 'leaf').nullifier, required(sources[second], 'leaf').nullifier);
}

function nullifierAt(leaves: Buffer, place: number): string {
  return leaves.toString('hex', place * leafSize + 16, place * leafSize + 32);
}

function methodologyTable(sources: readonly LeafSource[]): MethodologyReference[] {
  const table = new Map<string, MethodologyReference>();
  for (const { methodology } of sources) table.set(`${methodology.id}\0${methodology.version}`, methodology);
  return [...table.entries()].sort(([first], [second]) => (first < second ? -1 : 1)).map(([, reference]) => reference);
}

function methodologyIndex(table: readonly MethodologyReference[], { methodology }: LeafSource): number {
  const index = table.findIndex(({ id, version }) => id === methodology.id && version === methodology.version);
  assert(index >= 0, 'methodology stands in the table of its batch');
  return index;
}

function cellOf(source: LeafSource): string {
  return `${source.mode}\0${source.district}`;
}

/** Where a (mode, district) cell is small, a person could be singled out: those leaves say the city only. */
function coarsening(sources: readonly LeafSource[]): (source: LeafSource) => string {
  const cells = new Map<string, number>();
  for (const source of sources) cells.set(cellOf(source), (cells.get(cellOf(source)) ?? 0) + 1);
  return (source) =>
    (cells.get(cellOf(source)) ?? 0) < smallCellSize ? `${source.district.slice(0, 4)}00` : source.district;
}

function totalsOf(
  sources: readonly LeafSource[],
  methodologies: readonly MethodologyReference[],
  districtOf: (source: LeafSource) => string,
): BatchTotal[] {
  const lines = new Map<
    string,
    { kind: RecordKind; mode: Mode; methodology: number; district: string; count: number; sum: bigint }
  >();
  for (const source of sources) {
    const methodology = methodologyIndex(methodologies, source);
    const district = districtOf(source);
    const key = `${source.kind}/${source.mode}/${String(methodology)}/${district}`;
    const line = lines.get(key) ?? { kind: source.kind, mode: source.mode, methodology, district, count: 0, sum: 0n };
    line.count += 1;
    line.sum += source.milligrams;
    lines.set(key, line);
  }
  const rank = (line: { kind: RecordKind; mode: Mode; methodology: number; district: string }) =>
    [recordKinds.indexOf(line.kind), modes.indexOf(line.mode), line.methodology, Number(line.district)] as const;
  return [...lines.values()]
    .sort((first, second) => compareRanks(rank(first), rank(second)))
    .map(({ sum, ...line }) => ({ ...line, milligrams: String(sum) }));
}

function compareRanks(first: readonly number[], second: readonly number[]): number {
  const at = first.findIndex((value, index) => value !== second[index]);
  return at < 0 ? 0 : required(first[at], 'rank') - required(second[at], 'rank');
}
