import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { lockFile as lockPath } from '../../platform/src/storage/sqlite/lock.ts';
import { Refusal } from '../../platform/src/kernel/index.ts';

/** Holds a path for this process by the platform's own lock, and gives what releases it. */
export function lockFile(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    return lockPath(path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { process: holder } = error.details;
    throw new Error(`another command (process ${String(holder)}) is at work here; wait until it has ended`, {
      cause: error,
    });
  }
}
