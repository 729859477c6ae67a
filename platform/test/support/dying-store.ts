import type { DocumentStore } from '../../src/storage/index.ts';

/** What ends a process in a test. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** A store of a process that may end right before a unit of work, or right after it was committed. */
export function dyingStore(store: DocumentStore, dies: () => 'before' | 'after' | undefined): DocumentStore {
  return {
    ...store,
    async unitOfWork(work) {
      const death = dies();
      if (death === 'before') throw new Crash('the process ended');
      const result = await store.unitOfWork(work);
      if (death === 'after') throw new Crash('the process ended');
      return result;
    },
  };
}
