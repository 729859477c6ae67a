import type { Transport } from './transport.ts';
import type { PageOf } from './views.ts';
import type { Day, Instant } from './words.ts';

/** GET /v1/operations/controls — what can be paused, and what is. */
export interface ControlView {
  /** `intake`, `sealing`, `payments`, or one source as `intake.metro-trips`. */
  readonly control: string;
  readonly isPaused: boolean;
  readonly changedAt?: Instant;
  readonly changedBy?: string;
  readonly reason?: string;
}

/** GET /v1/operations/stuck — what should be done by now and is not. */
export interface StuckView {
  /** Records that no batch holds yet. */
  readonly days: readonly {
    readonly programme: string;
    readonly day: Day;
    readonly records: number;
    readonly since: Instant;
  }[];
  /** Batches that are not on the ledger yet. */
  readonly batches: readonly {
    readonly batch: string;
    readonly programme: string;
    readonly day: Day;
    readonly records: number;
    readonly state: 'prepared' | 'submitted';
    readonly since: Instant;
    readonly transaction?: string;
  }[];
  /** Days 逾期未封存 that were closed on the ledger without some of their records, where nothing on a later day stands in for these yet. */
  readonly tooLate: readonly {
    readonly programme: string;
    readonly day: Day;
    readonly records: number;
    readonly milligrams: string;
    readonly since: Instant;
  }[];
  /** Payments that are due or whose outcome is unknown. */
  readonly payments: readonly {
    readonly payment: string;
    readonly amountFen: string;
    readonly state: string;
    readonly since: Instant;
  }[];
  /** What was paid on a day and no seal holds yet. */
  readonly payouts: readonly {
    readonly programme: string;
    readonly day: Day;
    readonly payments: number;
    readonly amountFen: string;
    readonly since: Instant;
  }[];
  /** Seals of payments 结算封存 that are not on the ledger yet. */
  readonly settlements: readonly {
    readonly settlement: string;
    readonly programme: string;
    readonly day: Day;
    readonly payments: number;
    readonly amountFen: string;
    readonly state: 'prepared' | 'submitted';
    readonly since: Instant;
    readonly transaction?: string;
  }[];
  /** Days on which books, bank and ledger differ. */
  readonly reconciliations: readonly {
    readonly programme: string;
    readonly day: Day;
    readonly differences: number;
    readonly report: string;
  }[];
  /** Undone imports 撤销 of which something is still to be taken back. */
  readonly undos: readonly {
    readonly run: string;
    readonly source: string;
    readonly programme: string;
    /** Units of work of the run, and how many of them are still to be taken back. */
    readonly batches: number;
    readonly batchesLeft: number;
    readonly since: Instant;
  }[];
}

/** GET and POST /v1/operations/backups — copies of one moment, in a folder of the server. */
export interface BackupView {
  readonly backup: string;
  readonly folder: string;
  readonly madeAt: Instant;
  readonly bytes: number;
  readonly files: number;
}

const of = encodeURIComponent;

/** What an operator asks of the running server. */
export function operationsCalls({ json }: Transport) {
  const change = (act: 'pause' | 'resume') => (control: string, reason: string) =>
    json<ControlView>(`/v1/operations/controls/${of(control)}/${act}`, { method: 'POST', body: { reason } });
  return {
    controls: () => json<PageOf<ControlView>>('/v1/operations/controls'),
    pause: change('pause'),
    resume: change('resume'),
    backups: () => json<PageOf<BackupView>>('/v1/operations/backups'),
    backUp: () => json<BackupView>('/v1/operations/backups', { method: 'POST', body: {} }),
    stuck: (minutes?: number) => json<StuckView>('/v1/operations/stuck', { query: { minutes } }),
  };
}
