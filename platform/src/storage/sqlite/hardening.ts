import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/**
 * Makes commits outlast a loss of power, away from the thread that makes them. With `synchronous = NORMAL` a commit stands in the log when it returns but need not be on
 * the disk; syncing the log afterwards gives what `FULL` gives, and one sync serves every commit before it.
 */
export interface Hardener {
  harden(): Promise<void>;
  /** Whether no sync has failed: after one that has, nothing lasts any more until the process is started anew. */
  readonly isSound: boolean;
  close(): Promise<void>;
}

export function createHardener(log: string): Hardener {
  let file: Promise<FileHandle> | undefined;
  let isSound = true;
  const harden = oneAtATime(async () => {
    try {
      file ??= open(log, 'r+');
      await (await file).datasync();
    } catch (error) {
      isSound = false;
      throw error;
    }
  });
  return {
    harden,
    get isSound() {
      return isSound;
    },
    async close() {
      await (await file?.catch(() => undefined))?.close();
    },
  };
}

/**
 * Runs an act once at a time; whoever asks while it runs shares the next one. After a failure it is not tried again: a second sync may answer well although the first one
 * lost what it was to write.
 */
export function oneAtATime(act: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let following: Promise<void> | undefined;
  const start = (): Promise<void> => {
    following = undefined;
    running = act().then(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    following ??= running.then(start);
    return following;
  };
}
