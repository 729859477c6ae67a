import { describe, expect, it } from 'vitest';
import { recomputeSeal } from './recompute-seal.ts';

function leaf(fen: number, milligrams: number, commitment: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  bytes.set([1, 3], 0);
  view.setUint32(8, fen);
  view.setUint32(14, milligrams);
  bytes.fill(commitment, 32);
  return bytes;
}

describe('recomputeSeal', () => {
  it('adds fen and milligrams of every leaf and finds another root when a byte changes', () => {
    const leaves = new Uint8Array([...leaf(120, 15_000_000, 1), ...leaf(200, 25_000_000, 2)]);
    const found = recomputeSeal(leaves);
    expect(found).toMatchObject({ count: 2, amountFen: 320n, burnedMilligrams: 40_000_000n });
    leaves[100] = 9;
    expect(recomputeSeal(leaves).root).not.toBe(found.root);
  });
});
