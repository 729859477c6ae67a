export { appealRefusals } from './appeal-refusals.ts';
export {
  appealOf,
  appeals,
  appealsOf,
  decideAppeal,
  decidedAppeals,
  fileAppeal,
  forgetAppeals,
  openAppeals,
} from './appeals.ts';
export type { AppealDocument } from './appeals.ts';
export { bindAndCredit } from './binding.ts';
export type { BindingResult } from './binding.ts';
export { beginErasure, eraseStep, erasures, finishErasure } from './erasing.ts';
export { gatherUnclaimed } from './gathering.ts';
export { addCounts, noCounts } from './counts.ts';
export { takeBatch, takeUnread } from './intake.ts';
export { maxBatchRecords } from './reading.ts';
export type { BatchResult } from './intake.ts';
export type {
  IntakeCounts,
  IntakeDeps,
  IntakeScope,
  Leg,
  Poster,
  Quantified,
  Quantifier,
  RawRecord,
  RecordOutcome,
  Undecodable,
} from './model.ts';
export { settleDue } from './lateness.ts';
export { openJourneys } from './open-journeys.ts';
export { dayRunId, interruptedAfterMs, runStateOf } from './run-state.ts';
export { checkRunIsFor, finishRun, intakeRefusals, listRuns, openRun, runOf, runs } from './runs.ts';
export type { RunDocument } from './runs.ts';
export { standInStep } from './stand-ins.ts';
export { seenRecords } from './seen.ts';
export { settleAll } from './settling.ts';
export { earlierJourneys, runTraces } from './traces.ts';
export { beginUndo, undoAbandoned, undoSteps } from './undoing.ts';
export { createTurns } from './turns.ts';
