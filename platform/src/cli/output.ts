import type { Writable } from 'node:stream';

const gone: ReadonlySet<string> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/**
 * Whoever read our output may stop before its end, as `head` does: what is written after that goes nowhere, and the command does to its end what it was asked to. A server goes on, and an
 * import is not cut off in the middle.
 */
export function leaveQuietly(...outputs: readonly Writable[]): void {
  for (const output of outputs)
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (!gone.has(error.code ?? '')) throw error;
    });
}
