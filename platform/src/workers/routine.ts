import type { Log } from '../kernel/index.ts';
import { isLeaseLost } from '../storage/index.ts';
import type { Conditions } from './conditions.ts';
import type { Stepper, StepperParts } from './stepper.ts';
import { createStepper } from './stepper.ts';
import { logTrouble } from './trouble.ts';

export interface Chore {
  readonly name: string;
  /** One step, on the lease's store; answers whether more is to be done at once. */
  readonly step: () => Promise<boolean>;
}

interface RoutineParts extends Pick<Conditions, 'lease'>, Pick<StepperParts, 'rest'> {
  readonly everyMs: number;
  readonly chores: readonly Chore[];
}

/** 例行工: does what has become due, each chore to its end and then the next, and then rests; a chore that fails is logged and does not hold up the others. */
export function createRoutine(log: Log, { everyMs, chores, ...conditions }: RoutineParts): Stepper {
  let at = 0;
  return createStepper({
    ...conditions,
    isPaused: () => Promise.resolve(false),
    name: 'routine',
    log,
    idleMs: everyMs,
    async step() {
      const chore = chores[at];
      if (chore === undefined) {
        at = 0;
        return 'idle';
      }
      if (!(await isUnfinished(log, chore))) at += 1;
      return 'did';
    },
  });
}

async function isUnfinished(log: Log, { name, step }: Chore): Promise<boolean> {
  try {
    return await step();
  } catch (error) {
    if (isLeaseLost(error)) throw error;
    logTrouble(log.child({ chore: name }), 'routine', error);
    return false;
  }
}
