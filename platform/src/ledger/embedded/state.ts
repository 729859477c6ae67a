import { hash } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { PrivateValue } from './block-store.ts';
import { bytesOf, inTransaction, openDatabase } from './database.ts';
import type { CollectionSet, ReadWriteSet, Version } from './read-write-set.ts';
import { keyHashOf } from './read-write-set.ts';

export interface StateValue {
  readonly value: Uint8Array;
  readonly version: Version;
  /** The key's own endorsement policy, where it has one. */
  readonly policy: Uint8Array | undefined;
}

export interface StateEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly version: Version;
}

export interface HistoryEntry {
  readonly transactionId: string;
  readonly value: Uint8Array | undefined;
  readonly at: number;
}

/** Where a transaction stands, and whether it was valid. */
export interface Place extends Version {
  readonly code: number;
}

export interface StateEvent {
  readonly block: number;
  readonly transactionId: string;
  readonly name: string;
  readonly payload: Uint8Array;
}

/** What a block's transaction leaves in the state. */
export interface Effects {
  readonly id: string;
  readonly code: number;
  readonly at: number;
  readonly set: ReadWriteSet;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
}

/**
 * 状态: values, history and indexes, as the blocks leave them. It can be made from the blocks again at any time, so its file does not wait for the
 * disk; how far it is, it knows itself. Public state is space `''`, keyed by the key's bytes and ordered as LevelDB orders them; the hashes of a
 * private data collection are the space of its name, keyed by the key's hash.
 */
export interface State {
  /** Blocks that have been applied. */
  height(): number;
  /** Header hash of the last of them. */
  head(): Uint8Array;
  get(space: string, key: Uint8Array): StateValue | undefined;
  /** Public entries from a key on, up to and without `to`; open where empty. */
  range(bounds: { readonly from: string; readonly to: string; readonly limit: number }): readonly StateEntry[];
  privateValue(collection: string, key: string): StateEntry | undefined;
  privateRange(bounds: {
    readonly collection: string;
    readonly from: string;
    readonly to: string;
  }): readonly StateEntry[];
  /** Newest first. */
  history(key: string): readonly HistoryEntry[];
  place(transactionId: string): Place | undefined;
  /** A page of events after a place. */
  events(after: Version): readonly StateEvent[];
  /** Applies one block, all of it or nothing; what the work writes through `apply` is seen by its later reads. */
  inBlock(number: number, work: (apply: Apply) => { readonly headerHash: Uint8Array }): void;
  /** SHA-256 over every value, hash and policy with its version: equal states have equal digests. */
  digest(): string;
  close(): void;
}

export type Apply = (transaction: number, effects: Effects, privateValues: readonly PrivateValue[]) => void;

const schemaVersion = 2;
const schema = `
  CREATE TABLE state (space TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, policy BLOB, block INTEGER NOT NULL, tx INTEGER NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID;
  CREATE TABLE private_state (collection TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, block INTEGER NOT NULL, tx INTEGER NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID;
  CREATE TABLE private_keys (collection TEXT NOT NULL, key_hash TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (collection, key_hash)) WITHOUT ROWID;
  CREATE TABLE history (key BLOB NOT NULL, block INTEGER NOT NULL, tx INTEGER NOT NULL, id TEXT NOT NULL, value BLOB, at INTEGER NOT NULL, PRIMARY KEY (key, block, tx)) WITHOUT ROWID;
  CREATE TABLE transactions (id TEXT PRIMARY KEY, block INTEGER NOT NULL, tx INTEGER NOT NULL, code INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE events (block INTEGER NOT NULL, tx INTEGER NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (block, tx)) WITHOUT ROWID;
  CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), height INTEGER NOT NULL, header_hash BLOB NOT NULL) WITHOUT ROWID;
  INSERT INTO head VALUES (1, 0, x'');
  PRAGMA user_version = ${schemaVersion};
`;
const eventPage = 500;

/** Opens the state; undefined when the file is of another version or not a state at all, and has to be made again. */
export function openState(path: string): State | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path, 'replayable');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    const isNew = database.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.['n'] === 0;
    if (isNew) database.exec(`BEGIN; ${schema} COMMIT;`);
    else if (version !== schemaVersion) throw new Error('another version');
    return stateOf(database, prepare(database));
  } catch {
    database?.close();
    return undefined;
  }
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: DatabaseSync) {
  return {
    head: database.prepare('SELECT height, header_hash FROM head'),
    setHead: database.prepare('UPDATE head SET height = ?, header_hash = ?'),
    get: database.prepare('SELECT value, policy, block, tx FROM state WHERE space = ? AND key = ?'),
    range: database.prepare(
      "SELECT key, value, block, tx FROM state WHERE space = '' AND key >= ? AND key < ? ORDER BY key LIMIT ?",
    ),
    rangeOpen: database.prepare(
      "SELECT key, value, block, tx FROM state WHERE space = '' AND key >= ? ORDER BY key LIMIT ?",
    ),
    put: database.prepare('INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?)'),
    remove: database.prepare('DELETE FROM state WHERE space = ? AND key = ?'),
    privateValue: database.prepare('SELECT key, value, block, tx FROM private_state WHERE collection = ? AND key = ?'),
    privateRange: database.prepare(
      "SELECT key, value, block, tx FROM private_state WHERE collection = ?1 AND key >= ?2 AND (?3 = x'' OR key < ?3) ORDER BY key",
    ),
    putPrivate: database.prepare('INSERT OR REPLACE INTO private_state VALUES (?, ?, ?, ?, ?)'),
    nameKey: database.prepare('INSERT OR REPLACE INTO private_keys VALUES (?, ?, ?)'),
    keyNamed: database.prepare('SELECT key FROM private_keys WHERE collection = ? AND key_hash = ?'),
    removePrivate: database.prepare('DELETE FROM private_state WHERE collection = ? AND key = ?'),
    forgetKey: database.prepare('DELETE FROM private_keys WHERE collection = ? AND key_hash = ?'),
    history: database.prepare('SELECT id, value, at FROM history WHERE key = ? ORDER BY block DESC, tx DESC'),
    addHistory: database.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)'),
    place: database.prepare('SELECT block, tx, code FROM transactions WHERE id = ?'),
    addPlace: database.prepare('INSERT OR IGNORE INTO transactions VALUES (?, ?, ?, ?)'),
    events: database.prepare(
      'SELECT block, id, name, payload FROM events WHERE (block, tx) > (?, ?) ORDER BY block, tx LIMIT ?',
    ),
    addEvent: database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)'),
    everything: database.prepare('SELECT space, key, value, policy, block, tx FROM state ORDER BY space, key'),
    everythingPrivate: database.prepare(
      'SELECT collection, key, value, block, tx FROM private_state ORDER BY collection, key',
    ),
  } satisfies Record<string, StatementSync>;
}

function stateOf(database: DatabaseSync, statements: Statements): State {
  return {
    height: () => Number(statements.head.get()?.['height']),
    head: () => bytesOf(statements.head.get()?.['header_hash']) ?? new Uint8Array(),
    get: (space, key) => valueOf(statements.get.get(space, key)),
    range: ({ from, to, limit }) =>
      (to === ''
        ? statements.rangeOpen.all(Buffer.from(from), limit)
        : statements.range.all(Buffer.from(from), Buffer.from(to), limit)
      ).map(entryOf),
    privateValue: (collection, key) => {
      const row = statements.privateValue.get(collection, Buffer.from(key));
      return row === undefined ? undefined : entryOf(row);
    },
    privateRange: ({ collection, from, to }) =>
      statements.privateRange.all(collection, Buffer.from(from), Buffer.from(to)).map(entryOf),
    history: (key) =>
      statements.history.all(Buffer.from(key)).map((row) => ({
        transactionId: String(row['id']),
        value: bytesOf(row['value']),
        at: Number(row['at']),
      })),
    place: (transactionId) => {
      const row = statements.place.get(transactionId);
      return row === undefined ? undefined : { ...versionOf(row), code: Number(row['code']) };
    },
    events: ({ block, transaction }) =>
      statements.events.all(block, transaction, eventPage).map((row) => ({
        block: Number(row['block']),
        transactionId: String(row['id']),
        name: String(row['name']),
        payload: bytesOf(row['payload']) ?? new Uint8Array(),
      })),
    inBlock(number, work) {
      inTransaction(database, () => {
        const { headerHash } = work((transaction, effects, privateValues) => {
          applyEffects(statements, { block: number, transaction }, { ...effects, privateValues });
        });
        statements.setHead.run(number + 1, headerHash);
      });
    },
    digest: () => digestOf(statements),
    close: () => {
      database.close();
    },
  };
}

type Row = Readonly<Record<string, unknown>>;

function versionOf(row: Row): Version {
  return { block: Number(row['block']), transaction: Number(row['tx']) };
}

function entryOf(row: Row): StateEntry {
  return {
    key: Buffer.from(row['key'] as Uint8Array).toString(),
    value: row['value'] as Uint8Array,
    version: versionOf(row),
  };
}

function valueOf(row: Row | undefined): StateValue | undefined {
  if (row === undefined) return undefined;
  return { value: row['value'] as Uint8Array, version: versionOf(row), policy: bytesOf(row['policy']) };
}

interface Application extends Effects {
  readonly privateValues: readonly PrivateValue[];
}

function applyEffects(statements: Statements, version: Version, effects: Application): void {
  statements.addPlace.run(effects.id, version.block, version.transaction, effects.code);
  if (effects.code !== 0) return;
  const { set, event } = effects;
  for (const [name, value] of set.writes) {
    const key = Buffer.from(name);
    put(statements, version, { space: '', key, value, policy: set.policies.get(name) });
    statements.addHistory.run(key, version.block, version.transaction, effects.id, value ?? null, effects.at);
  }
  for (const [name, policy] of set.policies)
    if (!set.writes.has(name)) setPolicy(statements, version, { key: Buffer.from(name), policy });
  for (const [collection, hashed] of set.collections)
    applyCollection(statements, version, { collection, hashed, effects });
  if (event !== undefined)
    statements.addEvent.run(version.block, version.transaction, effects.id, event.name, event.payload);
}

/** A key keeps its policy when only its value changes, and loses it when it goes. */
function put(
  statements: Statements,
  { block, transaction }: Version,
  write: {
    readonly space: string;
    readonly key: Uint8Array;
    readonly value: Uint8Array | undefined;
    readonly policy?: Uint8Array | undefined;
  },
): void {
  const { space, key, value } = write;
  if (value === undefined) {
    statements.remove.run(space, key);
    return;
  }
  const policy = write.policy ?? bytesOf(statements.get.get(space, key)?.['policy']) ?? null;
  statements.put.run(space, key, value, policy, block, transaction);
}

/** A policy for a key that is not there is nothing. */
function setPolicy(
  statements: Statements,
  version: Version,
  { key, policy }: { readonly key: Uint8Array; readonly policy: Uint8Array },
): void {
  const now = valueOf(statements.get.get('', key));
  if (now !== undefined) put(statements, version, { space: '', key, value: now.value, policy });
}

function applyCollection(
  statements: Statements,
  version: Version,
  part: { readonly collection: string; readonly hashed: CollectionSet; readonly effects: Application },
): void {
  const { collection, hashed } = part;
  const values = new Map(
    part.effects.privateValues
      .filter((each) => each.collection === collection)
      .map((each) => [keyHashOf(each.key), each] as const),
  );
  for (const [keyHash, { valueHash }] of hashed.writes) {
    put(statements, version, { space: collection, key: Buffer.from(keyHash, 'hex'), value: valueHash });
    const found = values.get(keyHash);
    if (valueHash === undefined) {
      removePrivate(statements, collection, keyHash);
    } else if (found?.value !== undefined && isOf(found.value, valueHash)) {
      const key = Buffer.from(found.key);
      statements.putPrivate.run(collection, key, found.value, version.block, version.transaction);
      statements.nameKey.run(collection, keyHash, key);
    }
  }
}

function removePrivate(statements: Statements, collection: string, keyHash: string): void {
  const key = bytesOf(statements.keyNamed.get(collection, keyHash)?.['key']);
  if (key === undefined) return;
  statements.removePrivate.run(collection, key);
  statements.forgetKey.run(collection, keyHash);
}

function isOf(value: Uint8Array, valueHash: Uint8Array): boolean {
  return hash('sha256', value, 'buffer').equals(valueHash);
}

/** Row by row, so that a large state needs no more memory than a small one. */
function digestOf(statements: Statements): string {
  let digest = '';
  for (const source of [statements.everything, statements.everythingPrivate]) {
    for (const row of source.iterate()) {
      const columns = Object.values(row).map((column) =>
        column instanceof Uint8Array ? Buffer.from(column).toString('hex') : column,
      );
      digest = hash('sha256', `${digest}${JSON.stringify(columns)}`, 'hex');
    }
  }
  return digest;
}
