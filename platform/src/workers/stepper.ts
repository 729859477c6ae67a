import type { Log } from '../kernel/index.ts';
import { rest } from './rest.ts';

/** What a bounded step found: something done and maybe more to do, nothing to do, or something in the way for now. */
export type StepResult = 'did' | 'idle' | 'waiting';

/** A worker that takes one bounded step after another, never two at one time, whoever asks. */
export interface Stepper {
  start(): void;
  /** Takes steps until there is nothing left to do or something is in the way. */
  runAll(): Promise<void>;
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

const troubledMs = 5_000;

/** `step` gets whether somebody asked for it now, rather than the clock. */
export function createStepper(parts: {
  readonly name: string;
  readonly log: Log;
  readonly idleMs: number;
  readonly step: (now: boolean) => Promise<StepResult>;
}): Stepper {
  const aborted = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const step = (now: boolean): Promise<StepResult> => {
    const run = turn.then(() => parts.step(now));
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
    },
  };
}

async function loop(
  { name, log, idleMs, step }: Parameters<typeof createStepper>[0],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const result = await step(false);
      if (result !== 'did') await rest(result === 'idle' ? idleMs : troubledMs, signal);
    } catch (error) {
      log.error(`${name}.defect`, {}, error);
      await rest(troubledMs, signal);
    }
  }
}
