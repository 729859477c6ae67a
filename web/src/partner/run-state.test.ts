import type { RunView } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { runState } from './run-state.ts';

const run = (view: unknown): RunView => view as RunView;

describe('runState', () => {
  it('tells the states apart', () => {
    expect(runState(run({ state: 'running' }))).toMatchObject({ tone: 'look', text: '进行中' });
    expect(runState(run({ state: 'interrupted' }))).toMatchObject({ tone: 'look', text: '已中断' });
    expect(runState(run({ state: 'day-over' }))).toMatchObject({ tone: 'plain', text: '当日已过' });
    expect(runState(run({ state: 'finished' })).text).toBe('已结束');
    expect(runState(run({ state: 'finished', reversal: { state: 'under-way' } }))).toMatchObject({
      tone: 'look',
      text: '撤销中',
    });
    expect(runState(run({ state: 'finished', reversal: { state: 'done' } })).text).toBe('已撤销');
  });
});
