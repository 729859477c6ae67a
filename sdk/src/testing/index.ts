export { activateForTest } from './activate.ts';
export type { Contributed } from './activate.ts';
export { SourceContractError } from './contract-error.ts';
export { runSource } from './run-source.ts';
export type { RecordFields, SourceRun, SourceRunOptions } from './run-source.ts';
export { tallyOf } from './tally.ts';
export type { SourceTally } from './tally.ts';
