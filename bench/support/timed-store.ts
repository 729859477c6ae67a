import type { DocumentStore, Reader, Transaction } from '../../platform/src/storage/index.ts';
import type { StepTimes } from '../../platform/src/kernel/index.ts';

/** A store whose calls are timed: `unit.<call>.<collection>` within a unit of work, `read.…` outside of one, `unit` for a whole one with its wait and its commit. */
export function timedStore(store: DocumentStore, steps: StepTimes): DocumentStore {
  return {
    ...store,
    ...timedReader(store, (name) => timer(steps, `read.${name}`)),
    unitOfWork: (work) =>
      timer(
        steps,
        'unit',
      )(() => store.unitOfWork((tx) => work(timedTransaction(tx, (name) => timer(steps, `unit.${name}`))))),
  };
}

type Timer = <Result>(act: () => Promise<Result>) => Promise<Result>;

function timer(steps: StepTimes, step: string): Timer {
  return async (act) => {
    const watch = steps.start();
    try {
      return await act();
    } finally {
      watch.lap(step);
    }
  };
}

function timedReader(reader: Reader, of: (name: string) => Timer): Reader {
  return {
    get: (collection, key) => of(`get.${collection.name}`)(() => reader.get(collection, key)),
    getMany: (collection, keys) => of(`getMany.${collection.name}`)(() => reader.getMany(collection, keys)),
    find: (collection, query) => of(`find.${collection.name}`)(() => reader.find(collection, query)),
  };
}

function timedTransaction(tx: Transaction, of: (name: string) => Timer): Transaction {
  return {
    ...timedReader(tx, of),
    insertMany: (collection, all) => of(`insert.${collection.name}`)(() => tx.insertMany(collection, all)),
    replaceMany: (collection, all) => of(`replace.${collection.name}`)(() => tx.replaceMany(collection, all)),
    removeMany: (collection, keys) => of(`remove.${collection.name}`)(() => tx.removeMany(collection, keys)),
    holdMany: (collection, all) => of(`hold.${collection.name}`)(() => tx.holdMany(collection, all)),
    later: tx.later,
  };
}
