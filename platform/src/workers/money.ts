import type { SettlementSealingDeps } from '../rewards/index.ts';
import { settlementStep } from '../rewards/index.ts';
import type { PaymentDeps } from '../wallets/index.ts';
import { payStep } from '../wallets/index.ts';
import type { Conditions } from './conditions.ts';
import type { Stepper } from './stepper.ts';
import { createStepper } from './stepper.ts';

const idleMs = 500;

/** 支付工: one payment at a time, on one server; what was sent is asked for, never sent again. */
export function createPayer(deps: PaymentDeps, conditions: Conditions): Stepper {
  const leased: PaymentDeps = { ...deps, store: conditions.lease.store };
  return createStepper({
    ...conditions,
    name: 'pay',
    log: deps.log,
    idleMs,
    step: async () => ((await payStep(leased)) ? 'did' : 'idle'),
  });
}

/** 结算封存工: brings what was paid onto the ledger. */
export function createSettlementSealer(deps: SettlementSealingDeps, conditions: Conditions): Stepper {
  const leased: SettlementSealingDeps = { ...deps, store: conditions.lease.store };
  const results = { nothing: 'idle', sealed: 'did', waiting: 'waiting' } as const;
  return createStepper({
    ...conditions,
    name: 'settlement',
    log: deps.log,
    idleMs,
    step: async (now) => results[(await settlementStep(leased, { now })).did],
  });
}
