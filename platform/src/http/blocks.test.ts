import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Block } from './blocks.ts';
import { blocksOf } from './blocks.ts';

const limits = { lines: 3, bytes: 40, lineBytes: 20 };

async function cut(parts: readonly Buffer[]): Promise<Block[]> {
  const blocks: Block[] = [];
  for await (const block of blocksOf(Readable.from(parts), limits)) blocks.push(block);
  return blocks;
}

function textOf({ parts }: Block): string {
  return Buffer.concat(parts).toString();
}

/** The same bytes in parts of any length. */
function inParts(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = 0; from < bytes.length; at += 1) {
    const length = lengths[at % lengths.length] ?? 1;
    parts.push(bytes.subarray(from, from + length));
    from += length;
  }
  return parts;
}

const lines = fc.array(fc.string({ unit: fc.constantFrom('a', '碳', '"', ' '), maxLength: 6 }), { maxLength: 30 });
const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

it('gives back every byte in order, in blocks of whole lines that say which line they begin with', async () => {
  await fc.assert(
    fc.asyncProperty(lines, lengths, async (texts, sizes) => {
      const bytes = Buffer.from(texts.join('\n'));
      const blocks = await cut(inParts(bytes, sizes));
      expect(blocks.map(textOf).join('')).toBe(bytes.toString());
      let line = 1;
      for (const block of blocks) {
        expect(block.firstLine).toBe(line);
        line += textOf(block).split('\n').length - 1;
        expect(textOf(block).split('\n').length - 1).toBeLessThanOrEqual(limits.lines);
      }
      for (const block of blocks.slice(0, -1)) expect(textOf(block).endsWith('\n')).toBe(true);
    }),
  );
});

it('cuts by the bytes alone, whatever the parts in which they come', async () => {
  const long = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(long, lengths, lengths, async (texts, first, second) => {
      const bytes = Buffer.from(texts.join('\n'));
      const [one, other] = [await cut(inParts(bytes, first)), await cut(inParts(bytes, second))];
      expect(one.map(({ firstLine }) => firstLine)).toEqual(other.map(({ firstLine }) => firstLine));
    }),
  );
});

it('has the digest of each line that is too long, over all its bytes and in whatever parts they come', async () => {
  const long = fc.array(fc.string({ unit: fc.constantFrom('a', '碳', '\r'), maxLength: 40 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(long, lengths, async (texts, sizes) => {
      const blocks = await cut(inParts(Buffer.from(texts.join('\n')), sizes));
      const found = blocks.flatMap(({ firstLine, overlong }) =>
        [...overlong].map(([at, digest]) => [firstLine + at, digest]),
      );
      const wanted = [...texts.entries()].flatMap(([at, text]) =>
        Buffer.byteLength(text) > limits.lineBytes ? [[at + 1, hash('sha256', text, 'hex')]] : [],
      );
      expect(found).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});

it('keeps the beginning of a line that is too long, long enough to be refused, and no more than the part in which it became so', async () => {
  const parts = Array.from({ length: 50 }, () => Buffer.from('x'.repeat(10)));
  const [block, rest, ...others] = await cut([...parts, Buffer.from('\nnext\n')]);
  if (block === undefined || rest === undefined) throw new Error('two blocks');
  const [first = ''] = textOf(block).split('\n');
  expect([first.length > limits.lineBytes, first.length <= limits.lineBytes + 10]).toEqual([true, true]);
  expect([rest.firstLine, textOf(rest), others]).toEqual([2, 'next\n', []]);
});
