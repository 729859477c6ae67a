import type { Lease } from '../storage/index.ts';

/** Under which a worker does anything at all. */
export interface Conditions {
  /** No other server does the same. */
  readonly lease: Lease;
  /** Whether an operator has stopped this work; what was begun is ended, what is due waits. */
  readonly isPaused: () => Promise<boolean>;
}
