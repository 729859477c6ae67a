import { hash } from 'node:crypto';
import { assert, required } from '../kernel/index.ts';

const leafPrefix = Buffer.from([0]);
const nodePrefix = Buffer.from([1]);

/** RFC 6962 leaf hash. */
export function leafHash(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([leafPrefix, leaf]), 'buffer');
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');
}

/** Levels of the tree from the leaf hashes up to the root; an odd last node moves up unchanged, which is RFC 6962's split. */
function levelsOf(hashes: readonly Buffer[]): Buffer[][] {
  const levels = [[...hashes]];
  let level = required(levels[0], 'leaf level');
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) {
      above.push(nodeHash(required(level[at], 'left node'), required(level[at + 1], 'right node')));
    }
    if (level.length % 2 === 1) above.push(required(level.at(-1), 'last node'));
    levels.push(above);
    level = above;
  }
  return levels;
}

/** 默克尔根 over leaf hashes; at least one. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  assert(hashes.length > 0, 'a tree has a leaf');
  return required(levelsOf(hashes).at(-1)?.[0], 'root');
}

/** RFC 6962 §2.1.1 audit path of one leaf, from the leaf upwards. */
export function auditPath(hashes: readonly Buffer[], index: number): Buffer[] {
  assert(index >= 0 && index < hashes.length, 'leaf is in the tree');
  const path: Buffer[] = [];
  let at = index;
  for (const level of levelsOf(hashes).slice(0, -1)) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling !== undefined) path.push(sibling);
    at = Math.floor(at / 2);
  }
  return path;
}
