import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { required } from '../../kernel/index.ts';
import type { Call } from '../../runtime/thread.ts';
import type { Collection } from '../port.ts';
import { planQuery } from '../queries.ts';
import type { Engine } from './engine.ts';
import { connect, createTables, openEngine } from './engine.ts';
import { readsFirst } from './overtaking.ts';
import type { Rows } from './rows.ts';
import type { PackedTexts } from './texts.ts';

const collections = ['left', 'right'].map((name): Collection<object> => ({ name, keys: 'time-led', indexes: [] }));
const plan = planQuery(required(collections[0], 'collection'), { index: 'key', limit: 100 });
const stretch = required(plan.stretches[0], 'stretch');

const folder = mkdtempSync(join(tmpdir(), 'tanhui-overtaking-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let files = 0;
function newEngine(): Engine {
  files += 1;
  const options = {
    path: join(folder, `${String(files)}.db`),
    collections,
    cacheMegabytes: 1,
    synchronous: 'OFF',
  } as const;
  const database = connect(options);
  createTables(database, collections);
  database.close();
  return openEngine(options);
}

function packed(texts: readonly string[]): PackedTexts {
  const memory = new SharedArrayBuffer(1_024);
  const bytes = Buffer.from(memory);
  let end = 0;
  return { memory, ends: Uint32Array.from(texts, (text) => (end += bytes.write(text, end))) };
}

function rows(keys: readonly string[], text = '{}'): Rows {
  return { texts: packed(keys.flatMap((key) => [key, text])), columns: [] };
}

const call = {
  get: (collection: string, ...keys: string[]): Call => ({ name: 'get', args: [collection, packed(keys)] }),
  read: (collection: string): Call => ({ name: 'read', args: [collection, plan, { stretch, atMost: 100 }] }),
  insert: (collection: string, ...keys: string[]): Call => ({ name: 'insert', args: [collection, rows(keys)] }),
  remove: (collection: string, ...keys: string[]): Call => ({ name: 'remove', args: [collection, packed(keys)] }),
  hold: (collection: string, key: string): Call => ({ name: 'hold', args: [collection, packed([key]), [0]] }),
  begin: { name: 'begin', args: [] },
  commit: { name: 'commit', args: [] },
  rollback: { name: 'rollback', args: [] },
} as const;

/** The order in which calls are carried out that wait together. */
function orderOf(...calls: Call[]): number[] {
  const waiting = [...calls];
  return calls.map(() => {
    const [next] = waiting.splice(readsFirst.next(waiting), 1);
    return calls.indexOf(required(next, 'call'));
  });
}

describe('the order of calls', () => {
  it('lets a read pass writes of other documents, the commit that holds them and the next beginning', () => {
    const { begin, commit } = call;
    expect(orderOf(call.insert('left', 'a'), commit, begin, call.get('left', 'b', 'c'))).toEqual([3, 0, 1, 2]);
    expect(orderOf(call.insert('left', 'a'), call.read('right'))).toEqual([1, 0]);
  });

  it('carries out what a read depends on before it, and lets that pass the writes of other collections only', () => {
    const others = [call.insert('right', 'x'), call.insert('left', 'a')];
    expect(orderOf(...others, call.insert('left', 'b'), call.get('left', 'z', 'b'))).toEqual([1, 2, 3, 0]);
    expect(orderOf(...others, call.read('left'))).toEqual([1, 2, 0]);
    expect(orderOf(call.remove('left', 'a'), call.get('left', 'a'))).toEqual([0, 1]);
  });

  it('never lets a write into another transaction', () => {
    const { begin, commit } = call;
    const calls = [call.insert('right', 'x'), commit, begin, call.insert('left', 'a'), call.get('left', 'a')];
    expect(orderOf(...calls)).toEqual([0, 1, 2, 3, 4]);
  });

  it('passes nothing that takes back, and holds nobody up for a hold', () => {
    expect(orderOf(call.insert('left', 'a'), call.rollback, call.get('right', 'x'))).toEqual([0, 1, 2]);
    expect(orderOf(call.hold('left', 'a'), call.get('left', 'a'))).toEqual([1, 0]);
  });

  it('looks at what came meanwhile behind everything but a read', () => {
    const { begin, commit } = call;
    expect([call.get('left', 'a'), call.read('left')].map((one) => readsFirst.isLong(one))).toEqual([false, false]);
    expect([call.insert('left', 'a'), begin, commit, call.rollback].every((one) => readsFirst.isLong(one))).toBe(true);
  });
});

const key = fc.constantFrom('a', 'b', 'c', 'd', 'ä');
const collection = fc.constantFrom('left', 'right');
const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('get', 'insert', 'remove'), collection, keys: fc.array(key, { maxLength: 3 }) }),
  fc.record({ kind: fc.constantFrom('read', 'border'), collection, keys: fc.constant<string[]>([]) }),
);

function callsOf(steps: readonly { kind: string; collection: string; keys: readonly string[] }[]): Call[] {
  const calls = steps.flatMap(({ kind, collection: name, keys }): Call[] => {
    if (kind === 'border') return [call.commit, call.begin];
    if (kind === 'read') return [call.read(name)];
    return [call[kind as 'get' | 'insert' | 'remove'](name, ...keys)];
  });
  return [call.begin, ...calls, call.commit];
}

function carryOut(engine: Engine, { name, args }: Call): unknown {
  const answer = (engine[name as keyof Engine] as (...given: unknown[]) => unknown)(...args);
  return name === 'commit' ? 'committed' : answer;
}

it('answers every call as it would have in its turn, whenever the calls come', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 24 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
      (steps, arrivals) => {
        const calls = callsOf(steps);
        const inTurn = newEngine();
        const expected = calls.map((one) => carryOut(inTurn, one));
        const overtaking = newEngine();
        const answers = new Map<Call, unknown>();
        const coming = calls.map((one, at) => ({ ...one, at }));
        const waiting: Call[] = [];
        while (answers.size < calls.length) {
          waiting.push(...coming.splice(0, Number(arrivals.next().value)));
          const [next] = waiting.splice(readsFirst.next(waiting), 1);
          if (next !== undefined) answers.set(next, carryOut(overtaking, next));
        }
        const inOrder = [...answers].map(([one, answer]) => [(one as Call & { at: number }).at, answer] as const);
        expect(inOrder.sort(([first], [second]) => first - second).map(([, answer]) => answer)).toEqual(expected);
        inTurn.close();
        overtaking.close();
      },
    ),
    { numRuns: 120 },
  );
});

it('does nothing more in a transaction in which something failed, until it is rolled back', () => {
  const engine = newEngine();
  const failed = 'the transaction has failed before';
  engine.begin();
  engine.insert('left', rows(['a']));
  expect(() => {
    engine.replace('left', rows(['b']), [3]);
  }).toThrow('left b is not at version 3');
  expect(() => engine.commit()).toThrow(failed);
  expect(() => {
    engine.begin();
  }).toThrow(failed);
  expect(() => engine.insert('left', rows(['c']))).toThrow(failed);
  expect(() => engine.get('left', packed(['a']))).toThrow(failed);
  engine.rollback();
  engine.begin();
  expect(engine.get('left', packed(['a', 'c'])).places).toEqual([]);
  engine.commit();
  engine.close();
});
