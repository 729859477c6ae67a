import { ClientProblem, ClientUnreachable } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { useAct } from './act.ts';

const refusal = new ClientProblem({
  title: 'X',
  code: 'REWARDS_DAILY_CAP',
  status: 429,
  next: 'tomorrow',
  detail: 'cap',
});

function actWithKeys() {
  let made = 0;
  const used: string[] = [];
  const act = useAct(() => `key-${String((made += 1))}`);
  const attempt = (error?: Error) =>
    act.run((key) => {
      used.push(key);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    });
  return { act, used, attempt };
}

describe('one key for one wish', () => {
  it('keeps the key while no answer came, and makes a new one after any answer', async () => {
    const { act, used, attempt } = actWithKeys();
    expect(await attempt(new ClientUnreachable(undefined))).toBe(false);
    expect(act.trouble).toEqual({ kind: 'offline' });
    expect(await attempt()).toBe(true);
    expect(await attempt(refusal)).toBe(false);
    expect(act.trouble).toEqual({ kind: 'refused', code: 'REWARDS_DAILY_CAP', text: 'cap', next: 'tomorrow' });
    await attempt();
    expect(used).toEqual(['key-1', 'key-1', 'key-2', 'key-3']);
  });

  it('does one thing at a time', async () => {
    const { act } = actWithKeys();
    let finish = (): void => undefined;
    let calls = 0;
    const first = act.run(() => {
      calls += 1;
      return new Promise<void>((resolve) => (finish = resolve));
    });
    expect(await act.run(() => Promise.resolve((calls += 1)))).toBe(false);
    finish();
    expect([await first, calls, act.isBusy]).toEqual([true, 1, false]);
  });
});
