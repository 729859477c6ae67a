import { describe, expect, it } from 'vitest';
import type { InsertAnswer, NewDocument, Replacement } from '../port.ts';
import { maxDocumentCharacters, maxKeys, StorageConflict } from '../port.ts';
import { counters, oddKeys, openingStores, things } from './site.ts';
import type { StorageEngine, Thing } from './site.ts';

/** Documents that JSON can say and a database may trip over. */
const oddDocuments: readonly Thing[] = [
  {},
  { empty: '', nothing: null, yes: true, list: [], nested: {} },
  { amountFen: '9007199254740993', large: 2 ** 53, tiny: 5e-324, negative: -1.5, exponent: 1e300 },
  { $set: { a: 1 }, 'a.b': 1, '': 2, 'a\u0000b': 3, _id: 'x', _v: 7, version: 9, key: 'k' },
  JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "toJSON": "y"}') as Thing,
  { deep: { $ref: 'a', $id: 'b', _bsontype: 'ObjectId', $oid: 'x' } },
  { list: [1, 'two', null, [3, [4]], { $five: 5 }], lone: '\ud800', emoji: '\u{1f600}', chinese: '碳惠' },
  { nesting: Array.from({ length: 150 }).reduce<unknown>((inner) => [inner], 'x') },
];

/** How often a unit of work whose expectations do not hold may be run again before somebody hears of it. */
const fewTries = 5;

const violates = (index: string): InsertAnswer => ({ violates: index });

export function describeWriting(engine: StorageEngine): void {
  const open = openingStores(engine);
  const fresh = async (documents: Readonly<Record<string, Thing>> = {}) => {
    const { store } = await open();
    const insert = (all: readonly NewDocument<Thing>[]) => store.unitOfWork((tx) => tx.insertMany(things, all));
    const replace = (all: readonly Replacement<Thing>[]) => store.unitOfWork((tx) => tx.replaceMany(things, all));
    await insert(Object.entries(documents).map(([key, value]) => ({ key, value })));
    const versionOf = async (key: string) => (await store.get(things, key))?.version;
    return { store, insert, replace, versionOf };
  };

  describe('inserting', () => {
    it('answers item by item: those there before, and doubles within one call', async () => {
      const { insert, store } = await fresh({ b: { rank: 1 } });
      expect(await insert(['a', 'b', 'c', 'a', 'c', 'd'].map((key, rank) => ({ key, value: { rank } })))).toEqual([
        'inserted',
        violates('key'),
        'inserted',
        violates('key'),
        violates('key'),
        'inserted',
      ]);
      const found = await store.getMany(things, ['a', 'b', 'c', 'd']);
      expect(['a', 'b', 'c', 'd'].map((key) => found.get(key)?.value.rank)).toEqual([0, 1, 2, 5]);
      expect(await insert([])).toEqual([]);
    });

    it('answers for a unique index by its name, with documents of earlier units, of this unit and of this call', async () => {
      const { store } = await fresh({ a: { codeOn: '2026-01-01', code: 'one' } });
      const answers = await store.unitOfWork(async (tx) => [
        ...(await tx.insertMany(things, [
          { key: 'b', value: { codeOn: '2026-01-01', code: 'two' } },
          { key: 'c', value: { codeOn: '2026-01-01', code: 'one' } },
          { key: 'd', value: { codeOn: '2026-01-02', code: 'one' } },
          { key: 'e', value: { codeOn: '2026-01-01', code: 'two' } },
          { key: 'f', value: { code: 'one' } },
          { key: 'g', value: { code: 'one' } },
        ])),
        ...(await tx.insertMany(things, [
          { key: 'h', value: { codeOn: '2026-01-01', code: 'two' } },
          { key: 'a', value: { codeOn: '2026-01-01', code: 'one' } },
        ])),
      ]);
      const [ok, code] = ['inserted' as const, violates('by_code')];
      expect(answers).toEqual([ok, code, ok, code, ok, ok, code, violates('key')]);
      expect([...(await store.getMany(things, 'abcdefgh'.split(''))).keys()].sort()).toEqual(['a', 'b', 'd', 'f', 'g']);
    });

    it('goes on after a violation: what follows in the unit of work is committed with it', async () => {
      const { store } = await fresh({ a: {} });
      await store.unitOfWork(async (tx) => {
        expect(await tx.insertMany(things, [{ key: 'a', value: { rank: 7 } }])).toEqual([violates('key')]);
        await tx.insertMany(counters, [{ key: 'n', value: { n: 1 } }]);
      });
      expect((await store.get(counters, 'n'))?.value).toEqual({ n: 1 });
      expect((await store.get(things, 'a'))?.value).toEqual({});
    });

    it('refuses a document that leaves a field of its unique index out, and a key that is none', async () => {
      const { insert } = await fresh();
      await expect(insert([{ key: 'a', value: { codeOn: '2026-01-01' } }])).rejects.toThrow('unique index');
      for (const key of ['', 'x'.repeat(1_001), 'lone \ud800'])
        await expect(insert([{ key, value: {} }])).rejects.toThrow(/^a key/);
      await expect(insert([{ key: 'a', value: { day: null as never } }])).rejects.toThrow('indexed field');
    });
  });

  describe('documents', () => {
    it('come back as JSON would give them, whatever their names and values', async () => {
      const { insert, replace, store } = await fresh();
      await insert(oddDocuments.map((value, at) => ({ key: `first/${String(at)}`, value: { ...value, rank: at } })));
      await insert([{ key: 'second', value: { day: '2026-01-01' } }]);
      for (const [at, document] of oddDocuments.entries()) {
        const value = { ...document, day: '2026-01-01', kind: 'odd', rank: at };
        const wanted: unknown = JSON.parse(JSON.stringify(value));
        expect((await store.get(things, `first/${String(at)}`))?.value).toEqual(
          JSON.parse(JSON.stringify({ ...document, rank: at })),
        );
        await replace([{ key: 'second', version: at + 1, value }]);
        expect(await store.get(things, 'second')).toEqual({ key: 'second', version: at + 2, value: wanted });
        const query = { index: 'by_day', prefix: ['2026-01-01', 'odd', at], limit: 5 };
        expect((await store.find(things, query)).items.map((item) => item.value)).toEqual([wanted]);
      }
    });

    it('leave out members that are undefined', async () => {
      const { insert, store } = await fresh();
      await insert([{ key: 'a', value: { rank: undefined as never, nested: { gone: undefined, there: 1 } } }]);
      expect(JSON.stringify((await store.get(things, 'a'))?.value)).toBe('{"nested":{"there":1}}');
    });

    it('may be as large as the limit, and no larger', async () => {
      const { insert, store } = await fresh();
      const overhead = '{"day":"2026-01-01","text":""}'.length;
      const text = '碳'.repeat(maxDocumentCharacters - overhead);
      await insert([{ key: 'large', value: { day: '2026-01-01', text } }]);
      expect((await store.get(things, 'large'))?.value['text']).toBe(text);
      expect((await store.find(things, { index: 'by_day', prefix: ['2026-01-01'], limit: 1 })).items).toHaveLength(1);
      const numbers = Array.from({ length: 1_000_000 }, () => 1);
      await insert([{ key: 'numbers', value: { numbers } }]);
      expect((await store.get(things, 'numbers'))?.value['numbers']).toEqual(numbers);
      await expect(insert([{ key: 'larger', value: { day: '2026-01-01', text: `${text}x` } }])).rejects.toThrow(
        'a document has at most',
      );
    });
  });

  describe('replacing', () => {
    it('counts versions up by one, and makes a document that must not exist yet', async () => {
      const { replace, store } = await fresh({ a: { rank: 1 } });
      await replace([
        { key: 'a', version: 1, value: { rank: 2 } },
        { key: 'b', version: 0, value: { rank: 3 } },
      ]);
      await replace([{ key: 'a', version: 2, value: { kind: 'x' } }]);
      expect(await store.get(things, 'a')).toEqual({ key: 'a', version: 3, value: { kind: 'x' } });
      expect(await store.get(things, 'b')).toEqual({ key: 'b', version: 1, value: { rank: 3 } });
      await replace([]);
    });

    it.each([
      ['an older version', { key: 'a', version: 1 }],
      ['a later version', { key: 'a', version: 3 }],
      ['one that is there already', { key: 'a', version: 0 }],
      ['one that is not there', { key: 'zz', version: 1 }],
    ])('changes nothing at all when one expects %s', async (_what, wrong) => {
      const { replace, store, versionOf } = await fresh({ a: {}, b: {} });
      await replace([{ key: 'a', version: 1, value: { rank: 1 } }]);
      const all = [
        { key: 'b', version: 1, value: { rank: 5 } },
        { key: 'c', version: 0, value: {} },
        { ...wrong, value: { rank: 9 } },
      ];
      let tries = 0;
      const conflicting = store.unitOfWork((tx) => {
        tries += 1;
        return tx.replaceMany(things, all);
      });
      await expect(conflicting).rejects.toBeInstanceOf(StorageConflict);
      expect(tries).toBeLessThanOrEqual(fewTries);
      expect(await store.get(things, 'a')).toMatchObject({ version: 2, value: { rank: 1 } });
      expect([await versionOf('b'), await versionOf('c'), await versionOf('zz')]).toEqual([1, undefined, undefined]);
    });

    it('conflicts where a unique index would be violated, and may change a document under its own code', async () => {
      const { replace, versionOf } = await fresh({
        a: { codeOn: '2026-01-01', code: 'one' },
        b: { codeOn: '2026-01-01', code: 'two' },
      });
      const taken = { codeOn: '2026-01-01', code: 'one' };
      await expect(replace([{ key: 'b', version: 1, value: taken }])).rejects.toBeInstanceOf(StorageConflict);
      await expect(replace([{ key: 'c', version: 0, value: taken }])).rejects.toBeInstanceOf(StorageConflict);
      await replace([{ key: 'a', version: 1, value: { ...taken, rank: 2 } }]);
      expect([await versionOf('a'), await versionOf('b'), await versionOf('c')]).toEqual([2, 1, undefined]);
    });

    it('hands a unique value on within one call, in the order of its documents', async () => {
      const one = { codeOn: '2026-01-01', code: 'one' };
      const { replace, versionOf } = await fresh({ a: one, b: {} });
      const [given, taken] = [
        { key: 'a', version: 1, value: {} },
        { key: 'c', version: 0, value: one },
      ];
      await expect(replace([taken, given])).rejects.toBeInstanceOf(StorageConflict);
      expect([await versionOf('a'), await versionOf('c')]).toEqual([1, undefined]);
      await replace([{ key: 'd', version: 0, value: {} }, given, taken]);
      expect([await versionOf('a'), await versionOf('c'), await versionOf('d')]).toEqual([2, 1, 1]);
    });

    it('does not commit half of a call whose failure the work has caught', async () => {
      const { store, versionOf } = await fresh({ a: {}, b: {} });
      const caught = store.unitOfWork(async (tx) => {
        const replacements = [
          { key: 'a', version: 1, value: {} },
          { key: 'b', version: 9, value: {} },
        ];
        await tx.replaceMany(things, replacements).catch(() => undefined);
      });
      await expect(caught).rejects.toBeInstanceOf(StorageConflict);
      expect(await versionOf('a')).toBe(1);
    });
  });

  describe('removing', () => {
    it('takes documents away, with their place in every index; a key that is not there is no error', async () => {
      const { store, insert } = await fresh({ a: { codeOn: '2026-01-01', code: 'x' }, b: {} });
      await store.unitOfWork((tx) => tx.removeMany(things, ['a', 'nobody', 'a']));
      expect(await store.get(things, 'a')).toBeUndefined();
      expect(await insert([{ key: 'c', value: { codeOn: '2026-01-01', code: 'x' } }])).toEqual(['inserted']);
      expect(
        (await store.find(things, { index: 'by_code', prefix: ['2026-01-01'], limit: 9 })).items.map(({ key }) => key),
      ).toEqual(['c']);
      await store.unitOfWork((tx) => tx.removeMany(things, []));
    });

    it('makes room for the same key, which begins at version 1 again', async () => {
      const { store, versionOf } = await fresh({ a: {} });
      await store.unitOfWork(async (tx) => {
        await tx.removeMany(things, ['a']);
        expect(await tx.insertMany(things, [{ key: 'a', value: { rank: 2 } }])).toEqual(['inserted']);
      });
      expect(await versionOf('a')).toBe(1);
    });

    it('finds documents of odd keys to replace, hold and remove', async () => {
      const { store, replace, versionOf } = await fresh(Object.fromEntries(oddKeys.map((key) => [`${key}!`, {}])));
      for (const key of oddKeys) {
        await replace([{ key: `${key}!`, version: 1, value: { rank: 1 } }]);
        await store.unitOfWork((tx) => tx.holdMany(things, [{ key: `${key}!`, version: 2 }]));
      }
      await store.unitOfWork((tx) => tx.removeMany(things, [`${oddKeys[3] ?? ''}!`]));
      const versions = await Promise.all(oddKeys.map((key) => versionOf(`${key}!`)));
      expect(versions).toEqual(oddKeys.map((_, at) => (at === 3 ? undefined : 2)));
    });
  });

  it('has a limit on what one call writes', async () => {
    const { insert, replace, store } = await fresh();
    const many = Array.from({ length: maxKeys + 1 }, (_, at) => ({ key: `k${String(at)}`, version: 0, value: {} }));
    await expect(insert(many)).rejects.toThrow('at most 10000 keys');
    await expect(replace(many)).rejects.toThrow('at most 10000 keys');
    await expect(
      store.unitOfWork((tx) =>
        tx.removeMany(
          things,
          many.map(({ key }) => key),
        ),
      ),
    ).rejects.toThrow('at most 10000 keys');
    expect(await store.approximateCount(things)).toBe(0);
    expect(new Set(await insert(many.slice(1)))).toEqual(new Set(['inserted']));
    expect(await store.approximateCount(things)).toBe(maxKeys);
  });
}
