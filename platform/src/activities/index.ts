export { countedOn, decide } from './acceptance.ts';
export type { AcceptanceCase, Decision } from './acceptance.ts';
export { activities, claims, globalSourceKeys, refusalsKept } from './collections.ts';
export type { ActivityDocument, ClaimDocument, GlobalKeyDocument, LineRange, RefusalDocument } from './collections.ts';
export {
  acceptedMilligrams,
  addLine,
  changeLine,
  dayBookKey,
  dayBooks,
  dayOfRecordOf,
  documentOf,
  evidenceIndex,
  lastTakenBack,
  modeIndex,
  modeOf,
  noteReach,
  noteRecord,
  occupiedBy,
  openDayBook,
  otherDays,
  placeOfBook,
  spanOf,
} from './day-book.ts';
export type { DayBook, DayBookDocument, DayBookLine } from './day-book.ts';
export { mayReturn, overlappedBy, reconcile, reconsider } from './looking-again.ts';
export { creditedStepMeters } from './person-day.ts';
export type { Displaced, PersonDay } from './person-day.ts';
export { activityRefusals, refuseActivities } from './refusals.ts';
export type { ActivityRefusalCode } from './refusals.ts';
