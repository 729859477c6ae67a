import type { SealingDeps, SealStep } from '../carbon/index.ts';
import { sealStep } from '../carbon/index.ts';
import { rest } from './rest.ts';

/** 封存工: one at a time, whoever asks; two would endorse one batch twice, and only one of the two transactions writes its header. */
export interface Sealer {
  start(): void;
  /** Seals everything that waits, without the delay. */
  sealAll(): Promise<void>;
  /** Does something while nothing is being sealed. */
  between<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

const idleMs = 100;
const troubledMs = 2_000;
const nothing: SealStep = { did: 'nothing' };

/** @param isPaused whether an operator has stopped the sealing; what was begun is ended */
export function createSealer(deps: SealingDeps, isPaused: () => Promise<boolean>): Sealer {
  const aborted = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const run = turn.then(act);
    turn = run.catch(() => undefined);
    return run;
  };
  const step = (now: boolean) => inTurn(async () => ((await isPaused()) ? nothing : sealStep(deps, { now })));
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(deps, step, aborted.signal);
    },
    async sealAll() {
      while ((await step(true)).did === 'sealed');
    },
    between: inTurn,
    async stop() {
      aborted.abort();
      await running;
      await turn;
    },
  };
}

async function loop(
  deps: SealingDeps,
  step: (now: boolean) => ReturnType<typeof sealStep>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { did } = await step(false);
      if (did !== 'sealed') await rest(did === 'waiting' ? troubledMs : idleMs, signal);
    } catch (error) {
      deps.log.error('seal.defect', {}, error);
      await rest(troubledMs, signal);
    }
  }
}
