import type { RunView } from '@tanhui/sdk/client';
import { sayPartner } from './texts.ts';

export interface RunState {
  readonly tone: 'look' | 'plain';
  readonly icon: 'clock' | 'look' | 'seal' | 'undo';
  readonly text: string;
}

/** How far a run has come, as word, icon and colour; one that was undone says so before anything else. */
export function runState({ state, reversal }: RunView): RunState {
  if (reversal?.state === 'done') return { tone: 'plain', icon: 'undo', text: sayPartner('run.undone') };
  if (reversal !== undefined) return { tone: 'look', icon: 'undo', text: sayPartner('run.undoing') };
  return { ...looks[state], text: sayPartner(`run.${state}`) };
}

const looks: Readonly<Record<RunView['state'], Omit<RunState, 'text'>>> = {
  running: { tone: 'look', icon: 'clock' },
  interrupted: { tone: 'look', icon: 'look' },
  'day-over': { tone: 'plain', icon: 'clock' },
  finished: { tone: 'plain', icon: 'seal' },
};
