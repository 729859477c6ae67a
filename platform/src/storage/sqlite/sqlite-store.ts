import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { StepTimes } from '../../kernel/index.ts';
import { assert } from '../../kernel/index.ts';
import type { Thread } from '../../runtime/thread.ts';
import { openThread } from '../../runtime/thread.ts';
import { checkCollections } from '../collections.ts';
import type { Collection, Document, DocumentStore, Transaction } from '../port.ts';
import { StorageConflict } from '../port.ts';
import { refuseStorage } from '../refusals.ts';
import { checkSchemaVersion, schemaVersion } from '../schema.ts';
import { createUnitGuard } from '../units.ts';
import { createCheckpointer } from './checkpoints.ts';
import type { Line } from './documents.ts';
import { directLine, readerOver, transactionOver } from './documents.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { connect, createTables, openEngine } from './engine.ts';
import { createCommitGroups } from './groups.ts';
import { createHardener } from './hardening.ts';
import { lockFile } from './lock.ts';

export interface SqliteOptions {
  /** File of the database; `:memory:` for one that is gone with its process. */
  readonly path: string;
  readonly collections: readonly Collection<Document>[];
  /** Page cache of the writing connection. */
  readonly cacheMegabytes?: number;
  /** Writes in a thread of its own, so that a commit holds nobody up. */
  readonly isThreaded?: boolean;
  readonly steps?: StepTimes;
}

const writerCacheMegabytes = 12;
const readerCacheMegabytes = 4;
const threadHeapMegabytes = 64;
const copierHeapMegabytes = 16;
/** Some three hundred megabytes of log: rarer checkpoints soften indexes that are not quite in order (docs/adr/0001-time-led-keys.md). */
const documentsPerCheckpoint = 120_000;
const cutPauseMs = 20;
const maxCuts = 500;

/**
 * The embedded store: one file, WAL, full sync. One connection writes, and units of work that wait for it share a commit; another reads, so that
 * nothing uncommitted is ever seen outside its unit of work.
 */
export function createSqliteStore(options: SqliteOptions): DocumentStore {
  checkCollections(options.collections);
  if (options.path === ':memory:') return openTemporary(options);
  const release = lockFile(`${options.path}.lock`);
  try {
    return open(options, release, 'FULL');
  } catch (error) {
    release();
    throw error;
  }
}

/** SQLite's own memory databases have one connection, or lock readers out; a file without a name, without sync, keeps every promise but lasting. */
function openTemporary(options: SqliteOptions): DocumentStore {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-store-'));
  const clean = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const store = open({ ...options, path: join(folder, 'memory.db'), isThreaded: false }, clean, 'OFF');
  if (process.platform !== 'win32') clean();
  return store;
}

function open(options: SqliteOptions, release: () => void, synchronous: 'FULL' | 'OFF'): DocumentStore {
  const { path, collections } = options;
  const asked = { path, collections, synchronous, cacheMegabytes: options.cacheMegabytes ?? writerCacheMegabytes };
  prepareFile(asked);
  const { writer, wrote, harden, isSound, close } =
    options.isThreaded === true ? threadedWriter(asked) : directWriter(asked);
  const reader = openEngine({ ...asked, cacheMegabytes: readerCacheMegabytes });
  const units = createUnitGuard();
  let written = 0;
  let scrubbing = Promise.resolve();
  const transaction = transactionOver(writer, collections, (documents) => {
    written += documents;
    wrote(documents);
  });
  const groups = createCommitGroups({
    begin: () => (isSound() ? writer.call('begin') : Promise.reject(new Error('the log could not be synced'))),
    async commit() {
      for (const [step, milliseconds] of Object.entries(await writer.call('commit')))
        options.steps?.add(step, milliseconds);
    },
    harden,
    rollback: () => writer.call('rollback'),
    writes: () => written,
  });
  return {
    ...readerOver(directLine(reader), collections),
    unitOfWork: async <Result>(work: (tx: Transaction) => Promise<Result>) => {
      units.assertOutside();
      try {
        return await groups.run(() => units.run(transaction, work));
      } catch (error) {
        throw asRefusal(error);
      }
    },
    approximateCount: ({ name }) => Promise.resolve(reader.count(name)),
    scrub: () => (scrubbing = scrubbing.catch(() => undefined).then(() => cutOff(writer))),
    health: () => Promise.resolve({ engine: 'sqlite', writable: writer.isAlive && isSound() }),
    async close() {
      await groups.idle();
      reader.close();
      await close();
      release();
    },
  };
}

/** The connection that writes, and what lets its commits last. */
interface Writer {
  readonly writer: Line;
  readonly wrote: (documents: number) => void;
  readonly harden: () => Promise<void>;
  readonly isSound: () => boolean;
  readonly close: () => Promise<void>;
}

/** In this thread: SQLite itself syncs each commit and copies the log when it is long. */
function directWriter(options: EngineOptions): Writer {
  const writer = directLine(openEngine(options));
  return {
    writer,
    wrote: () => undefined,
    harden: () => Promise.resolve(),
    isSound: () => true,
    close: () => writer.call('close'),
  };
}

/** In a thread of its own, which neither syncs nor copies: while one group is synced the next one is written, and pages are copied by a third thread. */
function threadedWriter(options: EngineOptions): Writer {
  const writer = threadOf({ ...options, synchronous: 'NORMAL', isCheckpointedElsewhere: true }, threadHeapMegabytes);
  const copier = threadOf({ ...options, synchronous: 'NORMAL', cacheMegabytes: 1 }, copierHeapMegabytes);
  const hardener = createHardener(`${options.path}-wal`);
  const checkpointer = createCheckpointer({ copier, writer, everyDocuments: documentsPerCheckpoint });
  return {
    writer,
    wrote: (documents) => {
      checkpointer.wrote(documents);
    },
    harden: () => hardener.harden(),
    isSound: () => hardener.isSound,
    async close() {
      await checkpointer.close();
      await hardener.close();
      await writer.call('close');
      await writer.end();
    },
  };
}

/** Checks and makes what the connections expect, before any of them is opened. */
function prepareFile(options: EngineOptions): void {
  const database = connect(options);
  try {
    checkSchema(database);
    createTables(database, options.collections);
  } finally {
    database.close();
  }
}

function checkSchema(database: DatabaseSync): void {
  checkSchemaVersion(Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0));
  database.exec(`PRAGMA user_version = ${String(schemaVersion)}`);
}

function threadOf(options: EngineOptions, maxHeapMegabytes: number): Thread<Engine> {
  return openThread<Engine>({
    file: new URL('./engine.worker.ts', import.meta.url),
    data: options,
    maxHeapMegabytes,
    revive: ({ name, message }) => (name === 'StorageConflict' ? new StorageConflict(message) : new Error(message)),
  });
}

/** What is removed is overwritten in the file; the log holds it until it is cut off, between two transactions and while nobody reads. */
async function cutOff(writer: Line): Promise<void> {
  for (let tried = 1; !(await writer.call('truncate')); tried += 1) {
    assert(tried < maxCuts, 'the log can be cut off');
    await setTimeout(cutPauseMs);
  }
}

function asRefusal(error: unknown): unknown {
  const isFull = error instanceof Error && /database or disk is full/.test(error.message);
  return isFull ? refuseStorage('STORAGE_FULL', {}, error) : error;
}
