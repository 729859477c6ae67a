import { AsyncLocalStorage } from 'node:async_hooks';
import { assert } from '../kernel/index.ts';
import type { Transaction } from './port.ts';

/**
 * Keeps the promises about units of work that no database keeps for us: they do not nest, their transaction is of no use once they have ended, and one in which a write
 * failed does not commit, whoever caught the failure.
 */
export interface UnitGuard {
  /** Refuses a unit of work that begins inside another one of the same store: it would wait for itself. */
  assertOutside(): void;
  run<Result>(transaction: Transaction, work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}

interface Unit {
  isOpen: boolean;
  failure?: Error;
}

export function createUnitGuard(): UnitGuard {
  const current = new AsyncLocalStorage<Unit>();
  return {
    assertOutside() {
      assert(current.getStore()?.isOpen !== true, 'units of work do not nest');
    },
    async run(transaction, work) {
      const unit: Unit = { isOpen: true };
      try {
        const result = await current.run(unit, () => work(guarded(transaction, unit)));
        if (unit.failure !== undefined) throw unit.failure;
        return result;
      } finally {
        unit.isOpen = false;
      }
    },
  };
}

function guarded(transaction: Transaction, unit: Unit): Transaction {
  const open = (): Transaction => {
    assert(unit.isOpen, 'a unit of work that has ended takes nothing more');
    return transaction;
  };
  const writing = async <Result>(write: (transaction: Transaction) => Promise<Result>): Promise<Result> => {
    try {
      return await write(open());
    } catch (error) {
      unit.failure ??= error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  };
  return {
    get: async (collection, key) => open().get(collection, key),
    getMany: async (collection, keys) => open().getMany(collection, keys),
    find: async (collection, query) => open().find(collection, query),
    insertMany: (collection, documents) => writing((tx) => tx.insertMany(collection, documents)),
    replaceMany: (collection, documents) => writing((tx) => tx.replaceMany(collection, documents)),
    removeMany: (collection, keys) => writing((tx) => tx.removeMany(collection, keys)),
    holdMany: (collection, documents) => writing((tx) => tx.holdMany(collection, documents)),
  };
}
