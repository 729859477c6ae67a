import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupManifest } from './files.ts';
import { digestOf, isDatabase, isSound, manifestName, manifestSchema } from './files.ts';
import { refuseBackup } from './refusals.ts';

/** 验证: every file is there with its digest, and every database is sound. Whether they belong together, the start of a server says. */
export async function verifyBackup(folder: string): Promise<BackupManifest> {
  const manifest = readManifest(folder);
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    if (statSync(path, { throwIfNoEntry: false })?.size !== file.bytes) throw damaged(file.path);
    if ((await digestOf(folder, file.path)).sha256 !== file.sha256) throw damaged(file.path);
    if (isDatabase(file.path) && !isSound(path)) throw damaged(file.path);
  }
  return manifest;
}

function readManifest(folder: string): BackupManifest {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(folder, manifestName), 'utf8')));
  } catch (cause) {
    throw refuseBackup('BACKUPS_DAMAGED', { file: manifestName }, cause);
  }
}

function damaged(file: string): Error {
  return refuseBackup('BACKUPS_DAMAGED', { file });
}

/** 恢复 into a folder that is not there yet or is empty; all of it or nothing. */
export async function restoreBackup(folder: string, dataFolder: string): Promise<BackupManifest> {
  if (existsSync(dataFolder) && readdirSync(dataFolder).length > 0)
    throw refuseBackup('BACKUPS_TARGET_NOT_EMPTY', { folder: dataFolder });
  const manifest = await verifyBackup(folder);
  const partial = `${dataFolder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  for (const { path } of manifest.files) {
    mkdirSync(dirname(join(partial, path)), { recursive: true, mode: 0o700 });
    copyFileSync(join(folder, path), join(partial, path));
  }
  rmSync(dataFolder, { recursive: true, force: true });
  renameSync(partial, dataFolder);
  return manifest;
}
