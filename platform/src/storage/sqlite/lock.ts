import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { refuseStorage } from '../refusals.ts';

/** Holds a file for this process; a lock left by a process that is gone is taken over. Gives what releases it. */
export function lockFile(path: string): () => void {
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => {
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number(readFileSync(path, 'utf8'));
      if (isAlive(holder)) throw refuseStorage('STORAGE_LOCKED', { process: holder }, error);
      rmSync(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
