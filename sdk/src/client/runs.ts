import type { SentRecord } from '../records/index.ts';
import type { Paging, Transport } from './transport.ts';
import type { PageOf } from './views.ts';
import type { Instant, LocalText, RecordCounts } from './words.ts';

/** GET /v1/runs — a partner's own, newest first. `read = used + duplicate + refused + open`, always. */
export interface RunView {
  readonly run: string;
  readonly source: string;
  readonly programme: string;
  readonly partner?: string;
  /**
   * `interrupted`: nothing has arrived for a quarter of an hour and nobody finished it; the same file sent again goes on, as a run of its own. `day-over`: it gathered
   * what came without a run on a day that is over.
   */
  readonly state: 'running' | 'interrupted' | 'day-over' | 'finished';
  readonly openedAt: Instant;
  /** When it last took records; absent until then. */
  readonly takenAt?: Instant;
  readonly finishedAt?: Instant;
  readonly counts: {
    readonly records: RecordCounts;
    readonly activities: {
      readonly accepted: Readonly<Record<string, number>>;
      readonly refused: Readonly<Record<string, number>>;
      /** By code; a person decides. */
      readonly held: Readonly<Record<string, number>>;
      readonly byEvidence: Readonly<Record<string, number>>;
    };
    readonly reductionMilligrams: string;
  };
  /** Where it was undone: what it took back. Its counts go on saying what came of it when it was imported. */
  readonly reversal?: RunReversalView;
}

/** POST /v1/runs/{run}/reversal — asked again, it says how far it is. */
export interface RunReversalView {
  readonly state: 'under-way' | 'done';
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly finishedAt?: Instant;
  /** Units of work of the run, and how many of them are still to be taken back. */
  readonly batches: number;
  readonly batchesLeft: number;
  /** Carbon records that were reversed, and their grams. */
  readonly reversedRecords: number;
  readonly reversedMilligrams: string;
  /** Refused and held trips that were withdrawn. */
  readonly withdrawnTrips: number;
  /** Records that waited and wait no longer. */
  readonly endedRecords: number;
  /** Trips of other runs that had given way to this one's and count again. */
  readonly restoredTrips: number;
}

/** GET /v1/runs/{run}/refusals — and, one a line, the report. */
export interface RunRefusal {
  readonly day: string;
  readonly kind: 'record' | 'activity' | 'held';
  readonly code: string;
  readonly text: LocalText;
  readonly next: LocalText;
  readonly records: number;
  /** The first of its lines in what was sent. */
  readonly line?: number;
  /** In the list: all of its lines, where it had several records. */
  readonly lines?: readonly {
    readonly first: number;
    readonly last: number;
    /** Fewer than the lines from first to last where others stand between them. */
    readonly records: number;
  }[];
  /** In the report, which has a row for each range of lines: the last one, where it is not the first. */
  readonly lastLine?: number;
  readonly field?: string;
}

/** GET /v1/sources — what records can be sent of. */
export interface IntakeSourceView {
  readonly source: string;
  readonly plugin: string;
  readonly name: LocalText;
  readonly modes: readonly string[];
  /** That a file must have, under the source's own settings. */
  readonly columns: readonly string[];
}

/** POST /v1/runs — one set of records of one source. */
export interface NewRun {
  readonly source: string;
  readonly programme: string;
  readonly settings?: unknown;
}

const of = encodeURIComponent;

/** Runs 导入运行 of a partner. */
export function runCalls({ json, bytes }: Transport) {
  return {
    list: (paging: Paging = {}) => json<PageOf<RunView>>('/v1/runs', { query: { ...paging } }),
    sources: () => json<PageOf<IntakeSourceView>>('/v1/sources'),
    open: (body: NewRun) => json<{ readonly run: string }>('/v1/runs', { method: 'POST', body }),
    /** Sends some records of a run; those that were sent before count as duplicates, so that a repeated call adds nothing. */
    send: (run: Pick<RunView, 'run' | 'source'>, records: readonly SentRecord[]) =>
      bytes(`/v1/sources/${of(run.source)}/records`, {
        method: 'POST',
        query: { run: run.run },
        lines: records.map((one) => `${JSON.stringify(one)}\n`).join(''),
      }),
    /** Settles what waits and seals; to be called once everything was sent. */
    finish: (run: string) => json<unknown>(`/v1/runs/${of(run)}/finish`, { method: 'POST' }),
    /** Undoes a finished run 撤销, with a reason: begins it, or takes it further; to be called, with a new key each time, until the state is `done`. */
    undo: (run: string, reason: string, idempotencyKey: string) =>
      json<RunReversalView>(`/v1/runs/${of(run)}/reversal`, { method: 'POST', body: { reason }, idempotencyKey }),
    get: (run: string) => json<RunView>(`/v1/runs/${of(run)}`),
    refusals: (run: string, paging: Paging = {}) =>
      json<PageOf<RunRefusal>>(`/v1/runs/${of(run)}/refusals`, { query: { ...paging } }),
    /** NDJSON, whole; the run's refusals may be asked for again at any time. */
    report: (run: string) => bytes(`/v1/runs/${of(run)}/report`),
  };
}
