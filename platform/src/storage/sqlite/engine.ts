import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { required } from '../../kernel/index.ts';
import type { Collection, Document } from '../port.ts';
import type { QueryPlan, Stretch } from '../queries.ts';
import { busyTimeoutMs, logOf } from './log.ts';
import { getRows, holdRows, insertRows, replaceRows, rowsOf } from './rows.ts';
import type { FoundRow, FoundRows, Rows } from './rows.ts';
import { statementOf } from './statements.ts';
import type { PackedTexts } from './texts.ts';
import { bytesOf } from './texts.ts';
import { createTable, prepareTable } from './tables.ts';
import type { Table } from './tables.ts';

/** Milliseconds by operation and collection. */
export type Times = Readonly<Record<string, number>>;

export interface EngineOptions {
  readonly path: string;
  readonly collections: readonly Collection<Document>[];
  readonly cacheMegabytes: number;
  /** `NORMAL` where whoever opens it syncs the log itself. */
  readonly synchronous: 'FULL' | 'NORMAL' | 'OFF';
  /** Somebody else copies the log's pages into the file. */
  readonly isCheckpointedElsewhere?: boolean;
}

/** One connection and what can be asked of it, each answered at once. It knows tables and texts; documents are the business of whoever asks. */
export interface Engine {
  begin(): void;
  /** What the transaction took, step by step. Where anything failed since it began, it fails too, as everything does until it is rolled back. */
  commit(): Times;
  rollback(): void;
  /** Those found, by the place of their key. */
  get(collection: string, keys: PackedTexts): FoundRows & { readonly places: readonly number[] };
  read(
    collection: string,
    plan: QueryPlan,
    about: { readonly stretch: Stretch; readonly atMost: number },
  ): FoundRows & { readonly keys: readonly string[] };
  /** For each row the index that it violates, or null where it went in; null for all of them where all went in. */
  insert(collection: string, rows: Rows): readonly (string | null)[] | null;
  replace(collection: string, rows: Rows, versions: readonly number[]): void;
  hold(collection: string, keys: PackedTexts, versions: readonly number[]): void;
  remove(collection: string, keys: PackedTexts): void;
  count(collection: string): number;
  /** Copies pages of the log into the file, as far as nobody needs the older ones; gives how many frames the log holds. Inside a transaction it waits for its commit and gives 0. */
  checkpoint(): number;
  /** Copies the whole log and cuts it off; whether that is done. Inside a transaction it waits for its commit, and the next call tells. */
  truncate(): boolean;
  close(): void;
}

/** Rarer checkpoints soften indexes that are not quite in order (docs/adr/0001-time-led-keys.md). */
const checkpointPages = 20_000;

/** What is overwritten or removed is overwritten with zeros in the file: an erased secret stands nowhere in it. */
export function connect(options: EngineOptions): DatabaseSync {
  const { path, cacheMegabytes, synchronous } = options;
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  const pages = options.isCheckpointedElsewhere === true ? 0 : checkpointPages;
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -${String(cacheMegabytes * 1024)}; PRAGMA wal_autocheckpoint = ${String(pages)};`);
  return database;
}

export function createTables(database: DatabaseSync, collections: readonly Collection<Document>[]): void {
  for (const collection of collections) createTable(database, collection);
}

/** Opens a connection to a file whose tables have been made. */
export function openEngine(options: EngineOptions): Engine {
  const database = connect(options);
  const tables = new Map(
    options.collections.map((collection) => [collection.name, prepareTable(database, collection)]),
  );
  const statements = new Map<string, StatementSync>();
  const taken = createTimes();
  const { committed, ...log } = logOf(database);
  const transaction = transactionOf(database);
  const on = <Result>(step: string, name: string, act: (table: Table) => Result): Result =>
    taken.by(`store.${step}.${name}`, () => act(required(tables.get(name), `collection ${name}`)));
  const reading: typeof on = (step, name, act) => {
    transaction.assertSound();
    return on(step, name, act);
  };
  const writing: typeof on = (step, name, act) => transaction.attempt(() => on(step, name, act));
  return {
    begin: () => {
      transaction.attempt(() => {
        database.exec('BEGIN IMMEDIATE');
      });
    },
    commit: () =>
      transaction.attempt(() => {
        taken.by('store.commit', () => {
          database.exec('COMMIT');
          committed();
        });
        return taken.all();
      }),
    rollback: () => {
      transaction.rollback();
    },
    get: (collection, keys) => reading('get', collection, (table) => getRows(table, keys)),
    read: (collection, plan, { stretch, atMost }) =>
      reading('find', collection, (table) => {
        const { text, values } = statementOf(table.name, plan, stretch);
        let statement = statements.get(text);
        if (statement === undefined) statements.set(text, (statement = database.prepare(text)));
        return rowsOf(statement.all(...values, atMost) as unknown as FoundRow[]);
      }),
    insert: (collection, rows) => writing('insert', collection, (table) => insertRows(database, table, rows)),
    replace: (collection, rows, versions) => {
      writing('replace', collection, (table) => {
        replaceRows(table, rows, versions);
      });
    },
    hold: (collection, keys, versions) => {
      writing('hold', collection, (table) => {
        holdRows(table, keys, versions);
      });
    },
    remove: (collection, keys) => {
      writing('remove', collection, ({ remove }) => {
        for (const key of bytesOf(keys)) remove.run(key);
      });
    },
    count: (collection) =>
      on('count', collection, ({ name }) =>
        Number(database.prepare(`SELECT count(*) AS n FROM "${name}"`).get()?.['n'] ?? 0),
      ),
    ...log,
    close: () => {
      database.close();
    },
  };
}

/** Adds up what steps take, until somebody asks for it. */
function createTimes(): { by<Result>(step: string, act: () => Result): Result; all(): Times } {
  const times = new Map<string, number>();
  return {
    by(step, act) {
      const startedAt = performance.now();
      const result = act();
      times.set(step, (times.get(step) ?? 0) + performance.now() - startedAt);
      return result;
    },
    all() {
      const all = Object.fromEntries(times);
      times.clear();
      return all;
    },
  };
}

/** A connection's transaction: where anything in it failed nothing more is done until it is rolled back, so that whoever asks ahead of an answer never builds on what failed. */
function transactionOf(database: DatabaseSync): {
  attempt<Result>(act: () => Result): Result;
  assertSound(): void;
  rollback(): void;
} {
  let failure: unknown;
  const assertSound = (): void => {
    if (failure !== undefined) throw new Error('the transaction has failed before', { cause: failure });
  };
  return {
    assertSound,
    attempt(act) {
      assertSound();
      try {
        return act();
      } catch (error) {
        failure = error;
        throw error;
      }
    },
    rollback() {
      if (database.isTransaction) database.exec('ROLLBACK');
      failure = undefined;
    },
  };
}
