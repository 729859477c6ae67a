import { setImmediate } from 'node:timers/promises';
import type { DocumentStore, Transaction } from '../../src/storage/index.ts';

/** How often a store was waited for: what is asked before any of it is answered is one wait. */
export interface Waits {
  readonly units: number;
  /** For what was asked within units of work; what they write later nobody waits for, and beginning and committing are not counted. */
  readonly inUnits: number;
}

/** A store whose answers come so late that everything has been asked by then that can be asked without them. */
export function farStore(store: DocumentStore): { readonly store: DocumentStore; readonly waits: () => Waits } {
  let [units, inUnits] = [0, 0];
  let trip: Promise<void> | undefined;
  const late = async <Result>(answer: Promise<Result>): Promise<Result> => {
    if (trip === undefined) {
      inUnits += 1;
      trip = setImmediate().then(() => void (trip = undefined));
    }
    await Promise.allSettled([answer, trip]);
    return answer;
  };
  const far = (tx: Transaction): Transaction => ({
    get: (...asked) => late(tx.get(...asked)),
    getMany: (...asked) => late(tx.getMany(...asked)),
    find: (...asked) => late(tx.find(...asked)),
    insertMany: (...asked) => late(tx.insertMany(...asked)),
    replaceMany: (...asked) => late(tx.replaceMany(...asked)),
    removeMany: (...asked) => late(tx.removeMany(...asked)),
    holdMany: (...asked) => late(tx.holdMany(...asked)),
    later: tx.later,
  });
  return {
    store: {
      ...store,
      unitOfWork(work) {
        units += 1;
        return store.unitOfWork((tx) => work(far(tx)));
      },
    },
    waits: () => ({ units, inUnits }),
  };
}
