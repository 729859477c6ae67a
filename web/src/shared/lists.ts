import type { PageOf } from '@tanhui/sdk/client';
import { computed, shallowRef } from 'vue';
import type { ComputedRef, WatchSource } from 'vue';
import { useAct } from './act.ts';
import type { Act } from './act.ts';
import type { Loaded } from './load.ts';
import { useLoaded } from './load.ts';

/** A list that grows page by page. */
export interface PagedList<Item> {
  readonly loaded: Loaded<PageOf<Item>>;
  readonly items: ComputedRef<readonly Item[]>;
  readonly hasMore: ComputedRef<boolean>;
  readonly more: Act;
  readonly showMore: () => Promise<boolean>;
}

export function usePages<Item>(
  read: (cursor: string | undefined) => Promise<PageOf<Item>>,
  dependsOn?: WatchSource,
): PagedList<Item> {
  const further = shallowRef<readonly PageOf<Item>[]>([]);
  const loaded = useLoaded(async () => {
    const first = await read(undefined);
    further.value = [];
    return first;
  }, dependsOn);
  const last = computed(() => further.value.at(-1) ?? loaded.value);
  const more = useAct();
  return {
    loaded,
    items: computed(() => [loaded.value, ...further.value].flatMap((page) => page?.items ?? [])),
    hasMore: computed(() => last.value?.next !== undefined),
    more,
    showMore: () =>
      more.run(async () => {
        further.value = [...further.value, await read(last.value?.next)];
      }),
  };
}
