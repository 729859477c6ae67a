import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { required } from '../../kernel/index.ts';
import { checkQuery, decodeCursor, encodeCursor, indexOf } from '../collections.ts';
import type { Collection, Document, Page, Query, Stored } from '../port.ts';

/** Statements by their text; a handful for each query shape, so the cache never grows beyond the code. */
export type StatementCache = Map<string, StatementSync>;

interface Row {
  readonly key: string;
  readonly version: number;
  readonly value: string;
}

/** Runs a query along its index: equality prefix, then a range, in the index's own order, from where the last page ended. */
export function findPage<Value extends Document>(
  database: DatabaseSync,
  cache: StatementCache,
  request: { readonly collection: Collection<Value>; readonly query: Query },
): Page<Value> {
  const { collection, query } = request;
  const { text, values } = statementOf(collection, query);
  let statement = cache.get(text);
  if (statement === undefined) cache.set(text, (statement = database.prepare(text)));
  const rows = statement.all(...values, query.limit + 1) as unknown as Row[];
  const items = rows
    .slice(0, query.limit)
    .map((row): Stored<Value> => ({ key: row.key, version: row.version, value: JSON.parse(row.value) as Value }));
  const last = items.at(-1);
  return rows.length > query.limit && last !== undefined
    ? { items, next: cursorAfter(collection, query, last) }
    : { items };
}

function cursorAfter(collection: Collection<Document>, query: Query, last: Stored<Document>): string {
  const fields = query.index === 'key' ? [] : indexOf(collection, query.index).fields;
  const value = last.value as Readonly<Record<string, string | number | null>>;
  return encodeCursor(
    query.index,
    fields.map((field) => value[field] ?? null),
    last.key,
  );
}

function statementOf(
  collection: Collection<Document>,
  query: Query,
): { readonly text: string; readonly values: SQLInputValue[] } {
  const { fields } = checkQuery(collection, query);
  const columns = [...fields.map((field) => `"${field}"`), 'key'];
  const prefix = query.prefix ?? [];
  const ranged = required(columns[prefix.length], 'field after the prefix');
  const isDescending = query.order === 'descending';
  const conditions = prefix.map((_, at) => `${required(columns[at], 'column')} = ?`);
  const values: SQLInputValue[] = [...prefix];
  if (query.from !== undefined) {
    conditions.push(`${ranged} >= ?`);
    values.push(query.from);
  }
  if (query.before !== undefined) {
    conditions.push(`${ranged} < ?`);
    values.push(query.before);
  }
  if (query.after !== undefined) {
    const cursor = decodeCursor(query.index, query.after);
    conditions.push(`(${columns.join(', ')}) ${isDescending ? '<' : '>'} (${columns.map(() => '?').join(', ')})`);
    values.push(...cursor.values, cursor.key);
  }
  const sparse = query.index !== 'key' && indexOf(collection, query.index).sparse === true;
  if (sparse) conditions.push(`${required(columns[0], 'column')} IS NOT NULL`);
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = columns.map((column) => `${column} ${isDescending ? 'DESC' : 'ASC'}`).join(', ');
  return { text: `SELECT key, version, value FROM "${collection.name}"${where} ORDER BY ${order} LIMIT ?`, values };
}
