import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortByTime } from './external-sort.ts';

interface Item {
  readonly at: number;
  readonly text: string;
}

async function sorted(items: readonly Item[], sizes: { readonly pieceSize: number; readonly fanIn: number }) {
  const found: Item[] = [];
  let count = -1;
  const options = { timeOf: ({ at }: Item) => at, onSorted: (all: number) => (count = all), ...sizes };
  for await (const item of sortByTime(stream(items), options)) found.push(item);
  expect(count).toBe(items.length);
  return found;
}

async function* stream(items: readonly Item[]): AsyncGenerator<Item> {
  await Promise.resolve();
  yield* items;
}

describe('sorting more than memory holds', () => {
  it('gives what a stable sort gives, whatever the pieces and however many passes', async () => {
    const item = fc.record({ at: fc.integer({ min: -1, max: 5 }), text: fc.string({ unit: 'binary' }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 2, max: 4 }),
        async (items, pieceSize, fanIn) => {
          expect(await sorted(items, { pieceSize, fanIn })).toEqual(items.toSorted((a, b) => a.at - b.at));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps text with line separators that only some readers know', async () => {
    const items = [
      { at: 2, text: 'a\u2028b\u2029c\r\nd' },
      { at: 1, text: '\u0085' },
    ];
    expect(await sorted(items, { pieceSize: 1, fanIn: 2 })).toEqual([items[1], items[0]]);
  });
});
