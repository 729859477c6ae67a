export { creditedStepMeters, decide, mayReturn, overlappedBy, reconcileDay, reconsider } from './acceptance.ts';
export type { AcceptanceCase, Decision, Displaced } from './acceptance.ts';
export { activities, claims, globalSourceKeys, refusalsKept } from './collections.ts';
export type { ActivityDocument, ClaimDocument, GlobalKeyDocument, RefusalDocument } from './collections.ts';
export {
  addLine,
  changeLine,
  dayBookKey,
  dayBooks,
  evidenceIndex,
  modeIndex,
  modeOf,
  openDayBook,
} from './day-book.ts';
export type { DayBook, DayBookDocument, DayBookLine } from './day-book.ts';
export { activityRefusals } from './refusals.ts';
export type { ActivityRefusalCode } from './refusals.ts';
