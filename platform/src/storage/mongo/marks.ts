import type { Connection } from 'mongoose';
import { required } from '../../kernel/index.ts';
import { checkSchemaVersion, schemaVersion } from '../schema.ts';
import type { Shelf } from './rows.ts';

/** 库标: what wrote this database last, and which fields its rows carry for indexes. */
interface SchemaMark {
  readonly _id: 'schema';
  readonly version: number;
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Begins with a capital, as no collection that is declared does. */
export const markCollection = 'StoreMarks';
const id = 'schema' as const;

/** Refuses a database that a newer version wrote; gives the fields that rows of each collection carry already. */
export async function readMark(connection: Connection): Promise<ReadonlyMap<string, readonly string[]>> {
  const mark = await marksOf(connection).findOne({ _id: id });
  if (mark === null) return new Map();
  checkSchemaVersion(mark.version);
  return new Map(Object.entries(mark.fields));
}

export async function writeMark(connection: Connection, shelves: ReadonlyMap<string, Shelf>): Promise<void> {
  const fields = Object.fromEntries([...shelves].map(([name, shelf]) => [`fields.${name}`, shelf.fields]));
  await marksOf(connection).updateOne({ _id: id }, { $set: { version: schemaVersion, ...fields } }, { upsert: true });
}

function marksOf(connection: Connection) {
  return required(connection.db, 'database').collection<SchemaMark>(markCollection);
}
