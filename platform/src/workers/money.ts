import type { SettlementSealingDeps } from '../rewards/index.ts';
import { settlementStep } from '../rewards/index.ts';
import type { PaymentDeps } from '../wallets/index.ts';
import { payStep } from '../wallets/index.ts';
import type { Stepper } from './stepper.ts';
import { createStepper } from './stepper.ts';

const idleMs = 500;

/** Whether an operator has stopped this work; what is due waits. */
type IsPaused = () => Promise<boolean>;

/** 支付工: one payment at a time; what was sent is asked for, never sent again. */
export function createPayer(deps: PaymentDeps, isPaused: IsPaused): Stepper {
  return createStepper({
    name: 'pay',
    log: deps.log,
    idleMs,
    step: async () => (!(await isPaused()) && (await payStep(deps)) ? 'did' : 'idle'),
  });
}

/** 结算封存工: brings what was paid onto the ledger. */
export function createSettlementSealer(deps: SettlementSealingDeps, isPaused: IsPaused): Stepper {
  const results = { nothing: 'idle', sealed: 'did', waiting: 'waiting' } as const;
  return createStepper({
    name: 'settlement',
    log: deps.log,
    idleMs,
    step: async (now) => ((await isPaused()) ? 'idle' : results[(await settlementStep(deps, { now })).did]),
  });
}
