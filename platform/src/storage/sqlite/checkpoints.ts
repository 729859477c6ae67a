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
  const run = async (): Promise<void> => {
    let before = 0;
    for (let round = 0; round < maxRounds; round += 1) {
      const frames = await copier.call('checkpoint');
      if (frames - before < fewFrames) break;
      before = frames;
    }
    await writer.call('checkpoint');
  };
  return {
    wrote(documents) {
      written += documents;
      if (written < everyDocuments || running !== undefined) return;
      written = 0;
      // A log that could not be copied stays as it is; the next checkpoint takes it along, and what keeps it from being copied shows where it is written.
      running = run()
        .catch(() => undefined)
        .finally(() => {
          running = undefined;
        });
    },
    async close() {
      await running;
      await copier.call('close');
      await copier.end();
    },
  };
}
