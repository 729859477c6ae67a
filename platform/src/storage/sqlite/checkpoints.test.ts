import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Thread } from '../../runtime/thread.ts';
import { createCheckpointer } from './checkpoints.ts';
import { connect, createTables, openEngine } from './engine.ts';
import type { Engine } from './engine.ts';

/** A copier that finds so many frames round after round, and a writer; both note what they are asked. */
function setUp(frames: readonly (number | Error)[]) {
  const log: string[] = [];
  let round = 0;
  const thread = (name: string, checkpoint: () => Promise<unknown>): Thread<Engine> => ({
    call: ((what: string) => {
      log.push(`${name} ${what}`);
      return what === 'checkpoint' ? checkpoint() : Promise.resolve();
    }) as Thread<Engine>['call'],
    isAlive: true,
    end: () => Promise.resolve(),
  });
  const copier = thread('copier', () => {
    const found = frames[round++] ?? 0;
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
  });
  const writer = thread('writer', () => Promise.resolve(0));
  return { log, checkpointer: createCheckpointer({ copier, writer, everyDocuments: 100 }) };
}

it('lets another thread copy while many frames come meanwhile, and the writer the few that are left', async () => {
  const { log, checkpointer } = setUp([20_000, 30_000, 30_400]);
  checkpointer.wrote(99);
  expect(log).toEqual([]);
  checkpointer.wrote(1);
  await checkpointer.close();
  expect(log).toEqual([
    'copier checkpoint',
    'copier checkpoint',
    'copier checkpoint',
    'writer checkpoint',
    'copier close',
  ]);
});

it('copies once at a time, and ends where the frames never grow few', async () => {
  const { log, checkpointer } = setUp(Array.from({ length: 20 }, (_, at) => (at + 1) * 10_000));
  checkpointer.wrote(100);
  checkpointer.wrote(100);
  await checkpointer.close();
  expect(log.filter((what) => what === 'copier checkpoint')).toHaveLength(6);
  expect(log.filter((what) => what === 'writer checkpoint')).toHaveLength(1);
});

it('leaves everything to the writer where the copier fails', async () => {
  const { log, checkpointer } = setUp([new Error('the thread has ended')]);
  checkpointer.wrote(100);
  await checkpointer.close();
  expect(log).toEqual(['copier checkpoint', 'writer checkpoint', 'copier close']);
});

it('waits for the commit of the transaction that the writer is in, and then lets the log begin anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-checkpoint-'));
  const collections = [{ name: 'things', keys: 'time-led', indexes: [] }] as const;
  const options = { path: join(folder, 'a.db'), collections, cacheMegabytes: 1, synchronous: 'NORMAL' } as const;
  const own = { ...options, isCheckpointedElsewhere: true };
  const making = connect(own);
  createTables(making, collections);
  const writer = openEngine(own);
  try {
    for (let at = 0; at < 50; at += 1)
      making.exec(`INSERT INTO things VALUES ('${String(at)}', 1, '${'x'.repeat(4_000)}')`);
    writer.begin();
    expect(writer.checkpoint()).toBe(0);
    writer.commit();
    making.exec(`INSERT INTO things VALUES ('last', 1, '{}')`);
    expect(writer.checkpoint()).toBeLessThan(10);
  } finally {
    writer.close();
    making.close();
    rmSync(folder, { recursive: true });
  }
});
