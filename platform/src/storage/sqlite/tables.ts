import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { required } from '../../kernel/index.ts';
import { indexedFields, indexValues } from '../collections.ts';
import type { Collection, Document, IndexDefinition } from '../port.ts';

/**
 * A collection as a table: key, version, document text, and one column for each field that an index names, filled by us rather than
 * extracted by SQLite. Keys led by time live in a rowid table, where new documents go to its end.
 */
export interface Table {
  readonly collection: Collection<Document>;
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: readonly IndexDefinition[];
  readonly get: StatementSync;
  readonly insert: StatementSync;
  readonly replace: StatementSync;
  readonly remove: StatementSync;
}

/** Makes a collection's table, or brings one that an earlier version declared otherwise to what is declared now. */
export function createTable(database: DatabaseSync, collection: Collection<Document>): void {
  const columns = indexedFields(collection);
  const extra = columns.map((column) => `, "${column}"`).join('');
  database.exec(
    `CREATE TABLE IF NOT EXISTS "${collection.name}" (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL${extra}) ${isLean(collection) ? 'WITHOUT ROWID' : ''}`,
  );
  addColumns(database, collection.name, columns);
  const wanted = new Map(collection.indexes.map((index) => [`${collection.name}__${index.name}`, index]));
  for (const { name, text } of indexesOf(database, collection.name)) {
    const index = wanted.get(name);
    if (index !== undefined && text === indexText(collection.name, index)) wanted.delete(name);
    else database.exec(`DROP INDEX "${name}"`);
  }
  for (const index of wanted.values()) database.exec(indexText(collection.name, index));
}

/** Fields that an index names for the first time get their column, filled from the documents. */
function addColumns(database: DatabaseSync, table: string, columns: readonly string[]): void {
  const there = new Set(
    database
      .prepare(`PRAGMA table_info("${table}")`)
      .all()
      .map((column) => column['name']),
  );
  for (const column of columns.filter((name) => !there.has(name))) {
    database.exec(`ALTER TABLE "${table}" ADD COLUMN "${column}"`);
    database.exec(`UPDATE "${table}" SET "${column}" = json_extract(value, '$."${column}"')`);
  }
}

function indexesOf(database: DatabaseSync, table: string): { readonly name: string; readonly text: string }[] {
  const rows = database
    .prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`)
    .all(table);
  return rows.map((row) => ({ name: String(row['name']), text: String(row['sql']) }));
}

/** Empty documents (a seen key) are nothing but their key: one tree is enough. */
function isLean(collection: Collection<Document>): boolean {
  return collection.keys === 'time-led' && collection.indexes.length === 0 && collection.name.startsWith('seen_');
}

function indexText(table: string, index: IndexDefinition): string {
  const fields = index.fields.map((field) => `"${field}"`).join(', ');
  const where = index.sparse === true ? ` WHERE "${required(index.fields[0], 'field')}" IS NOT NULL` : '';
  const [kind, columns] = index.unique === true ? ['UNIQUE INDEX', fields] : ['INDEX', `${fields}, key`];
  return `CREATE ${kind} "${table}__${index.name}" ON "${table}" (${columns})${where}`;
}

/** Keys and documents are bound as the bytes of their text. */
const text = 'CAST(? AS TEXT)';

export function prepareTable(database: DatabaseSync, collection: Collection<Document>): Table {
  const columns = indexedFields(collection);
  const { name } = collection;
  const names = columns.map((column) => `, "${column}"`).join('');
  const marks = columns.map(() => ', ?').join('');
  const sets = columns.map((column) => `, "${column}" = ?`).join('');
  return {
    collection,
    name,
    columns,
    unique: collection.indexes.filter((index) => index.unique === true),
    get: database.prepare(`SELECT version, value FROM "${name}" WHERE key = ${text}`),
    insert: database.prepare(
      `INSERT INTO "${name}" (key, version, value${names}) VALUES (${text}, 1, ${text}${marks}) ON CONFLICT DO NOTHING`,
    ),
    replace: database.prepare(
      `UPDATE "${name}" SET version = version + 1, value = ${text}${sets} WHERE key = ${text} AND version = ?`,
    ),
    remove: database.prepare(`DELETE FROM "${name}" WHERE key = ${text}`),
  };
}

/** Values of the extra columns of a document. */
export function columnValues(table: Pick<Table, 'columns' | 'unique'>, value: Document): (string | number | null)[] {
  if (table.columns.length === 0) return [];
  for (const index of table.unique) indexValues(index, value);
  return indexValues({ name: '', fields: table.columns }, value) ?? [];
}
