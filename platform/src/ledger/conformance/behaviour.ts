import type { Capability } from './harness.ts';
import type { Probe } from './probe.ts';

/** One of the thirty-two behaviours that every engine has to show; the numbers are those of the ledger's checklist and never change. */
export interface Behaviour {
  readonly number: number;
  readonly title: string;
  readonly needs?: Capability;
  check(probe: Probe): Promise<void>;
}
