import { required } from '../../kernel/index.ts';
import type { Thread } from '../../runtime/thread.ts';
import { checkCount, checkKey, documentText, indexedFields } from '../collections.ts';
import type { IndexValue } from '../collections.ts';
import type { Collection, Document, InsertAnswer, NewDocument, Query, Reader, Stored } from '../port.ts';
import type { TransactionCalls } from '../units.ts';
import { collectPage } from '../queries.ts';
import type { Engine } from './engine.ts';
import type { FoundRows, Rows } from './rows.ts';
import { columnValues } from './tables.ts';
import type { Table } from './tables.ts';
import { createTextPacker } from './texts.ts';

/** How an engine is asked, whichever thread it is in. */
export type Line = Thread<Engine>;

/** An engine of this thread; what it throws comes as a rejection, as from any other. */
export function directLine(engine: Engine): Line {
  return {
    call: (name, ...args) =>
      new Promise((resolve) => {
        resolve((engine[name] as (...given: typeof args) => never)(...args));
      }),
    isAlive: true,
    end: () => Promise.resolve(),
  };
}

/** Documents by way of an engine's rows: what is read is parsed here and what is written is made text here, so that only texts travel. */
export function readerOver(line: Line, collections: readonly Collection<Document>[]): Reader {
  const packer = createTextPacker();
  const known = new Map(collections.map((collection) => [collection.name, collection]));
  const declared = <Value extends Document>({ name }: Collection<Value>): Collection<Value> =>
    required(known.get(name), `collection ${name}`) as Collection<Value>;
  const getMany = async <Value extends Document>(collection: Collection<Value>, keys: readonly string[]) => {
    const { name } = declared(collection);
    if (keys.length === 0) return [];
    const found = await packer.lend(keys, (packed) => line.call('get', name, packed));
    return storedOf<Value>(
      found.places.map((place) => required(keys[place], 'key of a row')),
      found,
    );
  };
  return {
    get: async (collection, key) => (await getMany(collection, [key]))[0],
    async getMany<Value extends Document>(collection: Collection<Value>, keys: readonly string[]) {
      checkCount(keys.length);
      const found = new Map<string, Stored<Value>>();
      for (const stored of await getMany(collection, keys)) found.set(stored.key, stored);
      return found;
    },
    find: async <Value extends Document>(collection: Collection<Value>, query: Query) =>
      collectPage(declared(collection), query, async (plan, stretch, atMost) => {
        const found = await line.call('read', collection.name, plan, { stretch, atMost });
        return storedOf<Value>(found.keys, found);
      }),
  };
}

/**
 * What is written is let go once it is asked for: none of these may hold documents until they are carried out.
 * @param onWrite called before each write that is asked for, with the number of its documents
 */
export function transactionOver(
  line: Line,
  collections: readonly Collection<Document>[],
  onWrite: (documents: number) => void,
): TransactionCalls {
  const packer = createTextPacker();
  const shapes = new Map(collections.map((collection) => [collection.name, shapeOf(collection)]));
  const write = <Result>(
    { name }: Collection<Document>,
    documents: readonly NewDocument<Document>[],
    act: (rows: Rows) => Promise<Result>,
  ): Promise<Result> => {
    const { texts, columns } = rowsOf(required(shapes.get(name), `collection ${name}`), documents);
    onWrite(documents.length);
    return packer.lend(texts, (packed) => act({ texts: packed, columns }));
  };
  return {
    ...readerOver(line, collections),
    insertMany(collection, documents) {
      const count = documents.length;
      if (count === 0) return Promise.resolve([]);
      return write(collection, documents, (rows) => line.call('insert', collection.name, rows)).then((violated) =>
        Array.from({ length: count }, (_, at) => answerOf(violated?.[at] ?? null)),
      );
    },
    replaceMany(collection, documents) {
      if (documents.length === 0) return Promise.resolve();
      const versions = documents.map(({ version }) => version);
      return write(collection, documents, (rows) => line.call('replace', collection.name, rows, versions));
    },
    removeMany(collection, keys) {
      checkCount(keys.length);
      onWrite(keys.length);
      return packer.lend(keys, (packed) => line.call('remove', collection.name, packed));
    },
    async holdMany(collection, documents) {
      checkCount(documents.length);
      const versions = documents.map(({ version }) => version);
      const keys = documents.map(({ key }) => key);
      await packer.lend(keys, (packed) => line.call('hold', collection.name, packed, versions));
    },
  };
}

function answerOf(violated: string | null): InsertAnswer {
  return violated === null ? 'inserted' : { violates: violated };
}

function storedOf<Value extends Document>(keys: readonly string[], { versions, values }: FoundRows): Stored<Value>[] {
  const documents = JSON.parse(values) as Value[];
  return keys.map((key, at) => ({
    key,
    version: required(versions[at], 'version of a row'),
    value: required(documents[at], 'document of a row'),
  }));
}

/** Which fields of its documents stand in columns of their own. */
type Shape = Pick<Table, 'columns' | 'unique'>;

function shapeOf(collection: Collection<Document>): Shape {
  return { columns: indexedFields(collection), unique: collection.indexes.filter(({ unique }) => unique === true) };
}

/** Key and text of each document, one after the other. */
function rowsOf(
  shape: Shape,
  documents: readonly NewDocument<Document>[],
): { readonly texts: readonly string[]; readonly columns: readonly IndexValue[] } {
  checkCount(documents.length);
  const texts: string[] = [];
  for (const { key, value } of documents) {
    checkKey(key);
    texts.push(key, documentText(value));
  }
  return {
    texts,
    columns: shape.columns.length === 0 ? [] : documents.flatMap(({ value }) => columnValues(shape, value)),
  };
}
