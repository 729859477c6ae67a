import type { Paging, Transport } from './transport.ts';
import type { PageOf } from './views.ts';
import type { Day } from './words.ts';

/** GET /v1/roots — the root of a closed day as it stands on the ledger: to be noted down, and compared with later. */
export interface DayRootView {
  readonly programme: string;
  readonly day: Day;
  readonly batches: number;
  readonly records: number;
  /** Hex. */
  readonly root: string;
}

/** Roots of closed days, and a day's records to take home. */
export function rootCalls({ json, bytes, programme }: Transport) {
  return {
    roots: (query: Paging & { readonly programme?: string } = {}) =>
      json<PageOf<DayRootView>>('/v1/roots', { query: { programme: programme(), ...query } }),
    /** CSV, whole. */
    dayRecords: (day: Day) => bytes(`/v1/audit/days/${day}/records`, { query: { programme: programme() } }),
  };
}
