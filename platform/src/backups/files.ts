import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/** 备份清单: every file of a backup with its digest; written last, so that a folder without one is no backup. */
export const manifestSchema = z.strictObject({
  format: z.literal('tanhui-backup-v1'),
  madeAt: z.number().int(),
  files: z.array(
    z.strictObject({
      path: z.string().regex(/^[\w.-]+(\/[\w.-]+)*$/),
      bytes: z.number().int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

export type BackupManifest = z.output<typeof manifestSchema>;
export type BackupFile = BackupManifest['files'][number];

export const manifestName = 'manifest.json';
/** Of a process rather than of the data, or a database: those are copied by whoever has them open. */
const passing = /(\.lock|-wal|-shm|-journal|\.partial)$|^server\.json$|^backups\/|\.db$/;

/** Files of a data folder that are copied as they are, by path below it: keys and certificates. */
export function plainFilesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !passing.test(path) && statSync(join(folder, path)).isFile())
    .toSorted();
}

/** The store's database in a data folder. */
export const storeFile = 'tanhui.db';
/** The ledger's blocks in a data folder; its state follows from them and is made again. */
export const blocksFile = 'ledger/chain.db';

export function isDatabase(path: string): boolean {
  return path.endsWith('.db');
}

/** The state of a database at one moment, while others go on writing. */
export interface HeldState {
  copyTo(path: string): Promise<void>;
  release(): void;
}

/** Holds the state that a database has now: a read transaction of its own connection, which write-ahead logging keeps stable. */
export function holdState(path: string): HeldState {
  const database = new DatabaseSync(path);
  database.exec('BEGIN');
  database.prepare('SELECT count(*) FROM sqlite_schema').get();
  return {
    copyTo: async (target) => {
      await backup(database, target, { rate: 1_000 });
    },
    release() {
      database.close();
    },
  };
}

/** Whether every page and index of a database is sound. */
export function isSound(path: string): boolean {
  const address = pathToFileURL(path);
  // Nobody writes to a copy: SQLite then leaves no files beside it.
  address.searchParams.set('immutable', '1');
  const database = new DatabaseSync(address, { readOnly: true });
  try {
    return database.prepare('PRAGMA integrity_check').get()?.['integrity_check'] === 'ok';
  } catch {
    return false;
  } finally {
    database.close();
  }
}

export async function digestOf(folder: string, path: string): Promise<BackupFile> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(join(folder, path)), digest);
  return { path, bytes: statSync(join(folder, path)).size, sha256: digest.digest('hex') };
}
