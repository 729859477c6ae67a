import { shallowReactive } from 'vue';
import { holdFocus } from './focus.ts';
import type { Trouble } from './trouble.ts';
import { troubleOf } from './trouble.ts';

/** Something a person does that changes something, with what is in the way. */
export interface Act {
  isBusy: boolean;
  trouble: Trouble | undefined;
  /** Gives whether it was done. */
  run: (work: (idempotencyKey: string) => Promise<unknown>) => Promise<boolean>;
}

/**
 * One key for one wish: it is made before the first try and kept while no answer came, so that asking again is the same act; an answer, good or bad, ends
 * the wish.
 */
export function useAct(newKey: () => string = () => crypto.randomUUID()): Act {
  let key: string | undefined;
  const act: Act = shallowReactive({
    isBusy: false,
    trouble: undefined,
    run: async (work: (idempotencyKey: string) => Promise<unknown>) => {
      if (act.isBusy) return false;
      const giveBack = holdFocus();
      act.isBusy = true;
      act.trouble = undefined;
      key ??= newKey();
      try {
        await work(key);
      } catch (error) {
        act.trouble = troubleOf(error);
      }
      if (act.trouble?.kind !== 'offline') key = undefined;
      act.isBusy = false;
      giveBack();
      return act.trouble === undefined;
    },
  });
  return act;
}
