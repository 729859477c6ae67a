import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesOf, createTextPacker } from './texts.ts';

it('gives back every text, whatever its alphabet and length', async () => {
  const packer = createTextPacker();
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 60_000, maxLength: 70_000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 12 }), async (texts) => {
      const found = await packer.lend(texts, (packed) =>
        Promise.resolve(bytesOf(packed).map((bytes) => Buffer.from(bytes).toString())),
      );
      expect(found).toEqual(texts);
    }),
    { numRuns: 40 },
  );
});

it('lends memory to one call at a time, and again once the call has settled', async () => {
  const packer = createTextPacker();
  const first = await packer.lend(['一'], async (outer) => {
    const inner = await packer.lend(['two'], (packed) => Promise.resolve(packed.memory));
    expect(inner).not.toBe(outer.memory);
    expect(Buffer.from(bytesOf(outer)[0] ?? []).toString()).toBe('一');
    return outer.memory;
  });
  await expect(packer.lend(['x'], () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const lent: unknown[] = [];
  for (let at = 0; at < 3; at += 1)
    await packer.lend(['y'], (packed) => Promise.resolve(void lent.push(packed.memory)));
  expect(lent).toContain(first);
});
