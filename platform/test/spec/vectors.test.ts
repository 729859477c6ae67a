import { describe, expect, it } from 'vitest';
import type { CarbonRecordBody, Day, Mode, RecordKind, SettlementBody } from '@tanhui/sdk/model';
import vectors from '../../../docs/spec/vectors-v1.json' with { type: 'json' };
import { commitmentOf, nullifierOf, recordText, saltOf } from '../../src/carbon/canonical-record.ts';
import { buildBatch } from '../../src/carbon/batch.ts';
import { auditPath, leafHashes, rootOf } from '../../src/carbon/tree.ts';
import type { Json } from '../../src/kernel/index.ts';
import { canonicalJson } from '../../src/kernel/index.ts';
import { headerHashOf, readBlock } from '../../src/ledger/blocks.ts';
import type { MethodologyFile } from '../../src/methodologies/index.ts';
import { digestOf } from '../../src/methodologies/index.ts';
import { settlementCommitment } from '../../src/rewards/settlement.ts';

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

describe('the platform and the shared vectors', () => {
  it('agree on canonical JSON', () => {
    for (const { value, text } of vectors.canonicalJson) expect(canonicalJson(value as Json)).toBe(text);
  });

  it('agree on a record’s text, salt, commitment and nullifier', () => {
    for (const vector of vectors.records) {
      const record = vector.record as unknown as CarbonRecordBody;
      const secret = bytes(vector.accountSecret);
      expect(recordText(record)).toBe(vector.text);
      expect(saltOf(secret, record.id)).toBe(vector.salt);
      expect(commitmentOf(vector.salt, vector.text)).toBe(bytes(vector.commitment).toString('base64'));
      expect(nullifierOf(secret, vector.scope)).toBe(vector.nullifier);
    }
  });

  it('agree on leaf hashes, roots of 1 to 9 leaves and every audit path', () => {
    const hashes = bytes(vectors.tree.leafHashes.join(''));
    const [, ...roots] = vectors.tree.roots;
    for (const [at, root] of roots.entries())
      expect(rootOf(hashes.subarray(0, (at + 1) * 32)).toString('hex')).toBe(root);
    for (const { size, index, path } of vectors.tree.paths)
      expect(auditPath(hashes.subarray(0, size * 32), index).map((node) => node.toString('hex'))).toEqual(path);
    const leaf = vectors.tree.entries[8] ?? '';
    expect(leafHashes(bytes(leaf), 64).toString('hex')).toBe(vectors.tree.leafHashes[8]);
    for (const { leaf: made } of vectors.records)
      expect(leafHashes(bytes(made.bytes), 64).toString('hex')).toBe(made.hash);
  });

  it('agree on a batch: what is coarsened, the order, the leaves and the header', () => {
    for (const vector of vectors.batches) {
      const { programme, day, batch, retrospective } = JSON.parse(vector.header) as {
        readonly programme: string;
        readonly day: Day;
        readonly batch: string;
        readonly retrospective: boolean;
      };
      const sources = vector.sources.map((source) => ({
        ...source,
        kind: source.kind as RecordKind,
        mode: source.mode as Mode,
        methodology: source.methodology,
        commitment: bytes(source.commitment).toString('base64'),
      }));
      const built = buildBatch(sources, { programme, day, batch, retrospective });
      expect([...built.order]).toEqual(vector.order);
      expect(built.leaves.toString('hex')).toBe(vector.leaves.join(''));
      expect(canonicalJson(built.header as unknown as Json)).toBe(vector.header);
    }
  });

  it('agree on digests of methodologies', () => {
    for (const { file, digest } of vectors.methodologies)
      expect(digestOf(file as unknown as MethodologyFile)).toBe(digest);
  });

  it('agree on what a settlement commits to', () => {
    for (const { lines } of vectors.settlements)
      for (const { salt, settlement, commitment } of lines)
        expect(settlementCommitment(bytes(salt), settlement as SettlementBody).toString('hex')).toBe(commitment);
  });

  it('agree on block headers, small and large', () => {
    for (const vector of vectors.blockHeaders) {
      const [previousHash, dataHash] = [bytes(vector.previousHash), bytes(vector.dataHash)];
      const found = headerHashOf({ number: Number(vector.number), previousHash, dataHash });
      expect(found.toString('hex')).toBe(vector.headerHash);
    }
  });

  it.each(vectors.blocks)('agree on $title', (vector) => {
    const { transactions, ...read } = readBlock(Buffer.from(vector.bytes, 'base64'));
    expect({ ...read, codes: transactions.map(({ code }) => code) }).toEqual(vector.reads);
    expect(transactions.map((transaction) => transaction.function)).toEqual(['SealBatch']);
  });
});
