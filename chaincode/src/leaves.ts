import { ensure } from './names';
import { rootOfSlices } from './tree';

export const leafSize = 64;
export const maxLeaves = 5_000;
export const kinds = ['record', 'reversal', 'correction'] as const;
export const modes = ['metro', 'bus', 'bike', 'walk', 'ev-charging', 'tram', 'train', 'ferry'] as const;
const dayMs = 86_400_000;
const nullifierAt = 16;
const commitmentAt = 32;
/** Of a settlement: between its amounts and its commitment. */
const reservedAt = 18;

/** What the contract finds by itself in the leaves: the part of the header that nobody has to be believed for. */
export interface Recomputed {
  readonly count: number;
  readonly root: string;
  readonly firstNullifier: string;
  readonly lastNullifier: string;
  readonly totals: readonly TotalLine[];
}

/** What the leaves of one kind, mode, methodology and district come to. */
export type TotalLine = {
  readonly kind: string;
  readonly mode: string;
  /** Place in the header's table. */
  readonly methodology: number;
  readonly district: string;
  readonly count: number;
  readonly milligrams: string;
};

/** Checks every leaf and recomputes root and totals. @see docs/spec/canonical-v1.md §3–5 */
export function recompute(leaves: Buffer, scope: { readonly day: string; readonly methodologies: number }): Recomputed {
  const count = leaves.length / leafSize;
  ensure(
    Number.isInteger(count) && count >= 1 && count <= maxLeaves,
    'LEAVES_INVALID',
    `1 to ${maxLeaves} leaves of ${leafSize} bytes`,
  );
  const dayNumber = Date.parse(`${scope.day}T00:00:00Z`) / dayMs;
  const totals = new Map<string, { readonly rank: readonly number[]; count: number; milligrams: bigint }>();
  const used = new Set<number>();
  for (let at = 0; at < count; at += 1) {
    const from = at * leafSize;
    checkLeaf(leaves, { from, dayNumber, methodologies: scope.methodologies });
    used.add(leaves.readUInt16BE(from + 3));
    addTotal(totals, leaves, from);
  }
  ensure(used.size === scope.methodologies, 'LEAVES_INVALID', 'every methodology of the header is used');
  return {
    count,
    root: rootOfSlices(leaves, leafSize),
    firstNullifier: leaves.toString('hex', nullifierAt, commitmentAt),
    lastNullifier: leaves.toString(
      'hex',
      leaves.length - leafSize + nullifierAt,
      leaves.length - leafSize + commitmentAt,
    ),
    totals: [...totals.values()].sort((first, second) => compare(first.rank, second.rank)).map(lineOf),
  };
}

function checkLeaf(
  leaves: Buffer,
  leaf: { readonly from: number; readonly dayNumber: number; readonly methodologies: number },
): void {
  const { from } = leaf;
  const known =
    leaves[from] === 1 &&
    (leaves[from + 1] as number) < kinds.length &&
    (leaves[from + 2] as number) < modes.length &&
    leaves.readUInt16BE(from + 3) < leaf.methodologies;
  ensure(known, 'LEAVES_INVALID', `leaf ${from / leafSize} has an unknown version, kind, mode or methodology`);
  ensure(
    leaves.readUInt16BE(from + 8) === leaf.dayNumber,
    'LEAVES_INVALID',
    `leaf ${from / leafSize} is of another day`,
  );
  if (from === 0) return;
  const before = from - leafSize;
  const order = leaves.compare(
    leaves,
    before + nullifierAt,
    before + commitmentAt,
    from + nullifierAt,
    from + commitmentAt,
  );
  ensure(order > 0, 'LEAVES_INVALID', `leaf ${from / leafSize} is not above the one before it`);
}

function addTotal(
  totals: Map<string, { readonly rank: readonly number[]; count: number; milligrams: bigint }>,
  leaves: Buffer,
  from: number,
): void {
  const key = leaves.toString('latin1', from + 1, from + 8);
  const milligrams = BigInt(leaves.readUIntBE(from + 10, 6));
  const line = totals.get(key);
  if (line !== undefined) {
    line.count += 1;
    line.milligrams += milligrams;
    return;
  }
  const rank = [
    leaves[from + 1] as number,
    leaves[from + 2] as number,
    leaves.readUInt16BE(from + 3),
    leaves.readUIntBE(from + 5, 3),
  ];
  totals.set(key, { rank, count: 1, milligrams });
}

function compare(first: readonly number[], second: readonly number[]): number {
  const at = first.findIndex((value, index) => value !== second[index]);
  return at < 0 ? 0 : (first[at] as number) - (second[at] as number);
}

function lineOf({
  rank,
  count,
  milligrams,
}: {
  readonly rank: readonly number[];
  readonly count: number;
  readonly milligrams: bigint;
}): TotalLine {
  const [kind = 0, mode = 0, methodology = 0, district = 0] = rank;
  return {
    kind: kinds[kind] as string,
    mode: modes[mode] as string,
    methodology,
    district: String(district).padStart(6, '0'),
    count,
    milligrams: String(milligrams),
  };
}

/** Settlement leaves (§8): ordered by commitment, amounts summed. */
export function recomputeSettlements(
  leaves: Buffer,
  day: string,
): { count: number; root: string; amountFen: string; burnedMilligrams: string } {
  const count = leaves.length / leafSize;
  ensure(
    Number.isInteger(count) && count >= 1 && count <= maxLeaves,
    'LEAVES_INVALID',
    `1 to ${maxLeaves} leaves of ${leafSize} bytes`,
  );
  const dayNumber = Date.parse(`${day}T00:00:00Z`) / dayMs;
  let [fen, milligrams] = [0n, 0n];
  for (let from = 0; from < leaves.length; from += leafSize) {
    ensure(isSettlementOf(leaves, from, dayNumber), 'LEAVES_INVALID', 'not a settlement of the day');
    const isAbove =
      from === 0 ||
      leaves.compare(leaves, from - leafSize + commitmentAt, from, from + commitmentAt, from + leafSize) > 0;
    ensure(isAbove, 'LEAVES_INVALID', 'settlements ascend by commitment');
    fen += BigInt(leaves.readUIntBE(from + 6, 6));
    milligrams += BigInt(leaves.readUIntBE(from + 12, 6));
  }
  return { count, root: rootOfSlices(leaves, leafSize), amountFen: String(fen), burnedMilligrams: String(milligrams) };
}

/** What is reserved is zero, so that a later version may give it a meaning. */
function isSettlementOf(leaves: Buffer, from: number, dayNumber: number): boolean {
  return (
    leaves[from] === 1 &&
    leaves[from + 1] === 3 &&
    leaves.readUInt16BE(from + 2) === 0 &&
    leaves.readUInt16BE(from + 4) === dayNumber &&
    leaves.subarray(from + reservedAt, from + commitmentAt).every((byte) => byte === 0)
  );
}
