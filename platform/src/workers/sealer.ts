import type { SealingDeps, SealStep } from '../carbon/index.ts';
import { hasUnsealed, sealStep } from '../carbon/index.ts';
import { underLease } from '../storage/index.ts';
import type { Conditions } from './conditions.ts';
import { rest } from './rest.ts';
import { logTrouble } from './trouble.ts';

/** 封存工: one at a time, whoever asks and on whichever server; two would endorse one batch twice, and only one of the two transactions writes its header. */
export interface Sealer {
  start(): void;
  /** Seals everything that waits, without the delay; where another server seals, waits for it a while. */
  sealAll(): Promise<void>;
  /** Does something while nothing is being sealed. */
  between<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Waits for the step under way. */
  stop(): Promise<void>;
}

const idleMs = 100;
const troubledMs = 2_000;
/** Looks at what another server seals: half a minute in all. */
const maxLooks = 300;

type Step = (now: boolean) => Promise<SealStep | 'elsewhere'>;

export function createSealer(deps: SealingDeps, { lease, isPaused }: Conditions): Sealer {
  const aborted = new AbortController();
  const leased: SealingDeps = { ...deps, store: lease.store };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(act: () => Promise<Result>): Promise<Result> => {
    const run = turn.then(act);
    turn = run.catch(() => undefined);
    return run;
  };
  const seal = (now: boolean) =>
    underLease<SealStep | 'elsewhere'>(lease, () => sealStep(leased, { now }), 'elsewhere');
  const step: Step = (now) => inTurn(async () => ((await isPaused()) ? { did: 'nothing' } : seal(now)));
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(deps, step, aborted.signal);
    },
    sealAll: () => sealAll(deps, step, aborted.signal),
    between: inTurn,
    async stop() {
      aborted.abort();
      await running;
      await turn;
      await lease.release();
    },
  };
}

async function sealAll({ store }: SealingDeps, step: Step, signal: AbortSignal): Promise<void> {
  for (let looks = 0; looks < maxLooks && !signal.aborted;) {
    const done = await step(true);
    if (done !== 'elsewhere') {
      if (done.did !== 'sealed') return;
      continue;
    }
    if (!(await hasUnsealed(store))) return;
    looks += 1;
    await rest(idleMs, signal);
  }
}

async function loop(deps: SealingDeps, step: Step, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const done = await step(false);
      if (done === 'elsewhere' || done.did === 'waiting') await rest(troubledMs, signal);
      else if (done.did !== 'sealed') await rest(idleMs, signal);
    } catch (error) {
      logTrouble(deps.log, 'seal', error);
      await rest(troubledMs, signal);
    }
  }
}
