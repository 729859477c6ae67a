import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { memorySite, sqliteSite } from '../../../test/support/stores.ts';
import { describeBackup } from '../contract/lasting.contract.ts';
import { counters, things } from '../contract/site.ts';
import { describeStorage } from '../contract/storage.contract.ts';
import { createSqliteStore } from './sqlite-store.ts';
import type { SqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-backup-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const onFile = { name: 'node:sqlite', site: sqliteSite, sequences: 60 };
describeStorage(onFile, { isLasting: true });
describeStorage({ name: 'node:sqlite in memory', site: memorySite, sequences: 60 }, { isLasting: false });

describeBackup(onFile, {
  copy: async (store) => {
    const path = join(folder, 'copy.db');
    await (store as SqliteStore).backup(path);
    return createSqliteStore({ path, collections: [things, counters] });
  },
});

it('is held by one process at a time, and taken over from one that is gone', async () => {
  const path = join(folder, 'locked.db');
  const store = createSqliteStore({ path, collections: [things] });
  expect(() => createSqliteStore({ path, collections: [things] })).toThrow('STORAGE_LOCKED');
  await store.close();
  await createSqliteStore({ path, collections: [things] }).close();
});
