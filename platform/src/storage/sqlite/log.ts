import type { DatabaseSync } from 'node:sqlite';

/** For whoever copies the log or reads at the same time. */
export const busyTimeoutMs = 5_000;

/** The log of a connection. SQLite copies it not in the middle of a transaction of the same connection: what is asked for there is done behind its commit. */
export interface Log {
  /** Copies what nobody needs in its older state; how many frames the log holds, 0 where it has to wait. */
  readonly checkpoint: () => number;
  /** Copies all of it and cuts it off; whether that is done, by this call or behind a commit since the one before. */
  readonly truncate: () => boolean;
  readonly committed: () => void;
}

export function logOf(database: DatabaseSync): Log {
  const due = { copy: false, truncate: false };
  let isTruncated = false;
  const copy = (): number => {
    due.copy = database.isTransaction;
    return due.copy ? 0 : Number(database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.['log'] ?? 0);
  };
  // Where somebody is in the way it says so at once: waiting here, it would hold up everybody who writes.
  const cut = (): boolean => {
    database.exec('PRAGMA busy_timeout = 0');
    try {
      return database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0;
    } finally {
      database.exec(`PRAGMA busy_timeout = ${String(busyTimeoutMs)}`);
    }
  };
  return {
    checkpoint: copy,
    truncate() {
      const wasTruncated = isTruncated;
      isTruncated = false;
      due.truncate = database.isTransaction && !wasTruncated;
      return wasTruncated || (!due.truncate && cut());
    },
    committed() {
      if (due.truncate) {
        isTruncated = cut();
        due.truncate = !isTruncated;
      }
      if (due.copy) copy();
    },
  };
}
