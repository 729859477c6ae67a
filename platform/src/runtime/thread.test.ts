import { afterEach, describe, expect, it } from 'vitest';
import type { service } from '../../test/support/thread.child.ts';
import type { Thread, ThreadOptions } from './thread.ts';
import { openThread } from './thread.ts';

type Service = typeof service;

const opened: Thread<Service>[] = [];
afterEach(async () => {
  for (const thread of opened.splice(0)) await thread.end();
});

function open(options: Partial<ThreadOptions> = {}): Thread<Service> {
  const thread = openThread<Service>({
    file: new URL('../../test/support/thread.child.ts', import.meta.url),
    data: { some: 'data' },
    maxHeapMegabytes: 32,
    ...options,
  });
  opened.push(thread);
  return thread;
}

describe('another thread', () => {
  it('starts with its data, and with an environment and flags of its own where it is given them', async () => {
    const plain = open();
    expect(await plain.call('data')).toEqual({ some: 'data' });
    expect(await plain.call('variable', 'PATH')).toBe(process.env['PATH']);
    const own = open({ environment: { ONLY: 'this' }, flags: ['--disable-warning=DEP0040'] });
    expect([await own.call('variable', 'PATH'), await own.call('variable', 'ONLY')]).toEqual([undefined, 'this']);
    expect(await own.call('flags')).toContain('--disable-warning=DEP0040');
  });

  it('carries out calls in their order, and answers each when it is ready', async () => {
    const thread = open();
    const answered: (string | number)[] = [];
    const slow = thread.call('later', 50).then((value) => answered.push(value));
    const notes = ['a', 'b', 'c'].map((what) => thread.call('note', what).then(() => answered.push(what)));
    await Promise.all([slow, ...notes]);
    expect(answered).toEqual(['a', 'b', 'c', 50]);
    expect(await thread.call('noted')).toEqual(['a', 'b', 'c']);
  });

  it('carries out calls in the order of its schedule, and tells what it has before it begins anything long', async () => {
    const thread = open({ data: { isScheduled: true } });
    await thread.call('data');
    const answered: string[] = [];
    const asked = (['slow 1', 'slow 2', 'a'] as const).map((what) =>
      thread.call('slowly', what, what === 'a' ? 0 : 80).then(() => answered.push(what)),
    );
    await asked[2];
    expect(answered).toEqual(['a']);
    // Comes while the first of the slow ones is carried out, and goes before the second.
    await thread.call('note', 'b').then(() => answered.push('b'));
    await Promise.all(asked);
    expect(answered).toEqual(['a', 'slow 1', 'b', 'slow 2']);
    expect(await thread.call('noted')).toEqual(['a', 'slow 1', 'b', 'slow 2']);
  });

  it('tells an error by name and message, with what the thread tells of it, and goes on', async () => {
    const thread = open({
      revive: ({ name, message, details }) => new Error(`${name}: ${message} ${JSON.stringify(details ?? null)}`),
    });
    await expect(thread.call('fail', 'no', 'because')).rejects.toThrow('Told: no {"why":"because"}');
    await expect(thread.call('failLater', 'later')).rejects.toThrow('Error: later null');
    await expect(open().call('fail', 'just this', 'because')).rejects.toThrow('just this');
    expect(await thread.call('data')).toEqual({ some: 'data' });
  });

  it('ends when it is told to, once, also with a call that is not answered yet', async () => {
    const thread = open();
    const waiting = thread.call('wait');
    const refused = expect(waiting).rejects.toThrow('the thread has ended');
    await thread.call('data');
    await thread.end();
    await refused;
    expect(thread.isAlive).toBe(false);
    await thread.end();
    await expect(thread.call('data')).rejects.toThrow('the thread has ended');
  });

  it.each([
    ['die', 'it broke'],
    ['leave', 'nothing'],
  ] as const)('says of its end what it was asked to say, to who waits and to who comes later: %s', async (how, why) => {
    const thread = open({
      ended: (cause) => ({
        waiting: new Error(`maybe done: ${cause?.message ?? 'nothing'}`),
        later: new Error(`not done: ${cause?.message ?? 'nothing'}`),
      }),
    });
    const waiting = expect(thread.call('wait')).rejects.toThrow(`maybe done: ${why}`);
    await thread.call(how).catch(() => undefined);
    await waiting;
    await expect(thread.call('data')).rejects.toThrow(`not done: ${why}`);
    expect(thread.isAlive).toBe(false);
  });
});
