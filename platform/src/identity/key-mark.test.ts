import { expect, it } from 'vitest';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { holdToKeys, keyMarks } from './key-mark.ts';

const keys = (first: number, second: number) => ({
  pseudonym: new Uint8Array(32).fill(first),
  tokens: new Uint8Array(32).fill(second),
});

it('remembers the first keys, and refuses others by their names', async () => {
  const store = createSqliteStore({ path: ':memory:', collections: [keyMarks] });
  await holdToKeys(store, keys(1, 2));
  await holdToKeys(store, keys(1, 2));
  const refusal = { code: 'IDENTITY_KEYS_OF_OTHER_DATA', kind: 'conflict' };
  await expect(holdToKeys(store, keys(1, 3))).rejects.toMatchObject({ ...refusal, details: { keys: 'tokens' } });
  await expect(holdToKeys(store, keys(2, 1))).rejects.toMatchObject({ details: { keys: 'pseudonym, tokens' } });
  await holdToKeys(store, keys(1, 2));
  await store.close();
});

it('keeps nothing that the key could be read from, and tells two equal keys apart by their use', async () => {
  const store = createSqliteStore({ path: ':memory:', collections: [keyMarks] });
  await holdToKeys(store, keys(7, 7));
  const { items } = await store.find(keyMarks, { index: 'key', limit: 10 });
  const [pseudonym = '', tokens = ''] = Object.values(items[0]?.value.fingerprints ?? {});
  expect([pseudonym.length, tokens.length]).toEqual([64, 64]);
  expect(pseudonym).not.toBe(tokens);
  const kept = JSON.stringify(items);
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    expect(kept).not.toContain(Buffer.from(keys(7, 7).tokens).toString(encoding).slice(0, 20));
  await store.close();
});
