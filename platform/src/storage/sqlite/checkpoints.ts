import type { Thread } from '../../runtime/thread.ts';
import type { Engine } from './engine.ts';

/** Frames that came since the last round; so few the writer copies itself. */
const fewFrames = 1_000;
const maxRounds = 6;

/**
 * 检查点: moves the log's pages into the file while the writer goes on. A connection of another thread copies them, again while many came meanwhile; the writer copies the
 * few that are left, so that its next commit begins the log anew.
 */
export interface Checkpointer {
  /** Tells of documents that were written; enough of them begin a checkpoint. */
  wrote(documents: number): void;
  close(): Promise<void>;
}

export function createCheckpointer(parts: {
  readonly copier: Thread<Engine>;
  readonly writer: Pick<Thread<Engine>, 'call'>;
  readonly everyDocuments: number;
}): Checkpointer {
  const { copier, writer, everyDocuments } = parts;
  let written = 0;
  let running: Promise<void> | undefined;
  const copy = async (): Promise<void> => {
    let before = 0;
    for (let round = 0; round < maxRounds; round += 1) {
      const frames = await copier.call('checkpoint');
      if (frames - before < fewFrames) return;
      before = frames;
    }
  };
  // Without a copier the writer copies everything, as SQLite itself would have it do. What keeps that one from copying (a full disk, a broken one) shows in the next commit.
  const run = async (): Promise<void> => {
    await copy().catch(() => undefined);
    await writer.call('checkpoint').catch(() => undefined);
  };
  return {
    wrote(documents) {
      written += documents;
      if (written < everyDocuments || running !== undefined) return;
      written = 0;
      running = run().finally(() => {
        running = undefined;
      });
    },
    async close() {
      await running;
      if (copier.isAlive) await copier.call('close');
      await copier.end();
    },
  };
}
