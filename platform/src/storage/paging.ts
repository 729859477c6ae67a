import type { Collection, Cursor, Document, Page, Query, Reader, Stored } from './port.ts';
import { maxKeys, maxPage } from './port.ts';

/** A query that is read to its end; `limit` is the size of a page, the largest where it is absent. */
export type WholeQuery = Omit<Query, 'limit' | 'after'> & Partial<Pick<Query, 'limit'>>;

/**
 * Everything that a query finds, page by page in its order, with one page in memory at a time. Outside a unit of work each page is read when it is asked for: what is
 * written meanwhile behind the place that was reached is seen, what is written before it is not, and no document comes twice.
 */
export async function* pagesOf<Value extends Document>(
  reader: Pick<Reader, 'find'>,
  collection: Collection<Value>,
  query: WholeQuery,
): AsyncGenerator<readonly Stored<Value>[], void, undefined> {
  let after: Cursor | undefined;
  do {
    const asked: Query = { limit: maxPage, ...query, ...(after !== undefined && { after }) };
    const page: Page<Value> = await reader.find(collection, asked);
    if (page.items.length > 0) yield page.items;
    after = page.next;
  } while (after !== undefined);
}

/** Everything that a query finds, in its order: for sets that are bounded by what they are, such as a day's payments or a programme's days. */
export async function everyOf<Value extends Document>(
  reader: Pick<Reader, 'find'>,
  collection: Collection<Value>,
  query: WholeQuery,
): Promise<readonly Stored<Value>[]> {
  const items: Stored<Value>[] = [];
  for await (const page of pagesOf(reader, collection, query)) for (const item of page) items.push(item);
  return items;
}

/** The documents at so many keys, by key; found ones only, however many are asked for. */
export async function everyAt<Value extends Document>(
  reader: Pick<Reader, 'getMany'>,
  collection: Collection<Value>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Stored<Value>>> {
  const found = new Map<string, Stored<Value>>();
  for (let at = 0; at < keys.length; at += maxKeys)
    for (const [key, stored] of await reader.getMany(collection, keys.slice(at, at + maxKeys))) found.set(key, stored);
  return found;
}
