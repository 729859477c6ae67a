import type { RedemptionView } from '@tanhui/sdk/client';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { useAct } from '../../shared/act.ts';
import { api } from '../../shared/api.ts';
import { fenOf, yuan } from '../../shared/format.ts';
import { sayWallet } from './texts.ts';

/**
 * 兑换: the amount as typed and the one wish to redeem it. It outlives its page, so that leaving and coming back after a lost answer repeats the same
 * redemption instead of making a second one.
 */
export const useRedeemForm = defineStore('redeem', () => {
  const amount = ref('');
  const act = useAct();

  /** What is wrong with the amount as typed; empty when nothing is. */
  function complaint(mostFen: string): string {
    const fen = fenOf(amount.value);
    if (fen === undefined || BigInt(fen) === 0n) return sayWallet('redeem.invalid');
    return BigInt(fen) > BigInt(mostFen) ? sayWallet('redeem.tooMuch', { money: yuan(mostFen) }) : '';
  }

  async function redeem(): Promise<RedemptionView | undefined> {
    const fen = fenOf(amount.value);
    if (fen === undefined) return undefined;
    let redemption: RedemptionView | undefined;
    const isDone = await act.run(async (key) => {
      redemption = await api.me.redeem(fen, key);
    });
    if (isDone) amount.value = '';
    return redemption;
  }

  return { amount, act, complaint, redeem };
});
