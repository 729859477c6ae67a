import type { RefusalText } from '../kernel/index.ts';
import { importRefusals } from './import/refusals.ts';
import { commandRefusals } from './refusals.ts';
import { verifyRefusals } from './verify.ts';

/** The command line’s own closed lists of refusals, by command: its texts and the reference are made from it. */
export const commandTables = {
  tanhui: commandRefusals,
  'tanhui import': importRefusals,
  'tanhui verify': verifyRefusals,
} as const satisfies Readonly<Record<string, Readonly<Record<string, RefusalText>>>>;
