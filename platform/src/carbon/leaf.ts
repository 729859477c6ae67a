import { modes, recordKinds } from '@tanhui/sdk/model';
import type { Mode, RecordKind } from '@tanhui/sdk/model';
import { required } from '../kernel/index.ts';
import type { RecordDocument } from './collections.ts';

export const leafSize = 64;

/** Where the fields of a leaf begin. @see docs/spec/canonical-v1.md §3 */
const place = { version: 0, kind: 1, mode: 2, methodology: 3, district: 5, day: 8, milligrams: 10 } as const;
const nullifierAt = 16;
const nullifierEnd = 32;
const districtBytes = 3;
const milligramBytes = 6;
/** What a double holds exactly; enough to order all but the rarest nullifiers. */
const orderedBytes = 6;

/** What a leaf is built from. */
export type LeafSource = Pick<
  RecordDocument,
  'kind' | 'mode' | 'district' | 'milligrams' | 'nullifier' | 'commitment'
> & {
  /** Place of the methodology in the batch's table. */
  readonly methodology: number;
  readonly dayNumber: number;
};

/** Lays one leaf down. */
export function writeLeaf(leaves: Buffer, at: number, source: LeafSource): void {
  leaves[at + place.version] = 1;
  leaves[at + place.kind] = recordKinds.indexOf(source.kind);
  leaves[at + place.mode] = modes.indexOf(source.mode);
  leaves.writeUInt16BE(source.methodology, at + place.methodology);
  leaves.writeUIntBE(Number(source.district), at + place.district, districtBytes);
  leaves.writeUInt16BE(source.dayNumber, at + place.day);
  leaves.writeUIntBE(Number(source.milligrams), at + place.milligrams, milligramBytes);
  leaves.write(source.nullifier, at + nullifierAt, 'hex');
  leaves.write(source.commitment, at + nullifierEnd, 'base64');
}

/** Changes what is known of a leaf only once its batch is whole. */
export function settleLeaf(
  leaves: Buffer,
  at: number,
  { methodology, district }: { readonly methodology: number; readonly district: number },
): void {
  leaves.writeUInt16BE(methodology, at + place.methodology);
  leaves.writeUIntBE(district, at + place.district, districtBytes);
}

export function kindOf(leaves: Buffer, at: number): RecordKind {
  return required(recordKinds[leaves[at + place.kind] ?? -1], 'kind of a leaf');
}

export function modeOf(leaves: Buffer, at: number): Mode {
  return required(modes[leaves[at + place.mode] ?? -1], 'mode of a leaf');
}

export function methodologyOf(leaves: Buffer, at: number): number {
  return leaves.readUInt16BE(at + place.methodology);
}

export function districtOf(leaves: Buffer, at: number): number {
  return leaves.readUIntBE(at + place.district, districtBytes);
}

/** A number for its mode and district. */
export function cellOf(leaves: Buffer, at: number): number {
  return leaves.readUIntBE(at + place.district, districtBytes) + (leaves[at + place.mode] ?? 0) * 2 ** 24;
}

export function milligramsOf(leaves: Buffer, at: number): bigint {
  return BigInt(leaves.readUIntBE(at + place.milligrams, milligramBytes));
}

/** Hex. */
export function nullifierOfLeaf(leaves: Buffer, at: number): string {
  return leaves.toString('hex', at + nullifierAt, at + nullifierEnd);
}

/** Places of leaves that lie end to end, in the order of their nullifiers. */
export function orderByNullifier(leaves: Buffer): Uint16Array {
  const count = leaves.length / leafSize;
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at += 1) keys[at] = leaves.readUIntBE(at * leafSize + nullifierAt, orderedBytes);
  const nullifier = (at: number) => leaves.subarray(at * leafSize + nullifierAt, at * leafSize + nullifierEnd);
  return Uint16Array.from({ length: count }, (_, at) => at).sort(
    (first, second) => (keys[first] ?? 0) - (keys[second] ?? 0) || Buffer.compare(nullifier(first), nullifier(second)),
  );
}
