import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DocumentStore, InsertAnswer, Query, Transaction } from '../port.ts';
import { StorageConflict } from '../port.ts';
import { byBytes, openingStores, things } from './site.ts';
import type { StorageEngine, Thing } from './site.ts';

interface Row {
  readonly version: number;
  readonly value: Thing;
}
type Rows = ReadonlyMap<string, Row>;

type Step =
  | { readonly do: 'insert'; readonly documents: readonly { readonly key: string; readonly value: Thing }[] }
  | {
      readonly do: 'replace';
      readonly documents: readonly { readonly key: string; readonly off: number; readonly value: Thing }[];
    }
  | { readonly do: 'remove'; readonly keys: readonly string[] };

interface Unit {
  readonly steps: readonly Step[];
  readonly isThrowing: boolean;
}

const key = fc.constantFrom('a', 'b', 'c', 'a\u0000', '中', '\uff5e', '\u{1f600}', '$d', 'e.f');
const value: fc.Arbitrary<Thing> = fc.record(
  {
    day: fc.constantFrom('2026-01-01', '2026-01-02'),
    kind: fc.constantFrom('x', 'y'),
    rank: fc.integer({ min: -2, max: 2 }),
    openAt: fc.integer({ min: 0, max: 3 }),
    note: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);
const coded: fc.Arbitrary<Thing> = fc
  .tuple(value, fc.option(fc.constantFrom('one', 'two'), { nil: undefined }))
  .map(([plain, code]) => (code === undefined ? plain : { ...plain, codeOn: '2026-01-01', code }));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('insert' as const),
    documents: fc.array(fc.record({ key, value: coded }), { maxLength: 5 }),
  }),
  fc.record({
    do: fc.constant('replace' as const),
    documents: fc.uniqueArray(fc.record({ key, off: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 1), value: coded }), {
      maxLength: 3,
      selector: (one) => one.key,
    }),
  }),
  fc.record({ do: fc.constant('remove' as const), keys: fc.array(key, { maxLength: 3 }) }),
);
const unit: fc.Arbitrary<Unit> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  isThrowing: fc.constantFrom(false, false, false, true),
});

class Conflict extends Error {}

function codeOf({ codeOn, code }: Thing): string | undefined {
  return codeOn === undefined ? undefined : `${codeOn}/${String(code)}`;
}

function holderOf(rows: Rows, document: Thing): string | undefined {
  const wanted = codeOf(document);
  return wanted === undefined ? undefined : [...rows].find(([, row]) => codeOf(row.value) === wanted)?.[0];
}

/** The whole promise of the port, on a map. */
function runOnModel(rows: Map<string, Row>, one: Step): InsertAnswer[] {
  if (one.do === 'remove') for (const gone of one.keys) rows.delete(gone);
  if (one.do === 'replace') {
    for (const { key: at, off, value: next } of one.documents) {
      if (off !== 0 || ![undefined, at].includes(holderOf(rows, next))) throw new Conflict();
      rows.set(at, { version: (rows.get(at)?.version ?? 0) + 1, value: next });
    }
  }
  if (one.do !== 'insert') return [];
  return one.documents.map(({ key: at, value: next }): InsertAnswer => {
    if (rows.has(at)) return { violates: 'key' };
    if (holderOf(rows, next) !== undefined) return { violates: 'by_code' };
    rows.set(at, { version: 1, value: next });
    return 'inserted';
  });
}

async function runOnStore(tx: Transaction, one: Step): Promise<readonly InsertAnswer[]> {
  if (one.do === 'insert') return tx.insertMany(things, one.documents);
  if (one.do === 'remove') await tx.removeMany(things, one.keys);
  else {
    const stored = await tx.getMany(
      things,
      one.documents.map((document) => document.key),
    );
    const replacements = one.documents.map(({ key: at, off, value: next }) => ({
      key: at,
      version: (stored.get(at)?.version ?? 0) + off,
      value: next,
    }));
    await tx.replaceMany(things, replacements);
  }
  return [];
}

type Ending = { readonly answers: readonly InsertAnswer[] } | 'thrown' | 'conflict';

function unitOnModel(rows: Map<string, Row>, { steps, isThrowing }: Unit): Ending {
  const copy = new Map(rows);
  try {
    const answers = steps.flatMap((one) => runOnModel(copy, one));
    if (isThrowing) return 'thrown';
    rows.clear();
    for (const [at, row] of copy) rows.set(at, row);
    return { answers };
  } catch (error) {
    if (error instanceof Conflict) return 'conflict';
    throw error;
  }
}

class OnPurpose extends Error {}

async function unitOnStore(store: DocumentStore, { steps, isThrowing }: Unit): Promise<Ending> {
  try {
    const answers = await store.unitOfWork(async (tx) => {
      const all: InsertAnswer[] = [];
      for (const one of steps) all.push(...(await runOnStore(tx, one)));
      if (isThrowing) throw new OnPurpose();
      return all;
    });
    return { answers };
  } catch (error) {
    if (error instanceof StorageConflict) return 'conflict';
    if (error instanceof OnPurpose) return 'thrown';
    throw error;
  }
}

const asked: readonly Query[] = [
  { index: 'key', limit: 3 },
  { index: 'by_day', limit: 2 },
  { index: 'by_day', prefix: ['2026-01-01'], order: 'descending', limit: 2 },
  { index: 'open', from: 1, limit: 2 },
  { index: 'by_code', order: 'descending', limit: 1 },
];
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  key: [],
  by_day: ['day', 'kind', 'rank'],
  open: ['openAt'],
  by_code: ['codeOn', 'code'],
};

function foundInModel(rows: Rows, { index, prefix = [], from, order }: Query): string[] {
  const fields = fieldsOf[index] ?? [];
  const found = [...rows]
    .map(([at, row]) => ({ at, values: fields.map((field) => row.value[field] as string | number | undefined) }))
    .filter(({ values }) => prefix.every((wanted, place) => values[place] === wanted))
    .filter(({ values }) => from === undefined || (values[prefix.length] ?? -1) >= from)
    .filter(({ values }) => !['open', 'by_code'].includes(index) || values[0] !== undefined)
    .sort((first, second) => compareValues([...first.values, first.at], [...second.values, second.at]));
  const keys = found.map(({ at }) => at);
  return order === 'descending' ? keys.reverse() : keys;
}

function compareValues(
  first: readonly (string | number | undefined)[],
  second: readonly (string | number | undefined)[],
): number {
  for (const [place, left] of first.entries()) {
    const right = second[place];
    if (left === right) continue;
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    return byBytes(String(left), String(right));
  }
  return 0;
}

async function foundInStore(store: DocumentStore, query: Query): Promise<string[]> {
  const keys: string[] = [];
  let page = await store.find(things, query);
  keys.push(...page.items.map((item) => item.key));
  while (page.next !== undefined && keys.length < 1_000) {
    page = await store.find(things, { ...query, after: page.next });
    keys.push(...page.items.map((item) => item.key));
  }
  return keys;
}

/** Any sequence of units of work leaves what it leaves on a plain map, answers the same, and is found the same. */
export function describeModel(engine: StorageEngine): void {
  const open = openingStores(engine);
  it('does what a plain map does, over random sequences of units of work', async () => {
    const { store } = await open();
    const sequence = fc.asyncProperty(fc.array(unit, { minLength: 1, maxLength: 8 }), async (units) => {
      const before = await foundInStore(store, { index: 'key', limit: 1_000 });
      await store.unitOfWork((tx) => tx.removeMany(things, before));
      const rows = new Map<string, Row>();
      for (const one of units) {
        expect(await unitOnStore(store, one)).toEqual(unitOnModel(rows, one));
        const stored = await store.getMany(things, [...rows.keys()]);
        for (const [at, row] of rows) {
          expect(stored.get(at)).toEqual({
            key: at,
            version: row.version,
            value: JSON.parse(JSON.stringify(row.value)) as Thing,
          });
        }
        for (const query of asked) expect(await foundInStore(store, query)).toEqual(foundInModel(rows, query));
      }
    });
    await fc.assert(sequence, { numRuns: engine.sequences });
  });
}
