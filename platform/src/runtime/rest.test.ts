import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { rest } from './index.ts';

describe('a rest', () => {
  it('ends when its time is over, and leaves nothing at the signal', async () => {
    const { signal } = new AbortController();
    for (let rests = 0; rests < 20; rests += 1) await rest(1, signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends at once when the signal says so, and when it has said so already', async () => {
    const controller = new AbortController();
    const startedAt = performance.now();
    const long = rest(60_000, controller.signal);
    controller.abort();
    await long;
    await rest(60_000, controller.signal);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('needs no signal', async () => {
    const startedAt = performance.now();
    await rest(20);
    expect(performance.now() - startedAt).toBeGreaterThan(15);
  });
});
