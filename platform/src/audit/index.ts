export { trailTexts } from './actions.ts';
export { checkTrail, createTrail, looksAt, readTrail, trailEntries, trailHeads } from './trail.ts';
export type { TrailCheck, TrailDocument } from './trail.ts';
