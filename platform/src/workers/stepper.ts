import type { Log } from '../kernel/index.ts';
import { rest } from '../runtime/index.ts';
import { underLease } from '../storage/index.ts';
import type { Conditions } from './conditions.ts';
import { logTrouble } from './trouble.ts';

/** What a bounded step found: something done and maybe more to do, nothing to do, or something in the way for now. */
export type StepResult = 'did' | 'idle' | 'waiting';

/** 步进工: a worker that takes one bounded step after another, never two at one time, whoever asks and on whichever server. */
export interface Stepper {
  start(): void;
  /**
   * Takes steps until there is nothing left to do or something is in the way; where another server does the work, waits a while for it. Many who ask at one time are
   * one run, which begins after all of them have asked.
   */
  runAll(): Promise<void>;
  /** Does something while no step is under way here. */
  between<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

export interface StepperParts extends Conditions {
  readonly name: string;
  readonly log: Log;
  readonly idleMs: number;
  /** Works on the lease's store; gets whether somebody asked for it now, rather than the clock. */
  readonly step: (now: boolean) => Promise<StepResult>;
  /** Whether anything is left to do, whoever does it; who asks for everything waits for another server only where this is given. */
  readonly isLeft?: () => Promise<boolean>;
  readonly rest?: typeof rest;
}

/** How long to leave alone what did not go, or what another server does. */
const troubledMs = 2_000;
/** Looks at what another server does: half a minute in all. */
const maxLooks = 300;
const lookMs = 100;

type Taken = StepResult | 'elsewhere';

/** A worker's steps and what it rests with. */
interface Pace {
  readonly step: (now: boolean) => Promise<Taken>;
  readonly rest: typeof rest;
  readonly signal: AbortSignal;
}

export function createStepper(parts: StepperParts): Stepper {
  const { lease, isPaused } = parts;
  const aborted = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const run = turn.then(act);
    turn = run.catch(() => undefined);
    return run;
  };
  const underLeaseHere = (now: boolean) => underLease<Taken>(lease, () => parts.step(now), 'elsewhere');
  const step = (now: boolean): Promise<Taken> =>
    inTurn(async () => ((await isPaused()) ? 'idle' : underLeaseHere(now)));
  const pace: Pace = { step, rest: parts.rest ?? rest, signal: aborted.signal };
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(parts, pace);
    },
    runAll: together(() => runAll(parts, pace)),
    between: inTurn,
    async stop() {
      aborted.abort();
      await running;
      await turn;
      await lease.release();
    },
  };
}

/** One run at a time, which begins at once, and at most one that waits for it to end. */
function together(run: () => Promise<void>): () => Promise<void> {
  let [under, next]: [Promise<void> | undefined, Promise<void> | undefined] = [undefined, undefined];
  const begin = (): Promise<void> => {
    const begun = run();
    const ended = begun
      .catch(() => undefined)
      .then(() => {
        if (under === ended) under = undefined;
      });
    [under, next] = [ended, undefined];
    return begun;
  };
  return () => {
    if (under === undefined && next === undefined) return begin();
    next ??= (under ?? Promise.resolve()).then(begin);
    return next;
  };
}

async function runAll({ isLeft }: StepperParts, { step, rest: pause, signal }: Pace): Promise<void> {
  for (let looks = 0; looks < maxLooks && !signal.aborted;) {
    const taken = await step(true);
    if (taken === 'did') continue;
    if (taken !== 'elsewhere' || isLeft === undefined || !(await isLeft())) return;
    looks += 1;
    await pause(lookMs, signal);
  }
}

async function loop({ name, log, idleMs }: StepperParts, { step, rest: pause, signal }: Pace): Promise<void> {
  while (!signal.aborted) {
    try {
      const taken = await step(false);
      if (taken !== 'did') await pause(restAfter(taken, idleMs), signal);
    } catch (error) {
      logTrouble(log, name, error);
      await pause(troubledMs, signal);
    }
  }
}

function restAfter(taken: Exclude<Taken, 'did'>, idleMs: number): number {
  if (taken === 'idle') return idleMs;
  return taken === 'waiting' ? troubledMs : Math.max(idleMs, troubledMs);
}
