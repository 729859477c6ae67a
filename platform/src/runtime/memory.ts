import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Keeps this process small. V8 lets a heap grow to a multiple of what lives in it before it collects; intake makes much garbage and keeps little,
 * so most of a larger heap would be garbage that waits. What the process was started with for its own young generation is not meant for the threads that it starts from
 * here on: V8 would take it over whatever limits they are given.
 */
export function holdMemory(): void {
  setFlagsFromString('--heap-growing-percent=35');
  setFlagsFromString('--max-semi-space-size=0');
}

type Collect = (options: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

/** Gives back what loading a thread's program took. Left alone, two fifths of its heap are garbage and empty pages that stay resident as long as it runs. */
export function settleMemory(): void {
  // Never switched off again: flags are the process's, and another thread may be between the two lines.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
