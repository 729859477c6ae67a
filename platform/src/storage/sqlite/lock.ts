import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { refuseStorage } from '../refusals.ts';

/**
 * Holds a path for this process, by a lock of the operating system on an empty database: it ends with the process, however that ends, and with nothing else. A process id in a file
 * would not do: in a container every server is process 1, and two that find the holder gone both take its place. Gives what releases it.
 */
export function lockFile(path: string): () => void {
  const holderFile = `${path}.pid`;
  dropEarlierKind(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw refuseStorage('STORAGE_LOCKED', { process: readHolder(holderFile) }, error);
  }
  writeFileSync(holderFile, String(process.pid), { mode: 0o600 });
  return () => {
    rmSync(holderFile, { force: true });
    database.close();
  };
}

/** Before, the lock was a file with a process id in it: a process that runs still holds its own. One of ours is empty, and is not even opened here: closing it would give up a lock that this process has on it. */
function dropEarlierKind(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const holder = readHolder(path);
  if (holder !== 0 && holder !== process.pid && isAlive(holder))
    throw refuseStorage('STORAGE_LOCKED', { process: holder });
  // Emptied, never removed: whoever holds it by now holds this very file.
  truncateSync(path);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /database is locked/.test(error.message);
}

/** The number that a holder has written, alone or in a record; 0 where nobody has yet, or was cut short. */
function readHolder(path: string): number {
  try {
    return Number(/\d+/.exec(readFileSync(path, 'utf8'))?.[0] ?? 0);
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
