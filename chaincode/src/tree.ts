import { hash } from 'node:crypto';

const hashSize = 32;

/** RFC 6962 root over equal slices of a buffer, in one pass over a stack of subtrees: no copies, one-shot hashes. */
export function rootOfSlices(bytes: Buffer, size: number): string {
  const leaf = Buffer.alloc(1 + size);
  return foldTree(bytes.length / size, (at) => {
    bytes.copy(leaf, 1, at * size, (at + 1) * size);
    return hash('sha256', leaf, 'buffer');
  });
}

/** RFC 6962 root over entries of any length; the hash of nothing for none. */
export function rootOfEntries(entries: readonly Buffer[]): string {
  if (entries.length === 0) return hash('sha256', Buffer.alloc(0), 'hex');
  return foldTree(entries.length, (at) =>
    hash('sha256', Buffer.concat([Buffer.from([0]), entries[at] as Buffer]), 'buffer'),
  );
}

function foldTree(count: number, leafHash: (at: number) => Buffer): string {
  const stack: { readonly size: number; readonly hash: Buffer }[] = [];
  for (let at = 0; at < count; at += 1) {
    let top = { size: 1, hash: leafHash(at) };
    for (let left = stack.at(-1); left !== undefined && left.size === top.size; left = stack.at(-1)) {
      stack.pop();
      top = { size: left.size * 2, hash: join(left.hash, top.hash) };
    }
    stack.push(top);
  }
  let root = (stack.pop() as { readonly hash: Buffer }).hash;
  for (let left = stack.pop(); left !== undefined; left = stack.pop()) root = join(left.hash, root);
  return root.toString('hex');
}

const node = Buffer.alloc(1 + 2 * hashSize, 1);

function join(left: Buffer, right: Buffer): Buffer {
  left.copy(node, 1);
  right.copy(node, 1 + hashSize);
  return hash('sha256', node, 'buffer');
}
