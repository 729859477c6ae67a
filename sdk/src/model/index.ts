export { add, fen, milligrams, points, subtract, sum, yuanText } from './units.ts';
export type { Fen, Milligrams, Points } from './units.ts';
export { addDays, dayFromNumber, dayNumberOf, dayOf, parseDay, startOfDay } from './time.ts';
export type { Day, Instant } from './time.ts';
export { evidenceClasses, modes } from './activity.ts';
export type { ActivityDraft, EvidenceClass, Mode, Occupies, SourceRefusal } from './activity.ts';
export { differenceKinds } from './difference.ts';
export type { DifferenceKind } from './difference.ts';
export { recordKinds } from './record.ts';
export type {
  BatchHeader,
  BatchTotal,
  CarbonRecordBody,
  EndorsedTransaction,
  MethodologyReference,
  Receipt,
  RecordKind,
} from './record.ts';
export type { Problem, RefusalKind } from './problem.ts';
export type { AnyReceipt, SettlementBody, SettlementHeader, SettlementReceipt } from './settlement.ts';
