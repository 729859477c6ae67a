import { hash } from 'node:crypto';
import { assert, required } from '../kernel/index.ts';

const hashSize = 32;
const leafPrefix = 0;
const nodePrefix = 1;

/** Writes a digest where it belongs; a digest as text makes no buffer of its own, which would cost more than the hash. */
function digestInto(target: Buffer, at: number, message: Uint8Array): void {
  target.write(hash('sha256', message, 'binary'), at, 'latin1');
}

/** RFC 6962 leaf hashes, end to end, of leaves of one size that lie end to end. */
export function leafHashes(leaves: Buffer, leafSize: number): Buffer {
  const count = leaves.length / leafSize;
  const hashes = Buffer.allocUnsafe(count * hashSize);
  const message = Buffer.alloc(1 + leafSize, leafPrefix);
  for (let at = 0; at < count; at += 1) {
    leaves.copy(message, 1, at * leafSize, (at + 1) * leafSize);
    digestInto(hashes, at * hashSize, message);
  }
  return hashes;
}

/** The level above; an odd last node moves up unchanged, which is RFC 6962's split. */
function levelAbove(level: Buffer): Buffer {
  const count = level.length / hashSize;
  const above = Buffer.allocUnsafe(Math.ceil(count / 2) * hashSize);
  const message = Buffer.alloc(1 + 2 * hashSize, nodePrefix);
  for (let at = 0; at + 1 < count; at += 2) {
    level.copy(message, 1, at * hashSize, (at + 2) * hashSize);
    digestInto(above, (at / 2) * hashSize, message);
  }
  if (count % 2 === 1) level.copy(above, above.length - hashSize, level.length - hashSize);
  return above;
}

/** Levels of the tree from the leaf hashes up to the root. */
function levelsOf(hashes: Buffer): Buffer[] {
  const levels = [hashes];
  for (let level = hashes; level.length > hashSize; levels.push(level)) level = levelAbove(level);
  return levels;
}

/** 默克尔根 over leaf hashes that lie end to end; at least one. */
export function rootOf(hashes: Buffer): Buffer {
  assert(hashes.length > 0, 'a tree has a leaf');
  return required(levelsOf(hashes).at(-1), 'root');
}

/** RFC 6962 §2.1.1 audit path of one leaf, from the leaf upwards. */
export function auditPath(hashes: Buffer, index: number): Buffer[] {
  assert(index >= 0 && index * hashSize < hashes.length, 'leaf is in the tree');
  const path: Buffer[] = [];
  let at = index;
  for (const level of levelsOf(hashes).slice(0, -1)) {
    const from = (at % 2 === 0 ? at + 1 : at - 1) * hashSize;
    if (from < level.length) path.push(level.subarray(from, from + hashSize));
    at = Math.floor(at / 2);
  }
  return path;
}
