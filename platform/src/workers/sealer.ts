import type { SealingDeps } from '../carbon/index.ts';
import { hasUnsealed, sealStep } from '../carbon/index.ts';
import type { Conditions } from './conditions.ts';
import type { Stepper } from './stepper.ts';
import { createStepper } from './stepper.ts';

const idleMs = 100;

/**
 * 封存工: brings records onto the ledger. Two at once would endorse one batch twice, and only one of the two transactions writes its header. Who asks for everything to be
 * sealed gets small batches too, and waits where another server seals.
 */
export function createSealer(deps: SealingDeps, conditions: Conditions): Stepper {
  const leased: SealingDeps = { ...deps, store: conditions.lease.store };
  const results = { nothing: 'idle', sealed: 'did', waiting: 'waiting' } as const;
  return createStepper({
    ...conditions,
    name: 'seal',
    log: deps.log,
    idleMs,
    step: async (now) => results[(await sealStep(leased, { now })).did],
    isLeft: () => hasUnsealed(deps.store),
  });
}
