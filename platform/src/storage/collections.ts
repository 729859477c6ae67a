import { assert } from '../kernel/index.ts';
import type { Collection, Document, IndexDefinition } from './port.ts';
import { maxDocumentCharacters, maxKeyCharacters, maxKeys } from './port.ts';

const namePattern = /^[a-z][a-z0-9_]{0,40}$/;
const timeField = /(At|On)$|^day$/;

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

/** Every field that an index of the collection names, once. */
export function indexedFields({ indexes }: Collection<Document>): string[] {
  return [...new Set(indexes.flatMap(({ fields }) => fields))];
}

export type IndexValue = string | number | null;

/** Values of an index's fields in a document, null where one is absent; undefined where a sparse index leaves the document out. */
export function indexValues(index: IndexDefinition, value: Document): IndexValue[] | undefined {
  const fields = value as Readonly<Record<string, unknown>>;
  const values = index.fields.map((field) => indexValue(index, fields[field]));
  if (index.sparse === true && values[0] === null) return undefined;
  assert(index.unique !== true || !values.includes(null), `a unique index has all of its fields: ${index.name}`);
  return values;
}

function indexValue({ name }: IndexDefinition, found: unknown): IndexValue {
  if (found === undefined) return null;
  assert(typeof found === 'string' || typeof found === 'number', `an indexed field is a text or a number: ${name}`);
  return found;
}

/** Refuses a call with more keys than the port allows. */
export function checkCount(count: number): void {
  assert(count <= maxKeys, `at most ${String(maxKeys)} keys a call`);
}

/** Refuses a key that an engine could not keep as it is. */
export function checkKey(key: string): void {
  assert(key.length > 0 && key.length <= maxKeyCharacters, `a key has 1 to ${String(maxKeyCharacters)} characters`);
  assert(key.isWellFormed(), 'a key is well-formed text');
}

/** A document's JSON text; refuses what is too large for any engine. */
export function documentText(value: Document): string {
  const text = JSON.stringify(value);
  assert(text.length <= maxDocumentCharacters, `a document has at most ${String(maxDocumentCharacters)} characters`);
  return text;
}
