import type { mongo } from 'mongoose';
import { checkCount } from '../collections.ts';
import type { Collection, Document, Query, Reader, Stored } from '../port.ts';
import { collectPage } from '../queries.ts';
import type { Bound, QueryPlan, Stretch } from '../queries.ts';
import { pathOf, storedOf } from './rows.ts';
import type { Row, Rows, Shelf } from './rows.ts';

/** Keys of one lookup. More in one command save round trips; servers that look through the list for each key pay for it by the square. */
const keysPerLookup = 50;
const content = { _id: 1, version: 1, value: 1 } as const;

/** What a read goes by: in a transaction its session, else what the connection says. */
export interface Reading {
  readonly session?: mongo.ClientSession;
}

export function mongoReader(shelfOf: (collection: Collection<Document>) => Shelf, reading: Reading): Reader {
  return {
    async get<Value extends Document>(collection: Collection<Value>, key: string) {
      const row = await shelfOf(collection).rows.findOne({ _id: key }, { ...reading, projection: content });
      return row === null ? undefined : storedOf<Value>(row);
    },
    async getMany<Value extends Document>(collection: Collection<Value>, keys: readonly string[]) {
      checkCount(keys.length);
      const found = new Map<string, Stored<Value>>();
      const { rows } = shelfOf(collection);
      for (const row of await rowsOf(rows, keys, { ...reading, projection: content }))
        found.set(row._id, storedOf<Value>(row));
      return found;
    },
    find: async (collection, query) => {
      const shelf = shelfOf(collection);
      return collectPage(shelf.collection as typeof collection, query, async (plan, stretch, atMost) => {
        const options = { ...reading, projection: content, ...alongIndex(shelf, { query, plan }) };
        const found = shelf.rows.find(filterOf(plan, stretch), { ...options, limit: atMost, batchSize: atMost });
        return (await found.toArray()).map((row) => storedOf(row));
      });
    },
  };
}

/** The rows of keys, a bounded number in each command. */
export async function rowsOf(
  rows: Rows,
  keys: readonly string[],
  options: mongo.FindOptions & Reading,
): Promise<mongo.WithId<Row>[]> {
  const found: mongo.WithId<Row>[] = [];
  const wanted = [...new Set(keys)];
  for (let from = 0; from < wanted.length; from += keysPerLookup) {
    const some = wanted.slice(from, from + keysPerLookup);
    found.push(...(await rows.find({ _id: { $in: some } }, { ...options, batchSize: keysPerLookup + 1 }).toArray()));
  }
  return found;
}

/** Order and index are told, so that a query is never answered by going through a collection; by the key there is but one way. */
function alongIndex(
  { unique }: Shelf,
  { query, plan }: { readonly query: Query; readonly plan: QueryPlan },
): { readonly hint?: string; readonly sort: [string, mongo.SortDirection][] } {
  const isUnique = unique.some(({ name }) => name === query.index);
  // No two documents are equal in a unique index: it needs no key behind its fields, and has none.
  const fields = isUnique ? plan.fields.filter((field) => field !== 'key') : plan.fields;
  const direction = plan.isDescending ? -1 : 1;
  const hint = query.index === 'key' ? {} : { hint: query.index };
  return { ...hint, sort: fields.map((field) => [pathOf(field), direction]) };
}

type Condition = Readonly<Record<string, string | number | boolean | null>>;

function filterOf({ presentField }: QueryPlan, { equal, bound }: Stretch): mongo.Filter<Row> {
  const conditions: [path: string, condition: Condition][] = [
    ...(presentField === undefined ? [] : [[pathOf(presentField), { $exists: true }] as [string, Condition]]),
    ...equal.map(([field, value]): [string, Condition] => [pathOf(field), { $eq: value }]),
    ...conditionsOf(bound).map((condition): [string, Condition] => [pathOf(bound.field), condition]),
  ];
  if (conditions.length === 0) return {};
  return { $and: conditions.map(([path, condition]) => ({ [path]: condition })) };
}

const operators = { from: '$gte', before: '$lt', above: '$gt', below: '$lt' } as const;

function conditionsOf(bound: Bound): Condition[] {
  const found: Condition[] = bound.isPresent === true ? [{ $exists: true }] : [];
  for (const [name, operator] of Object.entries(operators)) {
    const value = bound[name as keyof typeof operators];
    if (value !== undefined) found.push({ [operator]: value });
  }
  return found;
}
