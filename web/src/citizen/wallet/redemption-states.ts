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
};

/** How far a redemption has come, as word, icon and colour. */
export function redemptionState({ status }: RedemptionView): RedemptionState {
  return { ...looks[status], text: sayWallet(`redemption.state.${status}`) };
}

/** Why there is no proof of its payment: not paid yet, not sealed yet, or never paid. Absent where its seal stands on the ledger. */
export function whyNoProof({ status, seal }: RedemptionView): 'unpaid' | 'waiting' | 'none' | undefined {
  if (status === 'rejected') return 'none';
  if (status !== 'settled') return 'unpaid';
  return seal === undefined ? 'waiting' : undefined;
}

/** Whether the money or its proof is still on its way: the page asks again by itself. */
export function isMoving(redemption: RedemptionView): boolean {
  const why = whyNoProof(redemption);
  return why === 'unpaid' || why === 'waiting';
}
