import { DatabaseSync } from 'node:sqlite';
import { assert, required } from '../../kernel/index.ts';
import { checkCollections, indexValues } from '../collections.ts';
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
import { lockFile } from './lock.ts';
import { findPage } from './queries.ts';
import type { StatementCache } from './queries.ts';
import { columnValues, createTable, prepareTable } from './tables.ts';
import type { Table } from './tables.ts';

export interface SqliteOptions {
  /** File of the database; `:memory:` for tests that need no second process. */
  readonly path: string;
  readonly collections: readonly Collection<Document>[];
  /** Page cache of the writing connection. */
  readonly cacheMegabytes?: number;
}

export interface SqliteStore extends DocumentStore {
  /** A consistent copy of everything committed, while the store goes on. */
  backup(path: string): Promise<void>;
}

const schemaVersion = 1;
const maxKeys = 10_000;
const maxAttempts = 5;
/** Rarer checkpoints soften indexes that are not quite in order (docs/adr/0002-time-led-keys.md). */
const checkpointPages = 20_000;

/**
 * The embedded store: one file, WAL, full sync. One connection writes, one unit of work at a time; another reads, so that nothing uncommitted
 * is ever seen outside its unit of work.
 */
export function createSqliteStore(options: SqliteOptions): SqliteStore {
  checkCollections(options.collections);
  const release = options.path === ':memory:' ? () => undefined : lockFile(`${options.path}.lock`);
  try {
    return open(options, release);
  } catch (error) {
    release();
    throw error;
  }
}

function open(options: SqliteOptions, release: () => void): SqliteStore {
  const writer = connect(options.path, options.cacheMegabytes ?? 48);
  checkSchema(writer);
  for (const collection of options.collections) createTable(writer, collection);
  const reader = options.path === ':memory:' ? writer : connect(options.path, 8);
  const inside = accessor(writer, options.collections);
  const outside = options.path === ':memory:' ? inside : accessor(reader, options.collections);
  let queue: Promise<unknown> = Promise.resolve();
  const unitOfWork = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> => {
    const run = queue.then(() => attempt(writer, inside.transaction, work));
    queue = run.catch(() => undefined);
    return run;
  };
  return {
    ...outside.reader,
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
      if (reader !== writer) reader.close();
      writer.close();
      release();
    },
  };
}

function connect(path: string, cacheMegabytes: number): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${String(cacheMegabytes * 1024)}; PRAGMA wal_autocheckpoint = ${String(checkpointPages)};`);
  return database;
}

function checkSchema(database: DatabaseSync): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > schemaVersion) {
    throw refuseStorage('STORAGE_NEWER_SCHEMA', { found, known: schemaVersion });
  }
  database.exec(`PRAGMA user_version = ${String(schemaVersion)}`);
}

async function attempt<Result>(
  database: DatabaseSync,
  transaction: Transaction,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let tried = 1; ; tried += 1) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = await work(transaction);
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
    get: (collection, key) => Promise.resolve(getOne(tableOf(collection), key)),
    getMany: (collection, keys) => Promise.resolve(getMany(tableOf(collection), keys)),
    find: <Value extends Document>(collection: Collection<Value>, query: Query) =>
      Promise.resolve(findPage(database, cache, { collection, query })),
  };
  const transaction: Transaction = {
    ...reader,
    insertMany: (collection, documents) => Promise.resolve(insertMany(database, tableOf(collection), documents)),
    replaceMany: (collection, documents) =>
      settle(() => {
        replaceMany(tableOf(collection), documents);
      }),
    removeMany: (collection, keys) =>
      settle(() => {
        const { remove } = tableOf(collection);
        for (const key of keys) remove.run(key);
      }),
  };
  return { reader, transaction };
}

function settle(act: () => void): Promise<void> {
  try {
    act();
    return Promise.resolve();
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
  assert(keys.length <= maxKeys, `at most ${String(maxKeys)} keys a call`);
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
  return documents.map(({ key, value }) => {
    const { changes } = table.insert.run(key, JSON.stringify(value), ...columnValues(table, value));
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

function replaceMany(table: Table, documents: readonly Replacement<Document>[]): void {
  for (const { key, version, value } of documents) {
    const text = JSON.stringify(value);
    const columns = columnValues(table, value);
    const { changes } =
      version === 0 ? table.insert.run(key, text, ...columns) : replaceOne(table, { text, columns, key, version });
    if (Number(changes) !== 1) throw new StorageConflict(`${table.name} ${key} is not at version ${String(version)}`);
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
