import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own with little room, to be filled up and emptied again. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all room but so many bytes. */
  fill(leaveBytes: number): void;
  makeRoom(): void;
  freeBytes(): number;
  remove(): void;
}

/** A file system in memory, where this process may mount one; elsewhere nothing, with the reason on the terminal. */
export function smallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    process.stdout.write('skipped: no disk to fill up; tests of a full disk need root on Linux (mount -t tmpfs)\n');
    return undefined;
  }
  const ballast = join(folder, 'ballast');
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    freeBytes,
    fill: (leaveBytes) => {
      writeFileSync(ballast, Buffer.alloc(Math.max(0, freeBytes() - leaveBytes)), { flag: 'a' });
    },
    makeRoom: () => {
      truncateSync(ballast, 0);
    },
    remove: () => {
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    },
  };
}
