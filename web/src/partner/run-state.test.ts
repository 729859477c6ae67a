import type { RunView } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { runState } from './run-state.ts';

const run = (view: unknown): RunView => view as RunView;

describe('runState', () => {
  it('tells the four states apart', () => {
    expect(runState(run({}))).toMatchObject({ tone: 'look', text: '进行中' });
    expect(runState(run({ finishedAt: 1 })).text).toBe('已结束');
    expect(runState(run({ finishedAt: 1, reversal: { state: 'under-way' } }))).toMatchObject({
      tone: 'look',
      text: '撤销中',
    });
    expect(runState(run({ finishedAt: 1, reversal: { state: 'done' } })).text).toBe('已撤销');
  });
});
