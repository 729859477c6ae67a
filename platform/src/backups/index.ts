export { createBackups } from './making.ts';
export type { Backup, Backups } from './making.ts';
export { backupRefusals, refuseBackup } from './refusals.ts';
export { restoreBackup, verifyBackup } from './restoring.ts';
