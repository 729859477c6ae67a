import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import { hex } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import { recomputeLeaves, verifyReceipt, verifySettlement } from './index.ts';
import { hashLeaf, rootFromPath, rootOfLeaves } from './tree.ts';

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

describe('the verifier and the shared vectors', () => {
  it('agree on canonical JSON', () => {
    for (const { value, text } of vectors.canonicalJson) expect(canonicalText(value)).toBe(text);
    for (const { record, text } of vectors.records) expect(canonicalText(record)).toBe(text);
  });

  it('agree on leaf hashes and the roots of 0 to 9 entries, published ones among them', () => {
    const hashes = vectors.tree.entries.map((entry) => hashLeaf(bytes(entry)));
    expect(hashes.map(hex)).toEqual(vectors.tree.leafHashes);
    expect(Array.from({ length: 10 }, (_, size) => hex(rootOfLeaves(hashes.slice(0, size))))).toEqual(
      vectors.tree.roots,
    );
  });

  it('agree on every audit path, at its place and at no other', () => {
    for (const { size, index, path } of vectors.tree.paths) {
      const nodes = path.map(bytes);
      const leaf = bytes(vectors.tree.leafHashes[index] ?? '');
      const root = vectors.tree.roots[size];
      const found = Array.from({ length: size }, (_, at) => rootFromPath(leaf, nodes, { index: at, size }));
      expect(found.map((each) => each !== undefined && hex(each) === root)).toEqual(
        Array.from({ length: size }, (_, at) => at === index),
      );
      expect(rootFromPath(leaf, [...nodes, leaf], { index, size })).toBeUndefined();
      if (size > 1) expect(rootFromPath(leaf, nodes.slice(1), { index, size })).not.toEqual(bytes(root ?? ''));
    }
  });

  it('agree on what the leaves of a batch give', () => {
    for (const { leaves, header } of vectors.batches) {
      const { count, root, totals } = JSON.parse(header) as {
        readonly count: number;
        readonly root: string;
        readonly totals: readonly { readonly kind: string; readonly milligrams: string }[];
      };
      const net = totals.reduce(
        (sum, line) => sum + BigInt(line.milligrams) * (line.kind === 'reversal' ? -1n : 1n),
        0n,
      );
      expect(recomputeLeaves(bytes(leaves.join('')))).toEqual({ count, root, netMilligrams: net, isAscending: true });
    }
  });

  it.each(vectors.receipts)('agree on $title', async ({ receipt, organisations }) => {
    const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
    const isSettlement = receipt.settlement !== undefined;
    const { isValid, steps } = await (isSettlement ? verifySettlement : verifyReceipt)(receipt, { roots });
    expect(steps.map(({ id, outcome, detail }) => `${id} ${outcome} ${detail}`)).toEqual([
      `record passed the ${isSettlement ? 'settlement' : 'record'} opens its commitment`,
      'place passed the leaf stands in the batch',
      'signatures passed CityMSP, PlatformMSP',
      'checkpoint not-yet checkpoints do not exist yet',
    ]);
    expect(isValid).toBe(true);
  });
});
