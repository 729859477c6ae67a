import { Schema } from 'mongoose';
import type { Connection, IndexOptions } from 'mongoose';
import type { Collection, Document, IndexDefinition } from '../port.ts';
import { fillFields } from './filling.ts';
import { readMark, writeMark } from './marks.ts';
import { pathOf, shelfOf } from './rows.ts';
import type { Row, Rows, Shelf } from './rows.ts';
import { required } from '../../kernel/index.ts';

/** Makes collections and indexes as they are declared now; an index that is declared no more, or otherwise, goes. */
export async function openShelves(
  connection: Connection,
  collections: readonly Collection<Document>[],
): Promise<ReadonlyMap<string, Shelf>> {
  const marked = await readMark(connection);
  const shelves = new Map<string, Shelf>();
  for (const collection of collections) {
    const model = connection.model<Row>(collection.name, schemaOf(collection));
    await model.createCollection();
    // Rows are ours and checked before they get here: casting and hydrating each of a thousand would double what a batch costs.
    const shelf = shelfOf(collection, model.collection as unknown as Rows);
    const there = marked.get(collection.name);
    if (there !== undefined && shelf.fields.some((field) => !there.includes(field))) await fillFields(shelf);
    await model.syncIndexes();
    shelves.set(collection.name, shelf);
  }
  await writeMark(connection, shelves);
  return shelves;
}

function schemaOf(collection: Collection<Document>): Schema<Row> {
  const schema = new Schema<Row>(
    { _id: String, version: Number, by: Schema.Types.Mixed, value: String, held: Number },
    { collection: collection.name, versionKey: false, autoCreate: false, autoIndex: false },
  );
  for (const index of collection.indexes) schema.index(...indexOf(index));
  return schema;
}

/** The key stands behind the fields, so that a page may begin anywhere between two documents; a unique index is unambiguous without. */
function indexOf({ name, fields, unique, sparse }: IndexDefinition): [Record<string, 1>, IndexOptions] {
  const isUnique = unique === true;
  const paths = [...fields, ...(isUnique ? [] : ['key'])].map((field): [string, 1] => [pathOf(field), 1]);
  const first = pathOf(required(fields[0], 'field'));
  return [
    Object.fromEntries(paths),
    {
      name,
      ...(isUnique && { unique: true }),
      ...(sparse === true && { partialFilterExpression: { [first]: { $exists: true } } }),
    },
  ];
}
