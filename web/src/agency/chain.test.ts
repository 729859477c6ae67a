import type { BlockView } from '@tanhui/sdk/client';
import { expect, test } from 'vitest';
import { firstMisfit } from './chain.ts';

// Header hashes computed with another program over DER laid down by hand.
const zero = '00'.repeat(32);
const older: BlockView = {
  number: 127,
  previousHash: zero,
  dataHash: '11'.repeat(32),
  headerHash: '8db427dd84b72ccd1f461b6a7294d4b1cf9f4d23584f679b6239ff3242d6ac2e',
  transactions: [],
};
const newer: BlockView = {
  number: 128,
  previousHash: older.headerHash,
  dataHash: '22'.repeat(32),
  headerHash: 'd7567d2a6ae91912d8fe5c4ed2742c4508b7703df071dd7aae2c63b0345018a3',
  transactions: [],
};

test('blocks whose hashes and links fit have no misfit, also where the number needs a sign byte', async () => {
  expect(await firstMisfit([newer, older])).toBeUndefined();
});

test('a changed data hash, a changed link and a missing block are found', async () => {
  expect(await firstMisfit([newer, { ...older, dataHash: zero }])).toBe(127);
  expect(await firstMisfit([{ ...newer, previousHash: zero }, older])).toBe(128);
  const other = { ...older, headerHash: zero };
  expect(await firstMisfit([newer, other])).toBe(128);
});
