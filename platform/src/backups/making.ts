import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../kernel/index.ts';
import { refuseStorage } from '../storage/index.ts';
import type { BackupManifest, HeldState } from './files.ts';
import { blocksFile, digestOf, holdState, manifestName, manifestSchema, plainFilesOf, storeFile } from './files.ts';
import { refuseBackup } from './refusals.ts';

export interface BackupDeps {
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly copyBlocks: (path: string) => Promise<void>;
  /** Does something at a moment at which nothing is on its way from the store to the ledger. */
  readonly between: <Result>(act: () => Promise<Result>) => Promise<Result>;
}

/** A backup that is there. */
export interface Backup {
  readonly backup: string;
  readonly folder: string;
  readonly madeAt: number;
  readonly bytes: number;
  readonly files: number;
}

/** 备份: copies of store, ledger and keys of one moment, made while the server goes on. They hold secrets: only their owner may read them. */
export interface Backups {
  make(): Promise<Backup>;
  list(): readonly Backup[];
}

export function createBackups(deps: BackupDeps): Backups {
  let isUnderWay = false;
  const root = join(deps.dataFolder, 'backups');
  return {
    async make() {
      if (isUnderWay) throw refuseBackup('BACKUPS_UNDER_WAY');
      isUnderWay = true;
      try {
        return await make(deps, root);
      } finally {
        isUnderWay = false;
      }
    },
    list: () =>
      existsSync(root)
        ? readdirSync(root)
            .toSorted()
            .reverse()
            .flatMap((name) => found(root, name))
        : [],
  };
}

function found(root: string, name: string): Backup[] {
  const path = join(root, name, manifestName);
  return existsSync(path) ? [viewOf(root, name, manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8'))))] : [];
}

function viewOf(root: string, backup: string, { madeAt, files }: BackupManifest): Backup {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { backup, folder: join(root, backup), madeAt, bytes, files: files.length };
}

/** Everything is copied beside its place first, so that what has its name is whole. */
async function make(deps: BackupDeps, root: string): Promise<Backup> {
  const madeAt = deps.clock.now();
  const name = `backup-${new Date(madeAt).toISOString().replaceAll(/[-:.]/g, '')}`;
  const partial = join(root, `${name}.partial`);
  try {
    const files = await copyAll(deps, partial);
    const manifest: BackupManifest = { format: 'tanhui-backup-v1', madeAt, files };
    writeFileSync(join(partial, manifestName), JSON.stringify(manifest, null, 2), { mode: 0o600 });
    renameSync(partial, join(root, name));
    return viewOf(root, name, manifest);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? refuseStorage('STORAGE_FULL', {}, error) : error;
  }
}

/**
 * The store's state is held and the blocks are copied while nothing is on its way from the one to the other, so that they are of one moment; the store is copied
 * afterwards, from the state that is held, while everybody goes on.
 */
async function copyAll(deps: BackupDeps, target: string): Promise<BackupManifest['files']> {
  const { dataFolder } = deps;
  const plain = plainFilesOf(dataFolder);
  const paths = [storeFile, blocksFile, ...plain];
  for (const path of paths) mkdirSync(dirname(join(target, path)), { recursive: true, mode: 0o700 });
  const held = await deps.between(async () => holdAndCopyBlocks(deps, target));
  try {
    for (const path of plain) copyFileSync(join(dataFolder, path), join(target, path));
    await held.copyTo(join(target, storeFile));
  } finally {
    held.release();
  }
  return Promise.all(paths.map((path) => digestOf(target, path)));
}

async function holdAndCopyBlocks(deps: BackupDeps, target: string): Promise<HeldState> {
  const held = holdState(join(deps.dataFolder, storeFile));
  try {
    await deps.copyBlocks(join(target, blocksFile));
    return held;
  } catch (error) {
    held.release();
    throw error;
  }
}
