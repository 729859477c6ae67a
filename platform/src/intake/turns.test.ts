import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('lets so many in at a time, in the order in which they asked', async () => {
  const turns = createTurns(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const enter = async (name: string): Promise<void> => {
    ends.push(await turns.take());
    log.push(name);
  };
  const all = ['a', 'b', 'c', 'd'].map(enter);
  await Promise.all(all.slice(0, 2));
  expect(log).toEqual(['a', 'b']);
  ends[1]?.();
  await all[2];
  expect(log).toEqual(['a', 'b', 'c']);
  ends[0]?.();
  await all[3];
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

it('ends a turn once, however often it is told', async () => {
  const turns = createTurns(1);
  const end = await turns.take();
  const [second, third] = [turns.take(), turns.take()];
  end();
  end();
  const endSecond = await second;
  const waited = await Promise.race([third.then(() => 'in'), new Promise((resolve) => setImmediate(resolve, 'out'))]);
  expect(waited).toBe('out');
  endSecond();
  await third;
});
