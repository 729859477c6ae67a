import { setTimeout } from 'node:timers/promises';

/** Waits, or ends at once when the signal says to stop. */
export async function rest(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
