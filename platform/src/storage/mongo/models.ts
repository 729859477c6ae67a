import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import type { Collection, Document } from '../port.ts';
import { fillFields } from './filling.ts';
import { keepIndexes } from './indexes.ts';
import { readMark, writeMark } from './marks.ts';
import { shelfOf } from './rows.ts';
import type { Row, Rows, Shelf } from './rows.ts';

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
    await keepIndexes(shelf);
    shelves.set(collection.name, shelf);
  }
  await writeMark(connection, shelves);
  return shelves;
}

function schemaOf(collection: Collection<Document>): Schema<Row> {
  return new Schema<Row>(
    { _id: String, version: Number, by: Schema.Types.Mixed, value: String, held: Number },
    { collection: collection.name, versionKey: false, autoCreate: false, autoIndex: false },
  );
}
