import type { RedemptionView } from '@tanhui/sdk/client';
import { sayWallet } from './texts.ts';

export interface RedemptionState {
  readonly tone: 'money' | 'look' | 'plain';
  readonly icon: string;
  readonly text: string;
}

const looks: Readonly<Record<RedemptionView['status'], Omit<RedemptionState, 'text'>>> = {
  reserved: { tone: 'look', icon: 'clock' },
  sent: { tone: 'look', icon: 'clock' },
  unknown: { tone: 'look', icon: 'clock' },
  settled: { tone: 'money', icon: 'seal' },
  rejected: { tone: 'plain', icon: 'undo' },
  returned: { tone: 'plain', icon: 'undo' },
};

/** How far a redemption has come, as word, icon and colour. */
export function redemptionState({ status }: RedemptionView): RedemptionState {
  return { ...looks[status], text: sayWallet(`redemption.state.${status}`) };
}

/** Whether money is still on its way: the page asks again by itself. */
export function isMoving({ status }: RedemptionView): boolean {
  return status === 'reserved' || status === 'sent' || status === 'unknown';
}
