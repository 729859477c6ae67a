import { describe, expect, it } from 'vitest';
import type { DocumentStore, Query } from '../port.ts';
import { maxKeys, maxPage } from '../port.ts';
import { byBytes, oddKeys, openingStores, things } from './site.ts';
import type { StorageEngine, Thing } from './site.ts';

/** Every page of a query, one after the other. */
async function allKeys(
  store: DocumentStore,
  query: Query,
  between?: (page: number) => Promise<void>,
): Promise<string[]> {
  const keys: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < 1_000; page += 1) {
    const found = await store.find(things, after === undefined ? query : { ...query, after });
    keys.push(...found.items.map(({ key }) => key));
    if (found.next === undefined) return keys;
    after = found.next;
    await between?.(page);
  }
  throw new Error(`the pages of ${JSON.stringify(query)} do not end`);
}

function insert(store: DocumentStore, documents: Readonly<Record<string, Thing>>): Promise<unknown> {
  return store.unitOfWork((tx) =>
    tx.insertMany(
      things,
      Object.entries(documents).map(([key, value]) => ({ key, value })),
    ),
  );
}

const ranked = Object.fromEntries(
  Array.from({ length: 25 }, (_, at): [string, Thing] => [
    `k${String(at).padStart(2, '0')}`,
    {
      day: `2026-01-0${String(1 + (at % 3))}`,
      kind: at % 2 === 0 ? 'even' : 'odd',
      ...(at % 5 !== 0 && { rank: at % 4 }),
    },
  ]),
);

/** What `ranked` gives by a query, by going through all of it: absent fields stand before all others. */
function expected(query: Query): string[] {
  const fields = query.index === 'key' ? [] : ['day', 'kind', 'rank'];
  const prefix = query.prefix ?? [];
  const bounded = fields[prefix.length] ?? 'key';
  const found = Object.entries(ranked)
    .map(([key, value]): Thing & { readonly key: string } => ({ ...value, key }))
    .filter((row) => prefix.every((value, at) => row[fields[at] ?? ''] === value))
    .filter((row) => isWithin(row[bounded] as string | number | undefined, query))
    .sort((first, second) => compareRows([...fields, 'key'], first, second))
    .map(({ key }) => key);
  return query.order === 'descending' ? found.reverse() : found;
}

function isWithin(value: string | number | undefined, { from, before }: Query): boolean {
  if (from === undefined && before === undefined) return true;
  return value !== undefined && (from === undefined || value >= from) && (before === undefined || value < before);
}

function compareRows(fields: readonly string[], first: Thing, second: Thing): number {
  for (const field of fields) {
    const [left, right] = [first[field], second[field]] as (string | number | undefined)[];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    return left < right ? -1 : 1;
  }
  return 0;
}

const queries: readonly Omit<Query, 'limit'>[] = [
  { index: 'key' },
  { index: 'key', from: 'k05', before: 'k15' },
  { index: 'key', from: 'k05\u0000' },
  { index: 'by_day' },
  { index: 'by_day', from: '2026-01-02' },
  { index: 'by_day', before: '2026-01-03' },
  { index: 'by_day', prefix: ['2026-01-02'] },
  { index: 'by_day', prefix: ['2026-01-02'], from: 'odd' },
  { index: 'by_day', prefix: ['2026-01-01', 'even'] },
  { index: 'by_day', prefix: ['2026-01-01', 'even'], from: 1, before: 3 },
  { index: 'by_day', prefix: ['2026-01-01', 'even', 2] },
  { index: 'by_day', prefix: ['2025-01-01'] },
];

export function describeReading(engine: StorageEngine): void {
  const open = openingStores(engine);

  describe('reading', () => {
    it('gets one document, or none, and the found ones of many keys', async () => {
      const { store } = await open();
      await insert(store, { a: { kind: 'x' }, b: {} });
      expect(await store.get(things, 'a')).toEqual({ key: 'a', version: 1, value: { kind: 'x' } });
      expect(await store.get(things, 'c')).toBeUndefined();
      const found = await store.getMany(things, ['c', 'b', 'a', 'b']);
      expect([...found].sort()).toEqual([
        ['a', { key: 'a', version: 1, value: { kind: 'x' } }],
        ['b', { key: 'b', version: 1, value: {} }],
      ]);
      expect(await store.getMany(things, [])).toEqual(new Map());
    });

    it.each(['ascending', 'descending'] as const)(
      'finds along every shape of query, %s, whatever the size of a page',
      async (order) => {
        const { store } = await open();
        await insert(store, ranked);
        for (const query of queries) {
          const wanted = expected({ ...query, order, limit: 1 });
          for (const limit of [1, 4, 1_000])
            expect(await allKeys(store, { ...query, order, limit }), JSON.stringify({ ...query, limit })).toEqual(
              wanted,
            );
        }
      },
    );

    it('leaves documents without the first field out of a sparse index, and keeps it up as they change', async () => {
      const { store } = await open();
      await insert(store, { a: { openAt: 3 }, b: {}, c: { openAt: 1 }, d: { openAt: 2 } });
      expect(await allKeys(store, { index: 'open', limit: 2 })).toEqual(['c', 'd', 'a']);
      expect(await allKeys(store, { index: 'open', limit: 2, order: 'descending' })).toEqual(['a', 'd', 'c']);
      await store.unitOfWork(async (tx) => {
        await tx.replaceMany(things, [
          { key: 'c', version: 1, value: {} },
          { key: 'b', version: 1, value: { openAt: 9 } },
        ]);
        await tx.removeMany(things, ['d']);
      });
      expect(await allKeys(store, { index: 'open', limit: 2 })).toEqual(['a', 'b']);
      expect(await allKeys(store, { index: 'open', limit: 5, from: 3, before: 9 })).toEqual(['a']);
    });

    it('neither skips nor repeats while others insert before and behind the cursor', async () => {
      const { store } = await open();
      await insert(store, ranked);
      const before = expected({ index: 'by_day', limit: 1 });
      const keys = await allKeys(store, { index: 'by_day', limit: 3 }, (page) =>
        insert(store, {
          [`early${String(page)}`]: { day: '2025-12-31', kind: 'a', rank: page },
          [`late${String(page)}`]: { day: '2026-02-01', kind: 'a', rank: page },
          [`lacking${String(page)}`]: {},
        }).then(() => undefined),
      );
      expect(keys.filter((key) => key.startsWith('k'))).toEqual(before);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => key.startsWith('late')).length).toBeGreaterThan(0);
    });

    it('keeps keys and texts in the order of their bytes, whatever they hold', async () => {
      const { store } = await open();
      await insert(store, Object.fromEntries(oddKeys.map((key) => [`${key}!`, { day: key, code: key }])));
      const wanted = [...oddKeys].sort(byBytes);
      expect(await allKeys(store, { index: 'key', limit: 2 })).toEqual(oddKeys.map((key) => `${key}!`).sort(byBytes));
      expect(await allKeys(store, { index: 'by_day', limit: 2 })).toEqual(wanted.map((key) => `${key}!`));
      for (const key of oddKeys) {
        expect((await store.get(things, `${key}!`))?.value.code, JSON.stringify(key)).toBe(key);
        expect(await allKeys(store, { index: 'by_day', prefix: [key], limit: 1 })).toEqual([`${key}!`]);
      }
    });

    it('has a limit on keys and pages', async () => {
      const { store } = await open();
      await insert(store, ranked);
      const keys = Array.from({ length: maxKeys }, (_, at) => `k${String(at).padStart(2, '0')}`);
      expect((await store.getMany(things, keys)).size).toBe(25);
      await expect(store.getMany(things, [...keys, 'one more'])).rejects.toThrow('at most 10000 keys');
      expect((await store.find(things, { index: 'key', limit: maxPage })).items).toHaveLength(25);
      for (const limit of [0, 1.5, maxPage + 1])
        await expect(store.find(things, { index: 'key', limit })).rejects.toThrow('limit of a query');
    });

    it('refuses what was not declared: an index, more fields than it has, a collection', async () => {
      const { store } = await open();
      await expect(store.find(things, { index: 'by_rank', limit: 1 })).rejects.toThrow('no such index');
      await expect(store.find(things, { index: 'key', prefix: ['a'], limit: 1 })).rejects.toThrow('more fields');
      const deep = { index: 'by_day', prefix: ['2026-01-01', 'even', 1], from: 1, limit: 1 };
      await expect(store.find(things, deep)).rejects.toThrow('more fields');
      const other = { name: 'others', keys: 'time-led', indexes: [] } as const;
      await expect(store.get(other, 'a')).rejects.toThrow('others');
      const widened = {
        ...things,
        indexes: [...things.indexes, { name: 'by_rank', fields: ['rank'], exception: 'a test' }],
      };
      await expect(store.find(widened, { index: 'by_rank', limit: 1 })).rejects.toThrow('no such index');
    });

    it('refuses a cursor of another query, and one that nobody gave', async () => {
      const { store } = await open();
      await insert(store, ranked);
      const { next = '' } = await store.find(things, { index: 'by_day', prefix: ['2026-01-01'], limit: 1 });
      const forged = Buffer.from('["x"]').toString('base64url');
      const others: Query[] = [
        { index: 'key', limit: 1, after: next },
        { index: 'by_day', limit: 1, after: next },
        { index: 'by_day', prefix: ['2026-01-02'], limit: 1, after: next },
        { index: 'by_day', prefix: ['2026-01-01'], order: 'descending', limit: 1, after: next },
        ...['', 'x', '%%%', forged, `${next}A`].map((after) => ({
          index: 'by_day',
          prefix: ['2026-01-01'],
          limit: 1,
          after,
        })),
      ];
      for (const query of others)
        await expect(store.find(things, query), JSON.stringify(query)).rejects.toThrow('STORAGE_CURSOR_INVALID');
    });

    it('keeps a rough count and says that it is writable', async () => {
      const { store } = await open();
      await insert(store, ranked);
      expect(await store.approximateCount(things)).toBe(25);
      expect(await store.health()).toMatchObject({ writable: true });
    });
  });
}
