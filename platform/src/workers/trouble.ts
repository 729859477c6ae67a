import type { Log } from '../kernel/index.ts';
import { Refusal } from '../kernel/index.ts';
import { StorageConflict } from '../storage/index.ts';

/** Says why a worker's step did not end: a coded obstacle (a full disk, a database that does not answer) passes and is no defect; anything else is one, in full. */
export function logTrouble(log: Log, work: string, error: unknown): void {
  if (error instanceof Refusal) log.warn(`${work}.waiting`, { code: error.code });
  else if (error instanceof StorageConflict) log.warn(`${work}.waiting`, { code: 'STORAGE_CONTENDED' });
  else log.error(`${work}.defect`, {}, error);
}
