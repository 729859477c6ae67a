import type { Log } from '../kernel/index.ts';
import { underLease } from '../storage/index.ts';
import type { Conditions } from './conditions.ts';
import { rest } from './rest.ts';
import { logTrouble } from './trouble.ts';

/** What a bounded step found: something done and maybe more to do, nothing to do, or something in the way for now. */
export type StepResult = 'did' | 'idle' | 'waiting';

/** A worker that takes one bounded step after another, never two at one time, whoever asks and on whichever server. */
export interface Stepper {
  start(): void;
  /** Takes steps until there is nothing left to do or something is in the way. */
  runAll(): Promise<void>;
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

const troubledMs = 5_000;

interface StepperParts extends Conditions {
  readonly name: string;
  readonly log: Log;
  readonly idleMs: number;
  /** Works on the lease's store; gets whether somebody asked for it now, rather than the clock. */
  readonly step: (now: boolean) => Promise<StepResult>;
}

export function createStepper(parts: StepperParts): Stepper {
  const { lease, isPaused } = parts;
  const aborted = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const step = (now: boolean): Promise<StepResult> => {
    const run = turn.then(async () => ((await isPaused()) ? 'idle' : underLease(lease, () => parts.step(now), 'idle')));
    turn = run.catch(() => undefined);
    return run;
  };
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop({ ...parts, step }, aborted.signal);
    },
    async runAll() {
      while ((await step(true)) === 'did');
    },
    async stop() {
      aborted.abort();
      await running;
      await turn;
      await lease.release();
    },
  };
}

async function loop(
  { name, log, idleMs, step }: Omit<StepperParts, keyof Conditions>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const result = await step(false);
      if (result !== 'did') await rest(result === 'idle' ? idleMs : troubledMs, signal);
    } catch (error) {
      logTrouble(log, name, error);
      await rest(troubledMs, signal);
    }
  }
}
