import type { mongo } from 'mongoose';
import { required } from '../../kernel/index.ts';
import { checkCount, indexValues } from '../collections.ts';
import { StorageConflict } from '../port.ts';
import type { Collection, Document, IndexDefinition, InsertAnswer, NewDocument, Replacement, Stored } from '../port.ts';
import type { TransactionCalls } from '../units.ts';
import { mongoReader, rowsOf } from './reading.ts';
import { pathOf, rowOf } from './rows.ts';
import type { Row, Shelf } from './rows.ts';

const duplicateKey = 11_000;

/** A transaction and the end of it. */
export interface MongoTransaction {
  readonly transaction: TransactionCalls;
  /** Waits for the call under way; what was asked for behind it and has not begun is not carried out. */
  readonly end: () => Promise<void>;
}

/**
 * The writing side of one transaction. MongoDB takes one command at a time in it, so calls made together go one after the other. A unit of work that fails by one of them
 * leaves the others behind: they must not reach the session, whose next transaction is another try.
 */
export function mongoTransaction(
  shelfOf: (collection: Collection<Document>) => Shelf,
  session: mongo.ClientSession,
): MongoTransaction {
  let last: Promise<unknown> = Promise.resolve();
  let hasEnded = false;
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(() => {
      if (hasEnded) throw new StorageConflict('the unit of work ended before this was carried out');
      return act();
    });
    last = turn.catch(() => undefined);
    return turn;
  };
  const reader = mongoReader(shelfOf, { session });
  const on = (collection: Collection<Document>): Place => ({ shelf: shelfOf(collection), session });
  return {
    transaction: {
      get: (collection, key) => inTurn(() => reader.get(collection, key)),
      getMany: (collection, keys) => inTurn(() => reader.getMany(collection, keys)),
      find: (collection, query) => inTurn(() => reader.find(collection, query)),
      insertMany: (collection, documents) => inTurn(() => insertMany(on(collection), documents)),
      replaceMany: (collection, documents) => inTurn(() => replaceMany(on(collection), documents)),
      removeMany: (collection, keys) => inTurn(() => removeMany(on(collection), keys)),
      holdMany: (collection, documents) => inTurn(() => holdMany(on(collection), documents)),
    },
    async end() {
      hasEnded = true;
      await last;
    },
  };
}

interface Place {
  readonly shelf: Shelf;
  readonly session: mongo.ClientSession;
}

/** A violation ends a transaction of MongoDB, so what is taken is looked up first; what another one takes meanwhile is a conflict. */
async function insertMany(place: Place, documents: readonly NewDocument<Document>[]): Promise<readonly InsertAnswer[]> {
  const { shelf, session } = place;
  checkCount(documents.length);
  const rows = documents.map(({ key, value }) => rowOf(shelf, { key, version: 1, value }));
  const taken = await takenEntries(place, rows, documents);
  const fresh: Row[] = [];
  const answers = documents.map(({ value }, at): InsertAnswer => {
    const row = required(rows[at], 'row');
    const entries = entriesOf(shelf, row._id, value);
    const violated = entries.find(({ entry }) => taken.has(entry));
    if (violated !== undefined) return { violates: violated.index };
    for (const { entry } of entries) taken.add(entry);
    fresh.push(row);
    return 'inserted';
  });
  if (fresh.length > 0) await conflicting(() => shelf.rows.insertMany(fresh, { ordered: true, session }));
  return answers;
}

/** A document's place in the primary index and in each unique one, as text. */
function entriesOf(
  { unique }: Shelf,
  key: string,
  value: Document,
): { readonly index: string; readonly entry: string }[] {
  const entries = [{ index: 'key', entry: entryOf('key', [key]) }];
  for (const index of unique) {
    const values = indexValues(index, value);
    if (values !== undefined) entries.push({ index: index.name, entry: entryOf(index.name, values) });
  }
  return entries;
}

function entryOf(index: string, values: readonly unknown[]): string {
  return JSON.stringify([index, ...values]);
}

async function takenEntries(
  { shelf, session }: Place,
  rows: readonly Row[],
  documents: readonly NewDocument<Document>[],
): Promise<Set<string>> {
  const keys = rows.map(({ _id }) => _id);
  const there = await rowsOf(shelf.rows, keys, { session, projection: { _id: 1 } });
  const taken = new Set(there.map(({ _id }) => entryOf('key', [_id])));
  for (const index of shelf.unique) {
    for (const { value } of documents) {
      const values = indexValues(index, value);
      if (values !== undefined && (await isTaken({ shelf, session }, index, values)))
        taken.add(entryOf(index.name, values));
    }
  }
  return taken;
}

async function isTaken(
  { shelf, session }: Place,
  { name, fields }: IndexDefinition,
  values: readonly (string | number | null)[],
): Promise<boolean> {
  const filter = Object.fromEntries(fields.map((field, at) => [pathOf(field), values[at]]));
  const row = await shelf.rows.findOne(filter as mongo.Filter<Row>, { session, hint: name, projection: { _id: 1 } });
  return row !== null;
}

/** Ordered, so that nothing is asked of a transaction that a violation has ended: it would answer like one that another try may save. */
async function replaceMany({ shelf, session }: Place, documents: readonly Replacement<Document>[]): Promise<void> {
  checkCount(documents.length);
  if (documents.length === 0) return;
  const operations = inFewCommands(shelf, documents).map(
    ({ key, version, value }): mongo.AnyBulkWriteOperation<Row> => {
      const row = rowOf(shelf, { key, version: version + 1, value });
      return version === 0
        ? { insertOne: { document: row } }
        : { replaceOne: { filter: { _id: key, version }, replacement: row } };
    },
  );
  const done = await conflicting(() => shelf.rows.bulkWrite(operations, { ordered: true, session }));
  if (done.insertedCount + done.matchedCount !== documents.length) throw notAsRead(shelf);
}

/** Each change from replacing to inserting is a command of its own; only where a unique value may be handed on does the order matter. */
function inFewCommands(
  { unique }: Shelf,
  documents: readonly Replacement<Document>[],
): readonly Replacement<Document>[] {
  if (unique.length > 0) return documents;
  return [...documents.filter(({ version }) => version > 0), ...documents.filter(({ version }) => version === 0)];
}

async function removeMany({ shelf, session }: Place, keys: readonly string[]): Promise<void> {
  checkCount(keys.length);
  if (keys.length === 0) return;
  const operations = keys.map((key) => ({ deleteOne: { filter: { _id: key } } }));
  await shelf.rows.bulkWrite(operations, { ordered: false, session });
}

/** Two transactions that only read a document both commit; to hold it is to write it. */
async function holdMany(
  { shelf, session }: Place,
  documents: readonly Pick<Stored<Document>, 'key' | 'version'>[],
): Promise<void> {
  checkCount(documents.length);
  if (documents.length === 0) return;
  const operations = documents.map(({ key, version }) => ({
    updateOne: { filter: { _id: key, version }, update: { $inc: { held: 1 } } },
  }));
  const { matchedCount } = await shelf.rows.bulkWrite(operations, { ordered: false, session });
  if (matchedCount !== documents.length) throw notAsRead(shelf);
}

function notAsRead({ collection }: Shelf): StorageConflict {
  return new StorageConflict(`a document of ${collection.name} is not at the version that was read`);
}

async function conflicting<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const isDuplicate = error instanceof Error && 'code' in error && error.code === duplicateKey;
    throw isDuplicate ? new StorageConflict('somebody else took a unique value', { cause: error }) : error;
  }
}
