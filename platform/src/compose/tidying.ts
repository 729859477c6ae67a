import type { IdempotencyDeps } from '../http/index.ts';
import { forgetAnswers } from '../http/index.ts';
import type { IntakeDeps } from '../intake/index.ts';
import { eraseStep, settleDue } from '../intake/index.ts';
import { isIntakePaused, isPaused } from '../operations/index.ts';
import type { Lease } from '../storage/index.ts';
import { createRoutine } from '../workers/routine.ts';
import type { Stepper } from '../workers/stepper.ts';
import { createStandInWorker } from '../workers/stand-ins.ts';
import { createUndoer } from '../workers/undoer.ts';

/** What goes on by itself of the intake: what becomes due by the hour, undoing that somebody began, and standing in for what came too late. */
export function wireTidying({
  intake,
  answers,
  leaseOf,
}: {
  readonly intake: IntakeDeps;
  readonly answers: IdempotencyDeps;
  readonly leaseOf: (worker: string) => Lease;
}): readonly Stepper[] {
  const lease = leaseOf('hourly');
  const leased = { ...intake, store: lease.store };
  const hourly = createRoutine(intake.log, {
    everyMs: 3_600_000,
    lease,
    chores: [
      { name: 'forget-answers', step: () => forgetAnswers({ ...answers, store: lease.store }) },
      { name: 'erase', step: () => eraseStep(leased) },
      {
        name: 'settle-due',
        step: () => settleDue(leased, { isPaused: (source) => isIntakePaused(intake.store, source) }),
      },
    ],
  });
  const undoer = createUndoer(intake, { lease: leaseOf('undo'), isPaused: () => Promise.resolve(false) });
  const standIns = createStandInWorker(intake, {
    lease: leaseOf('stand-in'),
    isPaused: () => isPaused(intake.store, 'sealing'),
  });
  return [hourly, undoer, standIns];
}
