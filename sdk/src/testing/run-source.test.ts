import { describe, expect, it } from 'vitest';
import type { ActivitySource, OpenJourney, TransformInput, TransformOutput } from '../plugin/index.ts';
import { activateForTest } from './activate.ts';
import { runSource } from './run-source.ts';

/** Two records of one key make a walk; the first waits. */
const pairs: ActivitySource = {
  id: 'pairs',
  title: { 'zh-CN': '成对', en: 'Pairs' },
  modes: ['walk'],
  requiredFields: ['key', 'at'],
  latenessMs: 0,
  openExpiryMs: 0,
  openBytesPerKey: 20,
  parseSettings: () => null,
  keyOf: ({ fields }) => fields['key'],
  eventTimeOf: ({ fields }) => Number(fields['at']),
  transform({ records, open }) {
    const journeys = new Map(Object.entries(open));
    const output = { activities: [] as TransformOutput['activities'][number][], refusals: [] };
    for (const { ref, fields } of records) {
      const key = fields['key'] ?? '';
      const waiting = journeys.get(key)?.records[0];
      if (waiting === undefined) journeys.set(key, { records: [{ ref }], state: null, updatedAt: 1 });
      else {
        output.activities.push(walk(key, [waiting.ref, ref]));
        journeys.set(key, none);
      }
    }
    return { ...output, open: Object.fromEntries(journeys) };
  },
  settle: ({ open }) => ({ activities: [], refusals: [], open }),
};

const none: OpenJourney = { records: [], state: null, updatedAt: 0 };

function walk(key: string, records: readonly number[]): TransformOutput['activities'][number] {
  return {
    records,
    account: key,
    sourceKey: String(records),
    mode: 'walk',
    evidence: 'measured',
    occurredAt: 1,
    occupies: { kind: 'none' },
    basis: 'test',
  };
}

const records = [
  { key: 'a', at: '4' },
  { key: 'a', at: '1' },
  { key: 'b', at: '2' },
  { key: 'a', at: '1' },
  { key: 'a', at: '5' },
];

function broken(change: (input: TransformInput<unknown>, output: TransformOutput) => Partial<TransformOutput>) {
  return {
    ...pairs,
    transform: (input: TransformInput<never>) => {
      const output = pairs.transform(input);
      return { ...output, ...change(input, output) };
    },
  } as ActivitySource;
}

describe('runSource', () => {
  it.each([1, 2, 1_000, [1, 3]])('gives every record one fate in batches of %s', (batchSize) => {
    const run = runSource(pairs, records, { batchSize });
    expect(run).toMatchObject({ read: 5, used: 2, duplicate: 1, refused: 0, open: 2 });
    expect(run.activities.map((draft) => draft.records)).toEqual([[1, 0]]);
    expect([...run.waiting].sort()).toEqual([2, 4]);
  });

  it.each([
    ['is lost', broken((_, { open }) => ({ open: Object.fromEntries(Object.entries(open).slice(1)) }))],
    ['named twice', broken(({ records: [first] }) => ({ contextRecords: [first?.ref ?? 0] }))],
    ['never handed over', broken(() => ({ contextRecords: [77] }))],
    ['not declared', broken(({ records: [first] }) => ({ refusals: [{ records: [first?.ref ?? 0], code: 'NEW' }] }))],
    ['holds', broken(() => ({ open: { a: { records: [{ ref: 0 }], state: 'x'.repeat(30), updatedAt: 1 } } }))],
    ['whole number', broken(() => ({ activities: [{ ...walk('a', [0]), distanceMeters: 0.5 }] }))],
    ['modes', broken(() => ({ activities: [{ ...walk('a', [0]), mode: 'bus' }] }))],
    ['whole milliseconds', broken(() => ({ activities: [{ ...walk('a', [0]), occurredAt: Number.NaN }] }))],
  ])('says that a record or value %s', (message, source) => {
    expect(() => runSource(source, records, { batchSize: 2, codes: [] })).toThrow(message);
  });
});

describe('activateForTest', () => {
  const manifest = { contributes: { 'activities.sources': [{ id: 'pairs', title: pairs.title }] } } as never;

  it('gives what a plugin registers and refuses what it does not declare', () => {
    const { sources } = activateForTest(manifest, ({ activities }) => void activities.registerSource(pairs));
    expect([...sources.keys()]).toEqual(['pairs']);
    const other = { ...pairs, id: 'other' };
    expect(() => activateForTest(manifest, ({ activities }) => void activities.registerSource(other))).toThrow('other');
  });
});
