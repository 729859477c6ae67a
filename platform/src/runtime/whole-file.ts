import { randomBytes } from 'node:crypto';
import { closeSync, copyFileSync, constants, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a file system answers that knows no second name of a file. */
const linkless = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Makes a file that its owner alone can read, whole from its first moment on and on the disk before this returns: for keys, whose loss nothing could make good. Of two
 * processes that make it at once, the first one's stands.
 */
export function makeWholeFile(path: string, text: string): void {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    nameOnce(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  flushFolder(dirname(path));
}

function nameOnce(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (!linkless.has(code)) throw error;
    copyOnce(draft, path);
  }
}

/** Without links a reader may meet a file that is being written; it is still made once. */
function copyOnce(draft: string, path: string): void {
  try {
    copyFileSync(draft, path, constants.COPYFILE_EXCL);
    flush(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function flushFolder(folder: string): void {
  if (process.platform !== 'win32') flush(folder);
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
