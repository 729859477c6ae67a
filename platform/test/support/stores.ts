import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StorageSite } from '../../src/storage/contract/site.ts';
import type { Collection, Document, DocumentStore } from '../../src/storage/index.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';

/** Opens a store by its address: `mongodb://…`, or the path of a file. */
export function openAt(address: string, collections: readonly Collection<Document>[]): Promise<DocumentStore> {
  return Promise.resolve(createSqliteStore({ path: address, collections }));
}

export function sqliteSite(): Promise<StorageSite> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-sqlite-'));
  const address = join(folder, 'store.db');
  return Promise.resolve({
    address,
    open: (collections) => openAt(address, collections),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

export function memorySite(): Promise<StorageSite> {
  return Promise.resolve({
    address: ':memory:',
    open: (collections) => openAt(':memory:', collections),
    remove: () => Promise.resolve(),
  });
}
