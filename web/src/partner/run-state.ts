import type { RunView } from '@tanhui/sdk/client';
import { sayPartner } from './texts.ts';

export interface RunState {
  readonly tone: 'look' | 'plain';
  readonly icon: 'clock' | 'seal' | 'undo';
  readonly text: string;
}

/** How far a run has come, as word, icon and colour; one that was undone says so before anything else. */
export function runState({ finishedAt, reversal }: RunView): RunState {
  if (reversal?.state === 'done') return { tone: 'plain', icon: 'undo', text: sayPartner('run.undone') };
  if (reversal !== undefined) return { tone: 'look', icon: 'undo', text: sayPartner('run.undoing') };
  if (finishedAt === undefined) return { tone: 'look', icon: 'clock', text: sayPartner('run.running') };
  return { tone: 'plain', icon: 'seal', text: sayPartner('run.finished') };
}
