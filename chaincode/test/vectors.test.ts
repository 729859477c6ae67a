import { describe, expect, it } from 'vitest';
import { preparedWorld, seal, settle, vectors } from './support/vectors.ts';
import { encoding, tree } from './support/world.ts';

const { canonical } = encoding;
const { rootOfEntries, rootOfSlices } = tree;

describe('the contract and the shared vectors', () => {
  it('agree on canonical JSON', () => {
    for (const { value, text } of vectors.canonicalJson) expect(canonical(value)).toBe(text);
    for (const { record, text } of vectors.records) expect(canonical(record)).toBe(text);
  });

  it('agree on the roots of 0 to 9 entries, published ones among them', () => {
    const entries = vectors.tree.entries.map((entry) => Buffer.from(entry, 'hex'));
    const roots = Array.from({ length: 10 }, (_, size) => rootOfEntries(entries.slice(0, size)));
    expect(roots).toEqual(vectors.tree.roots);
  });

  it('agree on the roots of leaves', () => {
    for (const { leaves, header } of vectors.batches)
      expect(rootOfSlices(Buffer.from(leaves.join(''), 'hex'), 64)).toBe((JSON.parse(header) as { root: string }).root);
  });

  it('agree on batches, settlements and closed days, byte for byte', async () => {
    const world = await preparedWorld();
    for (const { header, leaves } of vectors.batches)
      expect(await world.call(seal(header, Buffer.from(leaves.join(''), 'hex')))).toBe(header);
    for (const { header, lines } of vectors.settlements)
      expect(await world.call(settle(header, Buffer.from(lines.map(({ leaf }) => leaf).join(''), 'hex')))).toBe(header);
    for (const { scope, value } of vectors.closedDays)
      expect(await world.call({ function: 'CloseDay', args: [scope.programme, scope.day] })).toBe(value);
  });
});
