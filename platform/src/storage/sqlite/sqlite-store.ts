import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { required } from '../../kernel/index.ts';
import { checkCollections, checkCount, checkKey, documentText, indexValues } from '../collections.ts';
import { StorageConflict } from '../port.ts';
import type {
  Collection,
  Document,
  DocumentStore,
  InsertAnswer,
  NewDocument,
  Query,
  Reader,
  Replacement,
  Stored,
  Transaction,
} from '../port.ts';
import { refuseStorage } from '../refusals.ts';
import { checkSchemaVersion, schemaVersion } from '../schema.ts';
import { lockFile } from './lock.ts';
import { createUnitGuard } from '../units.ts';
import { findPage } from './pages.ts';
import type { StatementCache } from './pages.ts';
import { columnValues, createTable, prepareTable } from './tables.ts';
import type { Table } from './tables.ts';

export interface SqliteOptions {
  /** File of the database; `:memory:` for one that is gone with its process. */
  readonly path: string;
  readonly collections: readonly Collection<Document>[];
  /** Page cache of the writing connection. */
  readonly cacheMegabytes?: number;
}

export interface SqliteStore extends DocumentStore {
  /** A consistent copy of everything committed, while the store goes on. */
  backup(path: string): Promise<void>;
}

const maxAttempts = 5;
/** Rarer checkpoints soften indexes that are not quite in order (docs/adr/0002-time-led-keys.md). */
const checkpointPages = 20_000;

/**
 * The embedded store: one file, WAL, full sync. One connection writes, one unit of work at a time; another reads, so that nothing uncommitted
 * is ever seen outside its unit of work.
 */
export function createSqliteStore(options: SqliteOptions): SqliteStore {
  checkCollections(options.collections);
  if (options.path === ':memory:') return openTemporary(options);
  const release = lockFile(`${options.path}.lock`);
  try {
    return open(options, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** SQLite's own memory databases have one connection, or lock readers out; a file without a name, without sync, keeps every promise but lasting. */
function openTemporary(options: SqliteOptions): SqliteStore {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-store-'));
  const clean = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const store = open({ ...options, path: join(folder, 'memory.db') }, clean, 'OFF');
  if (process.platform !== 'win32') clean();
  return store;
}

function open(options: SqliteOptions, release: () => void, synchronous: 'FULL' | 'OFF' = 'FULL'): SqliteStore {
  const writer = connect(options.path, { cacheMegabytes: options.cacheMegabytes ?? 48, synchronous });
  checkSchema(writer);
  for (const collection of options.collections) createTable(writer, collection);
  const reader = connect(options.path, { cacheMegabytes: 8, synchronous });
  const inside = accessor(writer, options.collections);
  const units = createUnitGuard();
  let queue: Promise<unknown> = Promise.resolve();
  const unitOfWork = async <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    units.assertOutside();
    const run = queue.then(() => attempt(writer, () => units.run(inside.transaction, work)));
    queue = run.catch(() => undefined);
    return run;
  };
  return {
    ...accessor(reader, options.collections).reader,
    unitOfWork,
    approximateCount: (collection) =>
      Promise.resolve(Number(reader.prepare(`SELECT count(*) AS n FROM "${collection.name}"`).get()?.['n'] ?? 0)),
    health: () => Promise.resolve({ engine: 'sqlite', writable: writer.isOpen }),
    async backup(path) {
      await queue;
      writer.prepare('VACUUM INTO ?').run(path);
    },
    async close() {
      await queue;
      reader.close();
      writer.close();
      release();
    },
  };
}

function connect(
  path: string,
  options: { readonly cacheMegabytes: number; readonly synchronous: 'FULL' | 'OFF' },
): DatabaseSync {
  const { cacheMegabytes, synchronous } = options;
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${String(cacheMegabytes * 1024)}; PRAGMA wal_autocheckpoint = ${String(checkpointPages)};`);
  return database;
}

function checkSchema(database: DatabaseSync): void {
  checkSchemaVersion(Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0));
  database.exec(`PRAGMA user_version = ${String(schemaVersion)}`);
}

async function attempt<Result>(database: DatabaseSync, work: () => Promise<Result>): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = await work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      if (!(error instanceof StorageConflict) || tried === maxAttempts) throw asRefusal(error);
    }
  }
}

function asRefusal(error: unknown): unknown {
  const isFull = error instanceof Error && /database or disk is full/.test(error.message);
  return isFull ? refuseStorage('STORAGE_FULL', {}, error) : error;
}

interface Accessor {
  readonly reader: Reader;
  readonly transaction: Transaction;
}

function accessor(database: DatabaseSync, collections: readonly Collection<Document>[]): Accessor {
  const tables = new Map(collections.map((collection) => [collection.name, prepareTable(database, collection)]));
  const cache: StatementCache = new Map();
  const tableOf = (collection: Collection<Document>): Table =>
    required(tables.get(collection.name), `collection ${collection.name}`);
  const reader: Reader = {
    get: (collection, key) => settle(() => getOne(tableOf(collection), key)),
    getMany: (collection, keys) => settle(() => getMany(tableOf(collection), keys)),
    find: async <Value extends Document>(collection: Collection<Value>, query: Query) =>
      findPage(database, cache, { collection: tableOf(collection).collection as Collection<Value>, query }),
  };
  const transaction: Transaction = {
    ...reader,
    insertMany: (collection, documents) => settle(() => insertMany(database, tableOf(collection), documents)),
    replaceMany: (collection, documents) =>
      settle(() => {
        replaceMany(tableOf(collection), documents);
      }),
    removeMany: (collection, keys) =>
      settle(() => {
        checkCount(keys.length);
        const { remove } = tableOf(collection);
        for (const key of keys) remove.run(key);
      }),
    holdMany: (collection, documents) =>
      settle(() => {
        holdMany(tableOf(collection), documents);
      }),
  };
  return { reader, transaction };
}

/** What a call throws comes as a rejection, as from any engine. */
function settle<Result>(act: () => Result): Promise<Result> {
  try {
    return Promise.resolve(act());
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

function getOne<Value extends Document>(table: Table, key: string): Stored<Value> | undefined {
  const row = table.get.get(key);
  return row === undefined
    ? undefined
    : { key, version: Number(row['version']), value: JSON.parse(String(row['value'])) as Value };
}

function getMany<Value extends Document>(table: Table, keys: readonly string[]): Map<string, Stored<Value>> {
  checkCount(keys.length);
  const found = new Map<string, Stored<Value>>();
  for (const key of keys) {
    const stored = getOne<Value>(table, key);
    if (stored !== undefined) found.set(key, stored);
  }
  return found;
}

function insertMany(
  database: DatabaseSync,
  table: Table,
  documents: readonly NewDocument<Document>[],
): readonly InsertAnswer[] {
  checkCount(documents.length);
  return documents.map(({ key, value }) => {
    checkKey(key);
    const { changes } = table.insert.run(key, documentText(value), ...columnValues(table, value));
    return Number(changes) === 1 ? 'inserted' : { violates: violatedIndex(database, table, { key, value }) };
  });
}

function violatedIndex(database: DatabaseSync, table: Table, { key, value }: NewDocument<Document>): string {
  if (table.get.get(key) !== undefined) return 'key';
  for (const index of table.unique) {
    const values = indexValues(index, value);
    if (values === undefined) continue;
    const condition = index.fields.map((field) => `"${field}" IS ?`).join(' AND ');
    if (database.prepare(`SELECT 1 FROM "${table.name}" WHERE ${condition}`).get(...values) !== undefined)
      return index.name;
  }
  throw new StorageConflict(`insertion into ${table.name} was refused by no index of it`);
}

/** Nobody else writes while a unit of work is open: what is at its version now stays there. */
function holdMany(table: Table, documents: readonly Pick<Stored<Document>, 'key' | 'version'>[]): void {
  checkCount(documents.length);
  for (const { key, version } of documents) {
    if (getOne(table, key)?.version !== version) throw notAt(table, key, version);
  }
}

function notAt({ name }: Table, key: string, version: number): StorageConflict {
  return new StorageConflict(`${name} ${key} is not at version ${String(version)}`);
}

function replaceMany(table: Table, documents: readonly Replacement<Document>[]): void {
  checkCount(documents.length);
  for (const { key, version, value } of documents) {
    checkKey(key);
    const text = documentText(value);
    const columns = columnValues(table, value);
    const { changes } =
      version === 0 ? table.insert.run(key, text, ...columns) : replaceOne(table, { text, columns, key, version });
    if (Number(changes) !== 1) throw notAt(table, key, version);
  }
}

function replaceOne(
  table: Table,
  row: {
    readonly text: string;
    readonly columns: (string | number | null)[];
    readonly key: string;
    readonly version: number;
  },
): { changes: number | bigint } {
  try {
    return table.replace.run(row.text, ...row.columns, row.key, row.version);
  } catch (error) {
    if (error instanceof Error && /UNIQUE constraint failed/.test(error.message))
      throw new StorageConflict(error.message);
    throw error;
  }
}
