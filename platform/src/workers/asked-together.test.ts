import { expect, it } from 'vitest';
import { silentLog } from '../../test/support/intake.ts';
import type { Lease } from '../storage/index.ts';
import { createStepper } from './stepper.ts';

const lease = { hold: () => Promise.resolve(true), release: () => Promise.resolve() } as unknown as Lease;

/** A stepper over a heap of work; a step takes one piece and ends when it is told to. */
function stepperOver(heap: string[]) {
  const done: string[] = [];
  let steps = 0;
  const stepper = createStepper({
    ...{ lease, isPaused: () => Promise.resolve(false), name: 'test', log: silentLog, idleMs: 1_000 },
    step: async () => {
      steps += 1;
      const piece = heap.shift();
      await Promise.resolve();
      if (piece === 'broken') throw new Error('broken');
      if (piece !== undefined) done.push(piece);
      return piece === undefined ? 'idle' : 'did';
    },
  });
  return { stepper, done, steps: () => steps };
}

it('does everything that was there when it was asked, and asks of many at one time are one run', async () => {
  const heap = ['a', 'b'];
  const { stepper, done, steps } = stepperOver(heap);
  const first = stepper.runAll();
  await Promise.resolve();
  heap.push('c');
  const others = Array.from({ length: 20 }, () => stepper.runAll());
  await Promise.all([first, ...others]);
  expect(done).toEqual(['a', 'b', 'c']);
  expect(steps()).toBeLessThanOrEqual(5);
});

it('fails who waits for what fails, and nobody after him', async () => {
  const heap = ['broken', 'a'];
  const { stepper, done } = stepperOver(heap);
  await expect(stepper.runAll()).rejects.toThrow('broken');
  await stepper.runAll();
  expect(done).toEqual(['a']);
});
