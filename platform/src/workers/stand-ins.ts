import type { IntakeDeps } from '../intake/index.ts';
import { standInStep } from '../intake/index.ts';
import type { Conditions } from './conditions.ts';
import type { Stepper } from './stepper.ts';
import { createStepper } from './stepper.ts';

const idleMs = 5_000;

/** 补封工: lets records of the running day stand in for those that came too late for a closed one; the sealer brings them onto the ledger. */
export function createStandInWorker(deps: IntakeDeps, conditions: Conditions): Stepper {
  const leased: IntakeDeps = { ...deps, store: conditions.lease.store };
  return createStepper({
    ...conditions,
    name: 'stand-in',
    log: deps.log,
    idleMs,
    step: async () => ((await standInStep(leased)) ? 'did' : 'idle'),
  });
}
