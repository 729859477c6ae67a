import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from './frames.ts';
import { maxRecordLength } from './fields.ts';
import { LineDigest } from './line-digest.ts';

/** The same text in parts of any length, also through the middle of a character. */
function inParts(text: string, lengths: readonly number[]): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; from < text.length; at += 1) {
    const length = lengths[at % lengths.length] ?? 1;
    parts.push(text.slice(from, from + length));
    from += length;
  }
  return parts;
}

const lengths = fc.array(fc.integer({ min: 1, max: 150 }), { minLength: 1, maxLength: 6 });

it('the digest of a line is SHA-256 of its text, whatever the parts in which it comes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '碳', '😀', '\r', '\ud83d', '\ude00'), maxLength: 400 });
  fc.assert(
    fc.property(text, lengths, (line, sizes) => {
      const digest = new LineDigest();
      for (const part of inParts(line, sizes)) digest.add(part);
      expect(digest.digest()).toBe(hash('sha256', line.replace(/\r$/, ''), 'hex'));
    }),
    { numRuns: 500 },
  );
});

describe('a line that is longer than a record may be', () => {
  async function* given(parts: readonly string[]): AsyncGenerator<string> {
    for (const part of parts) yield await Promise.resolve(part);
  }
  async function framed(text: string, size: number) {
    const frames = [];
    for await (const frame of framesOf(given(inParts(text, [size])), {})) frames.push(frame);
    return frames;
  }
  const long = '碳'.repeat(maxRecordLength);

  it.each([7_919, 32_768, 32_769, 1_000_000])('has the digest of the whole, in parts of %d', async (size) => {
    const frames = await framed(`first\n${long}x\r\n${long}y\n${long}\nlast`, size);
    expect(frames.map(({ line, isCut, digest }) => [line, isCut, digest])).toEqual([
      [1, false, undefined],
      [2, true, hash('sha256', `${long}x`, 'hex')],
      [3, true, hash('sha256', `${long}y`, 'hex')],
      [4, false, undefined],
      [5, false, undefined],
    ]);
    expect(frames.map(({ text }) => text.length)).toEqual([
      5,
      maxRecordLength + 1,
      maxRecordLength + 1,
      maxRecordLength,
      4,
    ]);
  });

  it('is refused and not passed over where it begins with blanks', async () => {
    const frames = await framed(`${' '.repeat(maxRecordLength + 1)}x\n\n   \ny`, 5_000);
    expect(frames.map(({ line, isCut }) => [line, isCut])).toEqual([
      [1, true],
      [4, false],
    ]);
  });
});
