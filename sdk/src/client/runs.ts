import type { Paging, Transport } from './transport.ts';
import type { PageOf } from './views.ts';
import type { Instant, LocalText } from './words.ts';

/** GET /v1/runs — a partner's own, newest first. `read = used + duplicate + refused + open`, always. */
export interface RunView {
  readonly run: string;
  readonly source: string;
  readonly programme: string;
  readonly partner?: string;
  readonly openedAt: Instant;
  readonly finishedAt?: Instant;
  readonly counts: {
    readonly records: {
      readonly read: number;
      readonly used: number;
      readonly duplicate: number;
      readonly refused: number;
      readonly open: number;
    };
    readonly activities: {
      readonly accepted: Readonly<Record<string, number>>;
      readonly refused: Readonly<Record<string, number>>;
      readonly byEvidence: Readonly<Record<string, number>>;
    };
    readonly reductionMilligrams: string;
  };
}

/** GET /v1/runs/{run}/refusals — and, one a line, the report. */
export interface RunRefusal {
  readonly day: string;
  readonly kind: 'record' | 'activity' | 'held';
  readonly code: string;
  readonly text: LocalText;
  readonly next: LocalText;
  readonly records: number;
  readonly line?: number;
  readonly field?: string;
}

const of = encodeURIComponent;

/** Runs 导入运行 of a partner. */
export function runCalls({ json, bytes }: Transport) {
  return {
    list: (paging: Paging = {}) => json<PageOf<RunView>>('/v1/runs', { query: { ...paging } }),
    get: (run: string) => json<RunView>(`/v1/runs/${of(run)}`),
    refusals: (run: string, paging: Paging = {}) =>
      json<PageOf<RunRefusal>>(`/v1/runs/${of(run)}/refusals`, { query: { ...paging } }),
    /** NDJSON, whole; the run's refusals may be asked for again at any time. */
    report: (run: string) => bytes(`/v1/runs/${of(run)}/report`),
  };
}
