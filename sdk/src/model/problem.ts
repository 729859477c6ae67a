/** The closed list of kinds a refusal may have; the HTTP door turns a kind into a status in one place. */
export type RefusalKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'conflict' | 'limit' | 'unavailable';

/** RFC 9457 body of every refusal. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** What the caller can do next. */
  readonly next: string;
  readonly traceId: string;
  readonly line?: number;
  readonly field?: string;
}
