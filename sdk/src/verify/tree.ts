import { concat } from './bytes.ts';
import { sha256 } from './sha256.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export function hashLeaf(leaf: Uint8Array): Uint8Array {
  return sha256(concat([leafPrefix, leaf]));
}

function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat([nodePrefix, left, right]));
}

/** RFC 9162 §2.1.3.2: the root that a leaf's audit path leads to; undefined when the path has not the length that index and size ask for. */
export function rootFromPath(
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  place: { readonly index: number; readonly size: number },
): Uint8Array | undefined {
  if (place.index < 0 || place.index >= place.size) return undefined;
  let [fn, sn, root] = [place.index, place.size - 1, leaf];
  for (const node of path) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      root = hashNode(node, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else root = hashNode(root, node);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? root : undefined;
}

/** RFC 6962 root over leaf hashes, by the definition: split at the largest power of two below n. */
export function rootOfLeaves(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (only === undefined) return sha256(new Uint8Array());
  if (hashes.length === 1) return only;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return hashNode(rootOfLeaves(hashes.slice(0, split)), rootOfLeaves(hashes.slice(split)));
}
