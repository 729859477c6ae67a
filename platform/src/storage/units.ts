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
  run<Result>(transaction: TransactionCalls, work: (transaction: Transaction) => Promise<Result>): Promise<Ran<Result>>;
}

/** What a connection does of a transaction; the rest is kept here. */
export type TransactionCalls = Omit<Transaction, 'later'>;

/** A unit of work that has returned. */
export interface Ran<Result> {
  readonly value: Result;
  /** Settles with its later writes; where one of them fails, so did the unit of work. */
  readonly deferred: Promise<unknown>;
}

interface Unit {
  isOpen: boolean;
  failure?: Error;
  readonly deferred: Promise<unknown>[];
}

export function createUnitGuard(): UnitGuard {
  const current = new AsyncLocalStorage<Unit>();
  return {
    assertOutside() {
      assert(current.getStore()?.isOpen !== true, 'units of work do not nest');
    },
    async run(transaction, work) {
      const unit: Unit = { isOpen: true, deferred: [] };
      try {
        const value = await current.run(unit, () => work(guarded(transaction, unit)));
        if (unit.failure !== undefined) throw unit.failure;
        return { value, deferred: handled(Promise.all(unit.deferred)) };
      } finally {
        unit.isOpen = false;
      }
    },
  };
}

/** For a promise that somebody awaits later: until then its failure is not taken for one that nobody hears of. */
export function handled<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

function guarded(transaction: TransactionCalls, unit: Unit): Transaction {
  const open = (): TransactionCalls => {
    assert(unit.isOpen, 'a unit of work that has ended takes nothing more');
    return transaction;
  };
  const fail = (thrown: unknown): Promise<never> => {
    unit.failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    return Promise.reject(unit.failure);
  };
  // An engine refuses whatever is asked of a transaction that a write has ended; what is told is what ended it, which may be worth another try.
  const reading = <Result>(read: (transaction: TransactionCalls) => Promise<Result>): Promise<Result> =>
    read(open()).catch((error: unknown) => {
      throw unit.failure ?? error;
    });
  // What is written is let go once it is asked for: a function that waited for the answer would hold all of it till then.
  const writing = <Result>(write: (transaction: TransactionCalls) => Promise<Result>): Promise<Result> => {
    try {
      return write(open()).catch(fail);
    } catch (error) {
      return fail(error);
    }
  };
  const later = (write: (transaction: TransactionCalls) => Promise<unknown>): void => {
    unit.deferred.push(handled(writing(write)));
  };
  return {
    get: async (collection, key) => reading((tx) => tx.get(collection, key)),
    getMany: async (collection, keys) => reading((tx) => tx.getMany(collection, keys)),
    find: async (collection, query) => reading((tx) => tx.find(collection, query)),
    insertMany: (collection, documents) => writing((tx) => tx.insertMany(collection, documents)),
    replaceMany: (collection, documents) => writing((tx) => tx.replaceMany(collection, documents)),
    removeMany: (collection, keys) => writing((tx) => tx.removeMany(collection, keys)),
    holdMany: (collection, documents) => writing((tx) => tx.holdMany(collection, documents)),
    later: {
      insertMany: (collection, documents) => {
        const mustBeNew = documents.map(({ key, value }) => ({ key, version: 0, value }));
        later((tx) => tx.replaceMany(collection, mustBeNew));
      },
      replaceMany: (collection, documents) => {
        later((tx) => tx.replaceMany(collection, documents));
      },
      removeMany: (collection, keys) => {
        later((tx) => tx.removeMany(collection, keys));
      },
    },
  };
}
