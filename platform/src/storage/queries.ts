import { hash } from 'node:crypto';
import { assert, required } from '../kernel/index.ts';
import { indexOf, indexValues } from './collections.ts';
import type { IndexValue } from './collections.ts';
import type { Collection, Document, IndexDefinition, Page, Query, Stored } from './port.ts';
import { maxPage } from './port.ts';
import { refuseStorage } from './refusals.ts';

/** Bounds on one field: `from` and `above` from below, `before` and `below` from above; `isPresent` leaves out documents that lack it. */
export interface Bound {
  readonly field: string;
  readonly from?: string | number;
  readonly before?: string | number;
  readonly above?: string | number;
  readonly below?: string | number;
  readonly isPresent?: true;
}

/** A stretch of an index: fields that are equal (null: absent), then one that is bounded. An engine reads it from end to end, in the order of the plan. */
export interface Stretch {
  readonly equal: readonly (readonly [field: string, value: IndexValue])[];
  readonly bound: Bound;
}

/** A checked query as stretches of its index, one after the other: what an adapter runs until it has enough. */
export interface QueryPlan {
  /** Order of the index, with `key` as the last: no two documents are equal in it. */
  readonly fields: readonly string[];
  readonly isDescending: boolean;
  /** The field that every document has that stands in a sparse index. */
  readonly presentField?: string;
  readonly stretches: readonly Stretch[];
}

/**
 * Checks a query against its declaration (a query without an index does not exist) and lays it out. After a cursor the rest of an index is several stretches: the same
 * values in all fields but the last and beyond it there, then the same in all but the last two, and so on; each of them is one seek.
 */
export function planQuery(collection: Collection<Document>, query: Query): QueryPlan {
  const asked = checkQuery(collection, query);
  const { fields, presentField } = asked;
  const prefix = query.prefix ?? [];
  const whole: Stretch = {
    equal: prefix.map((value, at) => [required(fields[at], 'field'), value]),
    bound: boundsOf(query, required(fields[prefix.length], 'field after the prefix')),
  };
  const rest = query.after === undefined ? [whole] : stretchesAfter(whole, asked);
  const stretches = rest.filter(
    ({ equal }) => !equal.some(([field, value]) => field === presentField && value === null),
  );
  const isDescending = query.order === 'descending';
  return { fields, isDescending, stretches, ...(presentField !== undefined && { presentField }) };
}

/** The primary key asked as an index: no fields but the key itself. */
const primary: IndexDefinition = { name: 'key', fields: [] };

function checkQuery(collection: Collection<Document>, query: Query): Asked {
  const { limit, prefix = [] } = query;
  assert(Number.isInteger(limit) && limit >= 1 && limit <= maxPage, `limit of a query is 1 to ${String(maxPage)}`);
  const index = query.index === 'key' ? primary : indexOf(collection, query.index);
  const isBounded = query.from !== undefined || query.before !== undefined;
  const most = index === primary ? 0 : index.fields.length - (isBounded ? 1 : 0);
  assert(prefix.length <= most, `more fields asked than ${query.index} has`);
  const presentField = index.sparse === true ? index.fields[0] : undefined;
  return { collection, query, fields: [...index.fields, 'key'], presentField };
}

function boundsOf({ from, before }: Query, field: string): Bound {
  return { field, ...(from !== undefined && { from }), ...(before !== undefined && { before }) };
}

interface Asked {
  readonly collection: Collection<Document>;
  readonly query: Query;
  readonly fields: readonly string[];
  readonly presentField: string | undefined;
}

function stretchesAfter(whole: Stretch, { collection, query, fields }: Asked): Stretch[] {
  const position = decodeCursor(collection, query, fields.length);
  const stretches: Stretch[] = [];
  const first = whole.equal.length;
  for (let at = fields.length - 1; at >= first; at -= 1) {
    const same = fields.slice(first, at).map((field, offset) => [field, position[first + offset] ?? null] as const);
    const bound = at === first ? whole.bound : { field: required(fields[at], 'field') };
    const equal = [...whole.equal, ...same];
    stretches.push(...beyond({ equal, bound }, position[at] ?? null, query.order === 'descending'));
  }
  return stretches;
}

/** What stands beyond a value, in order; a document that lacks the field stands before all others. */
function beyond({ equal, bound }: Stretch, value: IndexValue, isDescending: boolean): Stretch[] {
  if (!isDescending)
    return [{ equal, bound: value === null ? { ...bound, isPresent: true } : { ...bound, above: value } }];
  if (value === null) return [];
  const below = { equal, bound: { ...bound, below: value } };
  const isBounded = bound.from !== undefined || bound.before !== undefined;
  return isBounded || bound.field === 'key'
    ? [below]
    : [below, { equal: [...equal, [bound.field, null]], bound: { field: 'key' } }];
}

/** Runs a plan's stretches until the page is full. `read` gives at most so many documents of one stretch, in order. */
export async function collectPage<Value extends Document>(
  collection: Collection<Value>,
  query: Query,
  read: (plan: QueryPlan, stretch: Stretch, atMost: number) => Promise<readonly Stored<Value>[]>,
): Promise<Page<Value>> {
  const plan = planQuery(collection, query);
  const found: Stored<Value>[] = [];
  for (const stretch of plan.stretches) {
    if (found.length > query.limit) break;
    found.push(...(await read(plan, stretch, query.limit + 1 - found.length)));
  }
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return found.length > query.limit && last !== undefined
    ? { items, next: encodeCursor(collection, query, last) }
    : { items };
}

/** A cursor is the query's name and the last document's values in its index, key last. */
function encodeCursor(collection: Collection<Document>, query: Query, last: Stored<Document>): string {
  const { fields } = query.index === 'key' ? primary : indexOf(collection, query.index);
  const values = indexValues({ name: query.index, fields }, last.value) ?? [];
  return Buffer.from(JSON.stringify([queryName(collection, query), ...values, last.key])).toString('base64url');
}

function queryName(collection: Collection<Document>, { index, prefix = [], order = 'ascending' }: Query): string {
  return hash('sha256', JSON.stringify([collection.name, index, prefix, order]), 'base64url').slice(0, 12);
}

function decodeCursor(collection: Collection<Document>, query: Query, length: number): IndexValue[] {
  const [name, ...values] = parseCursor(required(query.after, 'cursor'));
  const isOurs = name === queryName(collection, query) && values.length === length && typeof values.at(-1) === 'string';
  if (!isOurs || !values.every(isIndexValue)) throw refuseStorage('STORAGE_CURSOR_INVALID', { field: 'cursor' });
  return values;
}

function isIndexValue(value: unknown): value is IndexValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function parseCursor(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    throw refuseStorage('STORAGE_CURSOR_INVALID', { field: 'cursor' }, error);
  }
}
