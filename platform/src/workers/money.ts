import type { ReconcileStepDeps, SettlementSealingDeps } from '../rewards/index.ts';
import { reconcileStep, settlementStep } from '../rewards/index.ts';
import type { Lease } from '../storage/index.ts';
import type { PaymentDeps } from '../wallets/index.ts';
import { payStep } from '../wallets/index.ts';
import type { Conditions } from './conditions.ts';
import type { Stepper } from './stepper.ts';
import { createStepper } from './stepper.ts';

const idleMs = 500;
/** Days end once a day, and a statement is complete hours later. */
const dayIdleMs = 60_000;

/** 支付工: some payments at a time, on one server; what was sent is asked for, never sent again. */
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

/** 对账工: reconciles each day that has ended, and what is open again. It changes nothing but its reports, so nothing pauses it. */
export function createReconciler(deps: ReconcileStepDeps, lease: Lease): Stepper {
  const leased: ReconcileStepDeps = { ...deps, store: lease.store };
  return createStepper({
    lease,
    isPaused: () => Promise.resolve(false),
    name: 'reconcile',
    log: deps.log,
    idleMs: dayIdleMs,
    step: async () => ((await reconcileStep(leased)) ? 'did' : 'idle'),
  });
}
