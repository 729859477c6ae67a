import type { Paging, Transport } from './transport.ts';
import type { AppealView, PageOf, ReasonView, TripView } from './views.ts';

/** GET /v1/appeals?state=open|decided: what waits for a decision, the oldest first, or what was decided, the latest first. */
export interface AppealLineView extends Omit<AppealView, 'statement'> {
  /** What had become of the trip when it was appealed. */
  readonly about: TripView['status'];
  readonly reason?: ReasonView;
  /** Who decided: the subject of an agency or an operator. */
  readonly decidedBy?: string;
}

/** A trip as a decider sees it. */
export type CaseTripView = Pick<
  TripView,
  | 'activity'
  | 'record'
  | 'status'
  | 'source'
  | 'mode'
  | 'evidence'
  | 'day'
  | 'occurredAt'
  | 'startedAt'
  | 'endedAt'
  | 'distanceMeters'
  | 'fromPlace'
  | 'toPlace'
>;

/** GET /v1/appeals/{appeal} with a reason — the look stands in the trail with it, where the person sees both. */
export interface AppealCaseView extends AppealView {
  readonly about: TripView['status'];
  readonly reason?: ReasonView;
  readonly decidedBy?: string;
  readonly trip: CaseTripView;
  /** Of a held trip: the one on another account that it is held against. */
  readonly heldAgainst?: CaseTripView;
}

/** POST /v1/appeals/{appeal}/decision with Idempotency-Key; answers the case as it stands then, so that it is not looked at again to see what was decided. */
export interface AppealDecisionBody {
  readonly decision: 'uphold' | 'decline';
  /** At most 500 characters; the person reads it. */
  readonly answer: string;
  /** Takes the trip back that the appealed one is held against. */
  readonly alsoReverse?: boolean;
}

const of = encodeURIComponent;

/** Appeals 申诉, as those who decide them use them. */
export function appealCalls({ json }: Transport) {
  return {
    open: (paging: Paging = {}) => json<PageOf<AppealLineView>>('/v1/appeals', { query: { ...paging } }),
    decided: (paging: Paging = {}) =>
      json<PageOf<AppealLineView>>('/v1/appeals', { query: { state: 'decided', ...paging } }),
    get: (appeal: string, reason: string) => json<AppealCaseView>(`/v1/appeals/${of(appeal)}`, { reason }),
    decide: (appeal: string, body: AppealDecisionBody, idempotencyKey: string) =>
      json<AppealCaseView>(`/v1/appeals/${of(appeal)}/decision`, { method: 'POST', body, idempotencyKey }),
  };
}
