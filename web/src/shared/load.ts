import { onMounted, shallowReactive, watch } from 'vue';
import type { WatchSource } from 'vue';
import type { Trouble } from './trouble.ts';
import { troubleOf } from './trouble.ts';

/** What a page reads, with the states every page has: loading, ready, refused, failed, offline. */
export interface Loaded<Value> {
  value: Value | undefined;
  trouble: Trouble | undefined;
  isLoading: boolean;
  reload: () => Promise<void>;
}

/**
 * Reads when the page opens and again when what it depends on changes. A late answer to an earlier question is dropped; while a page is read again its
 * last answer stays, so that nothing jumps.
 */
export function useLoaded<Value>(read: () => Promise<Value>, dependsOn?: WatchSource): Loaded<Value> {
  let asked = 0;
  const loaded: Loaded<Value> = shallowReactive({
    value: undefined,
    trouble: undefined,
    isLoading: true,
    reload: async () => {
      const own = (asked += 1);
      loaded.isLoading = true;
      const [value, trouble] = await read().then(
        (answer) => [answer, undefined] as const,
        (error: unknown) => [undefined, troubleOf(error)] as const,
      );
      if (own !== asked) return;
      if (trouble === undefined) loaded.value = value;
      loaded.trouble = trouble;
      loaded.isLoading = false;
    },
  });
  onMounted(loaded.reload);
  if (dependsOn !== undefined)
    watch(dependsOn, () => {
      loaded.value = undefined;
      void loaded.reload();
    });
  return loaded;
}
