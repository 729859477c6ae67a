import type { mongo } from 'mongoose';
import { checkKey, documentText, indexedFields, indexValues } from '../collections.ts';
import type { IndexValue } from '../collections.ts';
import type { Collection, Document, IndexDefinition, Stored } from '../port.ts';

/**
 * A document as MongoDB keeps it: its JSON text, so that it comes back to the letter (docs/adr/0004-two-stores-one-contract.md), and beside it, as fields, what an index
 * names. Fields that the document lacks are left out there.
 */
export interface Row {
  readonly _id: string;
  readonly version: number;
  readonly by?: Readonly<Record<string, string | number>>;
  readonly value: string;
  /** Counts the units of work that held the document without changing it. */
  readonly held?: number;
}

export type Rows = mongo.Collection<Row>;

/** A declared collection and where its documents stand. */
export interface Shelf {
  readonly collection: Collection<Document>;
  readonly fields: readonly string[];
  readonly unique: readonly IndexDefinition[];
  readonly rows: Rows;
}

export function shelfOf(collection: Collection<Document>, rows: Rows): Shelf {
  const unique = collection.indexes.filter((index) => index.unique === true);
  return { collection, fields: indexedFields(collection), unique, rows };
}

/** Where a field of an index, or the key, stands in a row. */
export function pathOf(field: string): string {
  return field === 'key' ? '_id' : `by.${field}`;
}

export function rowOf(
  { fields, unique }: Shelf,
  { key, version, value }: { readonly key: string; readonly version: number; readonly value: Document },
): Row {
  checkKey(key);
  const text = documentText(value);
  for (const index of unique) indexValues(index, value);
  const values = indexValues({ name: 'any', fields }, value) ?? [];
  const by = presentOf(fields, values);
  return { _id: key, version, ...(by !== undefined && { by }), value: text };
}

function presentOf(fields: readonly string[], values: readonly IndexValue[]): Row['by'] {
  const present = fields.flatMap((field, at): [string, string | number][] => {
    const value = values[at] ?? null;
    return value === null ? [] : [[field, value]];
  });
  return present.length === 0 ? undefined : Object.fromEntries(present);
}

export function storedOf<Value extends Document>({
  _id,
  version,
  value,
}: Pick<Row, '_id' | 'version' | 'value'>): Stored<Value> {
  return { key: _id, version, value: JSON.parse(value) as Value };
}
