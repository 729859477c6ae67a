export { assert, Defect, required } from './assert.ts';
export { canonicalJson } from './canonical.ts';
export type { Json } from './canonical.ts';
export { Refusal, refuser } from './refusal.ts';
export type { RefusalDetails, RefusalTable, RefusalText } from './refusal.ts';
export type { Clock, Log, LogFields, Metrics, Random } from './ports.ts';
export { without } from './without.ts';
