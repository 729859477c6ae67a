import { setFlagsFromString } from 'node:v8';

/**
 * Keeps this process small. V8 lets a heap grow to a multiple of what lives in it before it collects; intake makes much garbage and keeps little,
 * so most of a larger heap would be garbage that waits.
 */
export function holdMemory(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
