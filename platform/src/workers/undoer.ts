import type { IntakeDeps } from '../intake/index.ts';
import { undoAbandoned } from '../intake/index.ts';
import type { Conditions } from './conditions.ts';
import type { Stepper } from './stepper.ts';
import { createStepper } from './stepper.ts';

const idleMs = 5_000;

/** 撤销工: goes on with the undo of a run whose caller went away, or whose server ended. */
export function createUndoer(deps: IntakeDeps, conditions: Conditions): Stepper {
  const leased: IntakeDeps = { ...deps, store: conditions.lease.store };
  let takenUp: string | undefined;
  return createStepper({
    ...conditions,
    name: 'undo',
    log: deps.log,
    idleMs,
    step: async () => {
      takenUp = await undoAbandoned(leased, takenUp);
      return takenUp === undefined ? 'idle' : 'did';
    },
  });
}
