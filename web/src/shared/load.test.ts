// @vitest-environment happy-dom
import { ClientProblem, ClientUnreachable } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { createApp, defineComponent, h, nextTick, ref } from 'vue';
import type { Loaded } from './load.ts';
import { useLoaded } from './load.ts';
import { troubleOf } from './trouble.ts';

interface Waiting {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

function mounted() {
  const asked: Waiting[] = [];
  const day = ref(1);
  let loaded: Loaded<string> | undefined;
  const component = defineComponent({
    setup() {
      loaded = useLoaded(() => new Promise<string>((resolve, reject) => asked.push({ resolve, reject })), day);
      return () => h('div');
    },
  });
  createApp(component).mount(document.createElement('div'));
  return { asked, day, loaded: loaded as unknown as Loaded<string> };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('what a page reads', () => {
  it('drops a late answer to an earlier question', async () => {
    const { asked, day, loaded } = mounted();
    day.value = 2;
    await nextTick();
    asked[1]?.resolve('second day');
    asked[0]?.resolve('first day');
    await settled();
    expect([loaded.value, loaded.isLoading]).toEqual(['second day', false]);
  });

  it('keeps the last answer while it is read again, also when that fails', async () => {
    const { asked, loaded } = mounted();
    asked[0]?.resolve('once');
    await settled();
    void loaded.reload();
    expect([loaded.value, loaded.isLoading]).toEqual(['once', true]);
    asked[1]?.reject(new ClientUnreachable(undefined));
    await settled();
    expect([loaded.value, loaded.trouble]).toEqual(['once', { kind: 'offline' }]);
  });
});

describe('trouble', () => {
  const problem = (status: number) =>
    new ClientProblem({ title: 'T', code: 'CODE', status, next: 'next', detail: 'text', traceId: 'abc' });

  it('tells refused, failed, offline and signed out apart', () => {
    expect(troubleOf(problem(403)).kind).toBe('refused');
    expect(troubleOf(problem(503)).kind).toBe('refused');
    expect(troubleOf(problem(401)).kind).toBe('signed-out');
    expect(troubleOf(problem(500))).toEqual({ kind: 'failed', traceId: 'abc' });
    expect(troubleOf(new ClientUnreachable(undefined)).kind).toBe('offline');
    expect(troubleOf(new TypeError('x'))).toEqual({ kind: 'failed' });
  });
});
