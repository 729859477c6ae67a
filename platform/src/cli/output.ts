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

/** Prints a list as it is read: a line each, or one JSON object a line; where there is nothing, people are told so, and a program reads nothing. */
export async function printList<Item>(
  items: AsyncIterable<Item>,
  as: { readonly isJson: boolean; readonly lineOf: (item: Item) => string; readonly none: string },
): Promise<void> {
  let isEmpty = true;
  for await (const item of items) {
    isEmpty = false;
    process.stdout.write(`${as.isJson ? JSON.stringify(item) : as.lineOf(item)}\n`);
  }
  if (isEmpty && !as.isJson) process.stdout.write(`${as.none}\n`);
}
