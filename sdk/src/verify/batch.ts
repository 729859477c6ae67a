import { hex } from './bytes.ts';
import { hashLeaf, rootOfLeaves } from './tree.ts';

const leafSize = 64;

/** What an auditor finds in a leaf file: its root, its length and its net milligrams, by nothing but the file. */
export function recomputeLeaves(leaves: Uint8Array): {
  readonly count: number;
  readonly root: string;
  readonly netMilligrams: bigint;
  readonly isAscending: boolean;
} {
  const count = Math.floor(leaves.length / leafSize);
  const slices = Array.from({ length: count }, (_, at) => leaves.subarray(at * leafSize, (at + 1) * leafSize));
  let [netMilligrams, isAscending, last] = [0n, leaves.length % leafSize === 0, ''];
  for (const leaf of slices) {
    const milligrams = BigInt(`0x${hex(leaf.subarray(10, 16))}`);
    netMilligrams += leaf[1] === 1 ? -milligrams : milligrams;
    const nullifier = hex(leaf.subarray(16, 32));
    isAscending &&= nullifier > last;
    last = nullifier;
  }
  return { count, root: hex(rootOfLeaves(slices.map(hashLeaf))), netMilligrams, isAscending };
}
