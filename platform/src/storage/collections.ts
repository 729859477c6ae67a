import { assert } from '../kernel/index.ts';
import type { Collection, Document, IndexDefinition, Query } from './port.ts';
import { refuseStorage } from './refusals.ts';

const namePattern = /^[a-z][a-z0-9_]{0,40}$/;
const timeField = /(At|On)$|^day$/;
const maxLimit = 1_000;

/** Refuses declarations that would slow a city down or cannot be kept: an index that does not begin with time and gives no reason, a name used twice. */
export function checkCollections(collections: readonly Collection<Document>[]): void {
  const names = new Set<string>();
  for (const { name, indexes } of collections) {
    assert(namePattern.test(name), `collection name: ${name}`);
    assert(!names.has(name), `collection declared twice: ${name}`);
    names.add(name);
    for (const index of indexes) checkIndex(name, index);
  }
}

function checkIndex(collection: string, { name, fields, exception }: IndexDefinition): void {
  const where = `${collection}.${name}`;
  assert(namePattern.test(name) && name !== 'key', `index name: ${where}`);
  assert(fields.length > 0 && fields.every((field) => /^[A-Za-z]{1,40}$/.test(field)), `index fields: ${where}`);
  const leads = fields[0] !== undefined && timeField.test(fields[0]);
  assert(leads || (exception?.length ?? 0) > 0, `an index begins with a day or an instant, or says why not: ${where}`);
}

export function indexOf(collection: Collection<Document>, name: string): IndexDefinition {
  const found = collection.indexes.find((index) => index.name === name);
  assert(found !== undefined, `no such index: ${collection.name}.${name}`);
  return found;
}

/** Checks a query against its declaration; a query without an index does not exist. */
export function checkQuery(collection: Collection<Document>, query: Query): { readonly fields: readonly string[] } {
  assert(query.limit >= 1 && query.limit <= maxLimit, `limit of a query is 1 to ${String(maxLimit)}`);
  if (query.index === 'key') {
    assert((query.prefix?.length ?? 0) === 0, 'the primary key has bounds, not a prefix');
    return { fields: [] };
  }
  const { fields } = indexOf(collection, query.index);
  const used = (query.prefix?.length ?? 0) + (query.from === undefined && query.before === undefined ? 0 : 1);
  assert(used <= fields.length, `more fields asked than ${collection.name}.${query.index} has`);
  return { fields };
}

/** Values of an index's fields in a document; undefined where a sparse index leaves it out. */
export function indexValues(index: IndexDefinition, value: Document): (string | number | null)[] | undefined {
  const fields = value as Readonly<Record<string, unknown>>;
  const values = index.fields.map((field) => {
    const found = fields[field];
    return typeof found === 'string' || typeof found === 'number' ? found : null;
  });
  return index.sparse === true && values[0] === null ? undefined : values;
}

/** A cursor is the last document's index values and key; bound to its index. */
export function encodeCursor(index: string, values: readonly (string | number | null)[], key: string): string {
  return Buffer.from(JSON.stringify([index, values, key])).toString('base64url');
}

export function decodeCursor(
  index: string,
  cursor: string,
): { readonly values: (string | number)[]; readonly key: string } {
  const parsed = parseCursor(cursor);
  const [name, values, key] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  const isOurs = name === index && typeof key === 'string' && Array.isArray(values) && values.every(isIndexValue);
  if (!isOurs) throw refuseStorage('STORAGE_CURSOR_INVALID', { field: 'cursor' });
  return { values, key };
}

function isIndexValue(value: unknown): value is string | number {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (error) {
    throw refuseStorage('STORAGE_CURSOR_INVALID', { field: 'cursor' }, error);
  }
}
