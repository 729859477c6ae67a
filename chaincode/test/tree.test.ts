import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tree } from './support/world.ts';

const { rootOfEntries, rootOfSlices } = tree;

function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

/** RFC 6962 §2.1, word for word. */
function defined(entries: readonly Buffer[]): Buffer {
  const [only] = entries;
  if (only === undefined) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), only);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return sha256(Buffer.of(1), defined(entries.slice(0, split)), defined(entries.slice(split)));
}

describe('the tree', () => {
  it('is RFC 6962’s for any entries', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 70 });
    fc.assert(
      fc.property(entries, (bytes) => {
        const buffers = bytes.map((entry) => Buffer.from(entry));
        expect(rootOfEntries(buffers)).toBe(defined(buffers).toString('hex'));
      }),
    );
  });

  it('is the same over slices of one buffer, at every size up to 130', () => {
    const bytes = Buffer.concat(Array.from({ length: 130 }, (_, at) => sha256(Buffer.of(at)))).subarray(0, 130 * 32);
    for (let size = 1; size <= 130; size += 1) {
      const entries = Array.from({ length: size }, (_, at) => bytes.subarray(at * 32, (at + 1) * 32));
      expect(rootOfSlices(bytes.subarray(0, size * 32), 32)).toBe(defined(entries).toString('hex'));
    }
  });
});
