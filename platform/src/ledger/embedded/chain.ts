import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import type { Version } from './messages.ts';

export interface StateValue {
  readonly value: Uint8Array;
  readonly version: Version;
}

export interface CommittedTransaction {
  readonly id: string;
  readonly code: number;
  readonly envelope: Uint8Array;
  readonly writes: ReadonlyMap<string, Uint8Array | undefined>;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  readonly at: number;
}

export interface HistoryEntry {
  readonly transactionId: string;
  readonly value: Uint8Array | undefined;
  readonly at: number;
}

/** 链: blocks, state, history and indexes in one file; a block goes in whole, with sync, or not at all. Keys are bytes, ordered as LevelDB orders them. */
export interface Chain {
  height(): number;
  block(number: number): Uint8Array | undefined;
  lastHeaderHash(): Uint8Array;
  state(key: string): StateValue | undefined;
  range(from: string, to: string): { readonly key: string; readonly value: Uint8Array; readonly version: Version }[];
  history(key: string): HistoryEntry[];
  transaction(id: string): { readonly block: number; readonly code: number; readonly envelope: Uint8Array } | undefined;
  events(
    fromBlock: number,
  ): { readonly block: number; readonly transactionId: string; readonly name: string; readonly payload: Uint8Array }[];
  append(block: {
    readonly number: number;
    readonly bytes: Uint8Array;
    readonly headerHash: Uint8Array;
    readonly transactions: readonly CommittedTransaction[];
  }): void;
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS blocks (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL, header_hash BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS state (key BLOB PRIMARY KEY, value BLOB NOT NULL, block INTEGER NOT NULL, tx INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history (key BLOB NOT NULL, block INTEGER NOT NULL, tx INTEGER NOT NULL, id TEXT NOT NULL, value BLOB, at INTEGER NOT NULL, PRIMARY KEY (key, block, tx)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS transactions (id TEXT PRIMARY KEY, block INTEGER NOT NULL, tx INTEGER NOT NULL, code INTEGER NOT NULL, envelope BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS events (block INTEGER NOT NULL, tx INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (block, tx)) WITHOUT ROWID;
`;
const eventPage = 500;

/** A row of our own tables; their columns are what the schema above says. */
interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly block: number;
  readonly tx: number;
  readonly code: number;
  readonly envelope: Uint8Array;
}

export function openChain(path: string): Chain {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;');
  database.exec(schema);
  const statements = prepare(database);
  return {
    height: () => Number(statements.height.get()?.['n'] ?? 0),
    block: (number) => bytesOf(statements.block.get(number)?.['bytes']),
    lastHeaderHash: () => bytesOf(statements.last.get()?.['header_hash']) ?? new Uint8Array(),
    state: (key) => {
      const row = statements.state.get(Buffer.from(key)) as Row | undefined;
      return row === undefined
        ? undefined
        : { value: row['value'], version: { block: row['block'], transaction: row['tx'] } };
    },
    range: (from, to) => {
      const rows =
        to === ''
          ? statements.rangeOpen.all(Buffer.from(from))
          : statements.range.all(Buffer.from(from), Buffer.from(to));
      return (rows as unknown as Row[]).map(({ key, value, block, tx }) => ({
        key: Buffer.from(key).toString(),
        value,
        version: { block, transaction: tx },
      }));
    },
    history: (key) =>
      statements.history.all(Buffer.from(key)).map((row) => ({
        transactionId: String(row['id']),
        value: bytesOf(row['value']),
        at: Number(row['at']),
      })),
    transaction: (id) => {
      const row = statements.transaction.get(id) as unknown as Row | undefined;
      return row === undefined ? undefined : { block: row.block, code: row.code, envelope: row.envelope };
    },
    events: (fromBlock) =>
      statements.events.all(fromBlock, eventPage).map((row) => ({
        block: Number(row['block']),
        transactionId: String(row['id']),
        name: String(row['name']),
        payload: bytesOf(row['payload']) ?? new Uint8Array(),
      })),
    append: (block) => {
      append(database, statements, block);
    },
    close: () => {
      database.close();
    },
  };
}

function bytesOf(value: unknown): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}

function prepare(database: DatabaseSync) {
  return {
    height: database.prepare('SELECT count(*) AS n FROM blocks'),
    block: database.prepare('SELECT bytes FROM blocks WHERE number = ?'),
    last: database.prepare('SELECT header_hash FROM blocks ORDER BY number DESC LIMIT 1'),
    state: database.prepare('SELECT value, block, tx FROM state WHERE key = ?'),
    range: database.prepare('SELECT key, value, block, tx FROM state WHERE key >= ? AND key < ? ORDER BY key'),
    rangeOpen: database.prepare('SELECT key, value, block, tx FROM state WHERE key >= ? ORDER BY key'),
    history: database.prepare('SELECT id, value, at FROM history WHERE key = ? ORDER BY block DESC, tx DESC'),
    transaction: database.prepare('SELECT block, code, envelope FROM transactions WHERE id = ?'),
    events: database.prepare('SELECT block, id, name, payload FROM events WHERE block >= ? ORDER BY block, tx LIMIT ?'),
    addBlock: database.prepare('INSERT INTO blocks VALUES (?, ?, ?)'),
    addTransaction: database.prepare('INSERT OR IGNORE INTO transactions VALUES (?, ?, ?, ?, ?)'),
    putState: database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)'),
    removeState: database.prepare('DELETE FROM state WHERE key = ?'),
    addHistory: database.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)'),
    addEvent: database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)'),
  } satisfies Record<string, StatementSync>;
}

function append(
  database: DatabaseSync,
  statements: ReturnType<typeof prepare>,
  block: Parameters<Chain['append']>[0],
): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    statements.addBlock.run(block.number, block.bytes, block.headerHash);
    for (const [at, transaction] of block.transactions.entries()) {
      statements.addTransaction.run(transaction.id, block.number, at, transaction.code, transaction.envelope);
      if (transaction.code === 0) applyWrites(statements, transaction, { block: block.number, transaction: at });
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function applyWrites(
  statements: ReturnType<typeof prepare>,
  transaction: CommittedTransaction,
  version: Version,
): void {
  for (const [name, value] of transaction.writes) {
    const key = Buffer.from(name);
    if (value === undefined) statements.removeState.run(key);
    else statements.putState.run(key, value, version.block, version.transaction);
    statements.addHistory.run(key, version.block, version.transaction, transaction.id, value ?? null, transaction.at);
  }
  if (transaction.event !== undefined) {
    const { name, payload } = transaction.event;
    statements.addEvent.run(version.block, version.transaction, transaction.id, name, payload);
  }
}
