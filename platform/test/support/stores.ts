import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mongoose from 'mongoose';
import { Secret } from '../../src/kernel/index.ts';
import { systemRandom } from '../../src/runtime/index.ts';
import type { StorageSite } from '../../src/storage/contract/site.ts';
import type { Collection, Document, DocumentStore } from '../../src/storage/index.ts';
import { markCollection } from '../../src/storage/mongo/marks.ts';
import { createMongoStore } from '../../src/storage/mongo/mongo-store.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { MongoServer } from './mongo-server.ts';

/** Opens a store by its address: `mongodb://…`, or the path of a file. */
export async function openAt(address: string, collections: readonly Collection<Document>[]): Promise<DocumentStore> {
  return address.startsWith('mongodb')
    ? createMongoStore({ uri: new Secret(address), collections, random: systemRandom })
    : createSqliteStore({ path: address, collections, isThreaded: true });
}

export function sqliteSite(): Promise<StorageSite> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-sqlite-'));
  const address = join(folder, 'store.db');
  return Promise.resolve({
    address,
    open: (collections) => openAt(address, collections),
    markAsNewer: () => {
      const database = new DatabaseSync(address);
      database.exec('PRAGMA user_version = 1000');
      database.close();
      return Promise.resolve();
    },
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
    markAsNewer: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  });
}

/** A database of its own on a server. */
export function mongoSite(server: MongoServer): Promise<StorageSite> {
  const address = server.uriOf(`tanhui_test_${randomBytes(6).toString('hex')}`);
  return Promise.resolve({
    address,
    open: (collections) => openAt(address, collections),
    markAsNewer: () =>
      onDatabase(address, async (connection) => {
        await connection.collection(markCollection).updateOne({}, { $set: { version: 1_000 } });
      }),
    remove: () => server.discard(address),
  });
}

async function onDatabase(address: string, act: (connection: mongoose.Connection) => Promise<void>): Promise<void> {
  const connection = await mongoose.createConnection(address).asPromise();
  await act(connection);
  await connection.close();
}
