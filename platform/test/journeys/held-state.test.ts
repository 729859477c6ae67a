import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { holdState } from '../../src/backups/files.ts';
import type { Collection } from '../../src/storage/index.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';

interface Thing {
  readonly [name: string]: string;
}

const things: Collection<Thing> = { name: 'things', keys: 'time-led', indexes: [] };
const folder = mkdtempSync(join(tmpdir(), 'tanhui-held-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Large enough for the copy to take many steps, each a message from Node's pool. */
const filled = { documents: 400, characters: 100_000 };

it('copies the moment at which it was held, and units of work commit all the while', async () => {
  const path = join(folder, 'tanhui.db');
  const store = createSqliteStore({ path, collections: [things], isThreaded: true });
  const write = (key: string, value: Thing) => store.unitOfWork((tx) => tx.insertMany(things, [{ key, value }]));
  const text = 'x'.repeat(filled.characters);
  const before = Array.from({ length: filled.documents }, (_, at) => ({ key: `a${String(at)}`, value: { text } }));
  await store.unitOfWork((tx) => tx.insertMany(things, before));
  const held = holdState(path);
  await write('after', {});
  const copy = { isDone: false };
  const copying = held.copyTo(join(folder, 'copy.db')).finally(() => (copy.isDone = true));
  let committed = 0;
  for (;;) {
    await write(`b${String(committed)}`, {});
    if (copy.isDone) break;
    committed += 1;
  }
  await copying;
  held.release();
  expect(committed).toBeGreaterThan(0);
  const copied = createSqliteStore({ path: join(folder, 'copy.db'), collections: [things] });
  expect(await copied.approximateCount(things)).toBe(filled.documents);
  expect(await copied.getMany(things, ['after', 'b0'])).toEqual(new Map());
  expect((await store.getMany(things, ['after', 'b0'])).size).toBe(2);
  await copied.close();
  await store.close();
});
