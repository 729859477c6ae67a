import { randomBytes } from 'node:crypto';
import type { Clock, Random } from '../kernel/index.ts';

/** The machine's clock and randomness; only compose hands them out. */
export const systemClock: Clock = { now: () => Date.now() };

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

export { rest } from './rest.ts';
