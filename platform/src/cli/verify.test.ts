import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyLeavesFile } from './verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-verify-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('what is taken for leaves', () => {
  it.each([
    ['a receipt', JSON.stringify({ format: 'tanhui-receipt-v1' })],
    ['a receipt as long as leaves are', JSON.stringify({ format: 'tanhui-receipt-v1' }).padEnd(128)],
    ['a batch', '[1]'],
    ['a file that was cut off', Buffer.alloc(130, 1)],
  ])('is refused where it is %s, and asks for the roots', (name, content) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    expect(() => verifyLeavesFile({ file })).toThrow(
      expect.objectContaining({ code: 'VERIFY_NOT_LEAVES', details: { file } }),
    );
  });
});
