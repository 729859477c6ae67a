import { ClientProblem } from '@tanhui/sdk/client';
import type { Ref } from 'vue';
import { onMounted, ref, shallowRef } from 'vue';
import { say } from './session.ts';

/** The states every page has: loading, refused or failed (with what to do next), ready. */
export interface Loaded<Value> {
  readonly value: Ref<Value | undefined>;
  readonly trouble: Ref<string>;
  readonly reload: () => Promise<void>;
}

export function useLoaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  const value = shallowRef<Value>();
  const trouble = ref('');
  const reload = async (): Promise<void> => {
    trouble.value = '';
    try {
      value.value = await load();
    } catch (error) {
      trouble.value = troubleOf(error);
    }
  };
  onMounted(reload);
  return { value, trouble, reload };
}

export function troubleOf(error: unknown): string {
  if (error instanceof ClientProblem) return `${error.message}。${error.next}`;
  return say('没有网络或服务没有回应，请稍后再试', 'Offline, or the server does not answer; try again later');
}
