import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, recordOf } from './processes.ts';
import type { ProcessRecord } from './processes.ts';

/** Holds a file for this process and gives what releases it; takes over a file whose holder has ended. */
export function lockFile(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, JSON.stringify(recordOf('command', process.pid)));
      closeSync(file);
      return () => {
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(path);
      if (holder !== undefined && isRunning(holder))
        throw new Error(`another command (process ${holder.pid}) is at work here; wait until it has ended`, {
          cause: error,
        });
      rmSync(path, { force: true });
    }
  }
}

/** A file that was cut short belongs to nobody. */
function holderOf(path: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessRecord;
  } catch {
    return undefined;
  }
}
