import type { SealingDeps } from '../carbon/index.ts';
import { sealStep } from '../carbon/index.ts';
import { rest } from './rest.ts';

/** 封存工: one at a time, whoever asks; two would endorse one batch twice, and only one of the two transactions writes its header. */
export interface Sealer {
  start(): void;
  /** Seals everything that waits, without the delay. */
  sealAll(): Promise<void>;
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

const idleMs = 100;
const troubledMs = 2_000;

export function createSealer(deps: SealingDeps): Sealer {
  const aborted = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const step = (now: boolean) => {
    const run = turn.then(() => sealStep(deps, { now }));
    turn = run.catch(() => undefined);
    return run;
  };
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(deps, step, aborted.signal);
    },
    async sealAll() {
      while ((await step(true)).did === 'sealed');
    },
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
