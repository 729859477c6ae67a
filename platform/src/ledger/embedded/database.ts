import { DatabaseSync } from 'node:sqlite';

/** Whether a commit waits for the disk: it must where nothing else could bring the bytes back. */
export type Durability = 'synced' | 'replayable';

const cacheKilobytes = 1_024;
const busyMs = 2_000;

/** Opens one of the ledger's files, with write-ahead log, for this process alone; throws where another has it open. */
export function openDatabase(path: string, durability: Durability): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA busy_timeout = ${busyMs};
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability === 'synced' ? 'FULL' : 'NORMAL'};
    PRAGMA cache_size = -${cacheKilobytes};
  `);
  return database;
}

/** Runs the work in one transaction of the file: all of it, or nothing. */
export function inTransaction<Value>(database: DatabaseSync, work: () => Value): Value {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    // On a full disk SQLite has rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

export function bytesOf(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}

const sqliteBusy = 5;
const sqliteFull = 13;
/** What an extended code says more than its primary one stands above these bits. */
const primaryBits = 0xff;

function isCode(error: unknown, code: number): boolean {
  const told = error instanceof Error && 'errcode' in error ? Number(error.errcode) : Number.NaN;
  return (told & primaryBits) === code;
}

/** Whether another process has the file open. */
export function isHeldElsewhere(error: unknown): boolean {
  return isCode(error, sqliteBusy);
}

/** Whether a file could not take what was written because its disk is full: nothing of the transaction stands, and with room the same one goes through. */
export function isDiskFull(error: unknown): boolean {
  return isCode(error, sqliteFull);
}
