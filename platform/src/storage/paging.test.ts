import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Thing } from './contract/site.ts';
import { things } from './contract/site.ts';
import { everyAt, everyOf, pagesOf } from './paging.ts';
import type { DocumentStore, Query, Reader } from './port.ts';
import { maxKeys, maxPage } from './port.ts';
import { createSqliteStore } from './sqlite/sqlite-store.ts';

const many = 2_500;
const byDay = { index: 'by_day', prefix: ['2026-11-24'] };
let store: DocumentStore;

beforeAll(async () => {
  store = createSqliteStore({ path: ':memory:', collections: [things] });
  await store.unitOfWork((tx) =>
    tx.insertMany(
      things,
      Array.from({ length: many }, (_, at) => thing(at)),
    ),
  );
  await store.unitOfWork((tx) => tx.insertMany(things, [thing(many, '2026-11-25')]));
});

afterAll(() => store.close());

function thing(at: number, day = '2026-11-24'): { key: string; value: Thing } {
  return { key: `${day}/${String(at).padStart(6, '0')}`, value: { day, kind: 'x', rank: at } };
}

/** A reader that notes the sizes that it is asked for. */
function noting(asked: Query[]): Pick<Reader, 'find'> {
  return {
    find: (collection, query) => {
      asked.push(query);
      return store.find(collection, query);
    },
  };
}

async function sizesOf(pages: AsyncIterable<readonly unknown[]>): Promise<number[]> {
  const sizes: number[] = [];
  for await (const page of pages) sizes.push(page.length);
  return sizes;
}

describe('a query read to its end', () => {
  it('gives every document once, in order, however many there are', async () => {
    const found = await everyOf(store, things, byDay);
    expect(found.map(({ value }) => value.rank)).toEqual(Array.from({ length: many }, (_, at) => at));
    const backwards = await everyOf(store, things, { ...byDay, order: 'descending', limit: 7 });
    expect(backwards.map(({ value }) => value.rank)).toEqual(found.map(({ value }) => value.rank).reverse());
  });

  it('reads pages of the size that was asked, the largest where none was, and none after the last', async () => {
    const asked: Query[] = [];
    expect(await sizesOf(pagesOf(noting(asked), things, byDay))).toEqual([maxPage, maxPage, 500]);
    expect(asked.map(({ limit }) => limit)).toEqual([maxPage, maxPage, maxPage]);
    expect(await sizesOf(pagesOf(store, things, { ...byDay, limit: 1_250 / 2 }))).toEqual([625, 625, 625, 625]);
  });

  it('keeps to the bounds of the query', async () => {
    const found = await everyOf(store, things, {
      index: 'key',
      from: '2026-11-24/000990',
      before: '2026-11-24/002010',
    });
    expect(found).toHaveLength(1_020);
    expect([found[0]?.value.rank, found.at(-1)?.value.rank]).toEqual([990, 2_009]);
  });

  it('has no page where nothing is found', async () => {
    expect(await sizesOf(pagesOf(store, things, { ...byDay, prefix: ['2026-01-01'] }))).toEqual([]);
  });

  it('reads no further than somebody goes', async () => {
    const asked: Query[] = [];
    for await (const page of pagesOf(noting(asked), things, { ...byDay, limit: 10 })) if (page.length > 0) break;
    expect(asked).toHaveLength(1);
  });

  it('goes on where it was when what it has read is changed or taken away', async () => {
    const seen: (number | undefined)[] = [];
    const last = { index: 'by_day', prefix: ['2026-11-25'], limit: 2 };
    await store.unitOfWork((tx) =>
      tx.insertMany(
        things,
        [1, 2, 3, 4].map((at) => thing(many + at, '2026-11-25')),
      ),
    );
    for await (const page of pagesOf(store, things, last)) {
      seen.push(...page.map(({ value }) => value.rank));
      await store.unitOfWork((tx) =>
        tx.removeMany(
          things,
          page.map(({ key }) => key),
        ),
      );
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map((at) => many + at));
  });
});

describe('documents at keys', () => {
  it('are found however many keys are asked for, and only those that are there', async () => {
    const there = Array.from({ length: many }, (_, at) => thing(at).key);
    const absent = Array.from({ length: maxKeys }, (_, at) => thing(at, '2026-01-01').key);
    const found = await everyAt(store, things, [...there.slice(0, 10), ...absent, ...there.slice(10)]);
    expect([...found.keys()].sort()).toEqual(there);
    expect(found.get(there[1_700] ?? '')?.value.rank).toBe(1_700);
  });
});
