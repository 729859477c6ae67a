import { bytesOf, inTransaction, openDatabase } from './database.ts';
import { keyHashOf } from './read-write-set.ts';
import type { PrivateWrites } from './read-write-set.ts';

/** A private value of one transaction; `value` is absent where the key was deleted. */
export interface PrivateValue {
  readonly collection: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/**
 * 区块文件: the blocks and, beside them, the private data whose hashes they hold. It is the truth: a block is here whole, with sync, or not at all,
 * and everything else of the ledger can be made from it again.
 */
export interface BlockStore {
  height(): number;
  block(number: number): Uint8Array | undefined;
  lastHeaderHash(): Uint8Array;
  /** Keeps private values from endorsement until their transaction's block. */
  keepPrivate(transactionId: string, writes: PrivateWrites): void;
  pendingPrivate(transactionId: string): readonly PrivateValue[];
  /** Private values that a transaction left and nobody purged. */
  privateValues(block: number, transaction: number): readonly PrivateValue[];
  append(block: NewBlock): void;
  /** A copy of every block, in one go. */
  copyTo(path: string): void;
  close(): void;
}

export interface NewBlock {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly headerHash: Uint8Array;
  readonly transactions: readonly {
    readonly id: string;
    readonly isValid: boolean;
    readonly purges: readonly Purge[];
  }[];
}

/** All values of a private key go, wherever they stand; the key is known by its hash, hex. */
export interface Purge {
  readonly collection: string;
  readonly keyHash: string;
}

const schema = `
  CREATE TABLE IF NOT EXISTS blocks (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL, header_hash BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS private_pending (id TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, value BLOB, height INTEGER NOT NULL, PRIMARY KEY (id, collection, key)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS private_data (block INTEGER NOT NULL, tx INTEGER NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, key_hash TEXT NOT NULL, value BLOB, PRIMARY KEY (block, tx, collection, key)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS private_data_by_key ON private_data (collection, key_hash);
`;
/** Private values of a transaction that never came are forgotten after so many blocks. */
const pendingBlocks = 20_000;

export function openBlockStore(path: string): BlockStore {
  const database = openDatabase(path, 'synced');
  database.exec(schema);
  const statements = prepare(database);
  const height = (): number => Number(statements.height.get()?.['n'] ?? -1) + 1;
  return {
    height,
    block: (number) => bytesOf(statements.block.get(number)?.['bytes']),
    lastHeaderHash: () => bytesOf(statements.last.get()?.['header_hash']) ?? new Uint8Array(),
    keepPrivate(transactionId, writes) {
      const at = height();
      inTransaction(database, () => {
        for (const [collection, values] of writes)
          for (const [key, value] of values) statements.keep.run(transactionId, collection, key, value ?? null, at);
      });
    },
    pendingPrivate: (transactionId) => statements.pendingOf.all(transactionId).map(privateValueOf),
    privateValues: (block, transaction) => statements.privateOf.all(block, transaction).map(privateValueOf),
    append(block) {
      inTransaction(database, () => {
        append(statements, block);
      });
    },
    copyTo(path) {
      database.prepare('VACUUM INTO ?').run(path);
    },
    close: () => {
      database.close();
    },
  };
}

function privateValueOf(row: Readonly<Record<string, unknown>>): PrivateValue {
  return { collection: String(row['collection']), key: String(row['key']), value: bytesOf(row['value']) };
}

function prepare(database: ReturnType<typeof openDatabase>) {
  return {
    height: database.prepare('SELECT max(number) AS n FROM blocks'),
    block: database.prepare('SELECT bytes FROM blocks WHERE number = ?'),
    last: database.prepare('SELECT header_hash FROM blocks ORDER BY number DESC LIMIT 1'),
    add: database.prepare('INSERT INTO blocks VALUES (?, ?, ?)'),
    keep: database.prepare('INSERT OR REPLACE INTO private_pending VALUES (?, ?, ?, ?, ?)'),
    pendingOf: database.prepare('SELECT collection, key, value FROM private_pending WHERE id = ?'),
    forget: database.prepare('DELETE FROM private_pending WHERE id = ?'),
    forgetOld: database.prepare('DELETE FROM private_pending WHERE height < ?'),
    addPrivate: database.prepare('INSERT INTO private_data VALUES (?, ?, ?, ?, ?, ?)'),
    privateOf: database.prepare('SELECT collection, key, value FROM private_data WHERE block = ? AND tx = ?'),
    purge: database.prepare('DELETE FROM private_data WHERE collection = ? AND key_hash = ?'),
  };
}

function append(statements: ReturnType<typeof prepare>, block: NewBlock): void {
  statements.add.run(block.number, block.bytes, block.headerHash);
  for (const [at, { id, isValid, purges }] of block.transactions.entries()) {
    const pending = statements.pendingOf.all(id).map(privateValueOf);
    if (pending.length > 0) statements.forget.run(id);
    if (!isValid) continue;
    for (const { collection, key, value } of pending)
      statements.addPrivate.run(block.number, at, collection, key, keyHashOf(key), value ?? null);
    for (const { collection, keyHash } of purges) statements.purge.run(collection, keyHash);
  }
  if (block.number % 1_000 === 0) statements.forgetOld.run(block.number - pendingBlocks);
}
