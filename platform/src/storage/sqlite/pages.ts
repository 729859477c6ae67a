import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Collection, Document, Page, Query, Stored } from '../port.ts';
import { collectPage } from '../queries.ts';
import type { Bound, QueryPlan, Stretch } from '../queries.ts';

/** Statements by their text; a handful for each query shape, so the cache never grows beyond the code. */
export type StatementCache = Map<string, StatementSync>;

interface Row {
  readonly key: string;
  readonly version: number;
  readonly value: string;
}

/** Runs a query along its index, each stretch of its plan as one statement. */
export function findPage<Value extends Document>(
  database: DatabaseSync,
  cache: StatementCache,
  request: { readonly collection: Collection<Value>; readonly query: Query },
): Promise<Page<Value>> {
  const { collection, query } = request;
  return collectPage(collection, query, (plan, stretch, atMost) => {
    const { text, values } = statementOf(collection.name, plan, stretch);
    let statement = cache.get(text);
    if (statement === undefined) cache.set(text, (statement = database.prepare(text)));
    const rows = statement.all(...values, atMost) as unknown as Row[];
    return Promise.resolve(
      rows.map((row): Stored<Value> => ({ key: row.key, version: row.version, value: JSON.parse(row.value) as Value })),
    );
  });
}

function statementOf(
  table: string,
  plan: QueryPlan,
  { equal, bound }: Stretch,
): { readonly text: string; readonly values: SQLInputValue[] } {
  const values: SQLInputValue[] = [];
  const conditions = plan.presentField === undefined ? [] : [`"${plan.presentField}" IS NOT NULL`];
  for (const [field, value] of equal) {
    conditions.push(value === null ? `"${field}" IS NULL` : `"${field}" = ?`);
    if (value !== null) values.push(value);
  }
  for (const [condition, value] of conditionsOf(bound)) {
    conditions.push(condition);
    if (value !== undefined) values.push(value);
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const order = plan.fields.map((field) => `"${field}" ${plan.isDescending ? 'DESC' : 'ASC'}`).join(', ');
  return { text: `SELECT key, version, value FROM "${table}"${where} ORDER BY ${order} LIMIT ?`, values };
}

const operators = { from: '>=', before: '<', above: '>', below: '<' } as const;

function conditionsOf(bound: Bound): [condition: string, value?: string | number][] {
  const found: [string, (string | number)?][] = bound.isPresent === true ? [[`"${bound.field}" IS NOT NULL`]] : [];
  for (const [name, operator] of Object.entries(operators)) {
    const value = bound[name as keyof typeof operators];
    if (value !== undefined) found.push([`"${bound.field}" ${operator} ?`, value]);
  }
  return found;
}
