import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import { hex } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import { recomputeLeaves, verifyAnyReceipt, verifyReceipt } from './index.ts';
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
    const body = receipt.settlement === undefined ? 'record' : 'settlement';
    const { isValid, steps, proven, told } = await verifyAnyReceipt(receipt, { roots });
    expect(steps.map(({ id, outcome, detail }) => `${id} ${outcome} ${detail}`)).toEqual([
      `record passed a leaf is computed from the ${body}`,
      `place passed the ${body} stands unchanged under the root`,
      'signatures passed CityMSP, PlatformMSP',
      'checkpoint not-yet checkpoints do not exist yet',
    ]);
    expect(isValid).toBe(true);
    const { engine, block } = receipt.transaction;
    expect([proven, told]).toEqual([
      { transaction: receipt.transaction.id, chaincode: 'carbon', organisations: ['CityMSP', 'PlatformMSP'] },
      { engine, block },
    ]);
  });

  it.each(vectors.endorsers.cases)(
    'agree on endorsers: $title',
    async ({ organisations, endorsements, revocationLists, code }) => {
      const { receipt, proposedAt } = vectors.endorsers;
      const transaction = { ...receipt.transaction, endorsements };
      const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
      const pinned = { roots, revocationLists, channel: 'carbon' };
      const { isValid, steps, proven } = await verifyReceipt({ ...receipt, transaction }, pinned);
      expect(isValid).toBe(code === '');
      expect(steps.find((step) => step.code !== undefined)?.code ?? '').toBe(code);
      expect(proven?.channel).toBe(code === '' ? 'carbon' : undefined);
      expect(proven?.proposedAt).toBe(code === '' ? proposedAt : undefined);
    },
  );

  it('agree that a list which nobody can read stops everything', async () => {
    const { receipt, cases } = vectors.endorsers;
    const [{ organisations, endorsements }] = cases as [(typeof cases)[number]];
    const roots = organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate }));
    const signed = { ...receipt, transaction: { ...receipt.transaction, endorsements } };
    const lists = cases.flatMap(({ revocationLists }) => revocationLists);
    const cut = lists.map((pem) => pem.replace(/\n.{20}/, '\n'));
    for (const revocationLists of [['nothing'], cut.slice(0, 1), [organisations[0]?.rootCertificate ?? '']]) {
      const { steps } = await verifyReceipt(signed, { roots, revocationLists });
      expect(steps.find((step) => step.code !== undefined)?.code).toBe('REVOCATION_LIST_UNUSABLE');
    }
  });
});
