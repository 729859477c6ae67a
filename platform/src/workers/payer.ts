import type { PaymentDeps } from '../wallets/index.ts';
import { payStep } from '../wallets/index.ts';
import { rest } from './rest.ts';

/** 支付工: one payment at a time; what was sent is asked for, never sent again. */
export interface Payer {
  start(): void;
  payAll(): Promise<void>;
  stop(): Promise<void>;
}

const idleMs = 500;
const troubledMs = 5_000;

/** @param isPaused whether an operator has stopped the payments; what is due waits */
export function createPayer(deps: PaymentDeps, isPaused: () => Promise<boolean>): Payer {
  const aborted = new AbortController();
  let turn: Promise<unknown> = Promise.resolve();
  const step = (): Promise<boolean> => {
    const run = turn.then(async () => !(await isPaused()) && payStep(deps));
    turn = run.catch(() => undefined);
    return run;
  };
  let running: Promise<void> = Promise.resolve();
  return {
    start() {
      running = loop(deps, step, aborted.signal);
    },
    async payAll() {
      while (await step());
    },
    async stop() {
      aborted.abort();
      await running;
      await turn;
    },
  };
}

async function loop(deps: PaymentDeps, step: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (!(await step())) await rest(idleMs, signal);
    } catch (error) {
      deps.log.error('pay.defect', {}, error);
      await rest(troubledMs, signal);
    }
  }
}
