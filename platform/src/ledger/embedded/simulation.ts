import type { Chain, HistoryEntry } from './chain.ts';
import type { RangeRead, ReadWriteSet, Version } from './messages.ts';
import type { KeyModification, ShimHandler, ShimIterator } from './shim.ts';

/** One execution of the contract against committed state: what it reads is noted, what it writes is held back. */
export interface Simulation {
  readonly handler: ShimHandler;
  readonly set: ReadWriteSet;
}

/**
 * Fabric's semantics: a read sees committed state even after a write of the same transaction; the last write of a key wins; an empty value is a
 * deletion; a key that was not there is read with no version, so that its creation by somebody else is a conflict.
 */
export function simulate(chain: Chain): Simulation {
  const reads = new Map<string, Version | undefined>();
  const writes = new Map<string, Uint8Array | undefined>();
  const ranges: RangeRead[] = [];
  const publicOnly = (collection: string): void => {
    if (collection !== '') throw new Error('private data collections are not offered by the embedded engine');
  };
  const handler: ShimHandler = {
    handleGetState(collection, key) {
      publicOnly(collection);
      const found = chain.state(key);
      reads.set(key, found?.version);
      return Promise.resolve(Buffer.from(found?.value ?? new Uint8Array()));
    },
    handlePutState(collection, key, value) {
      publicOnly(collection);
      if (key === '') return Promise.reject(new Error('an empty key is not a key'));
      const bytes = Buffer.from(value as Uint8Array);
      writes.set(key, bytes.length === 0 ? undefined : bytes);
      return Promise.resolve();
    },
    handleDeleteState(collection, key) {
      publicOnly(collection);
      writes.set(key, undefined);
      return Promise.resolve();
    },
    handleGetStateByRange(collection, from, to) {
      publicOnly(collection);
      const items = chain.range(from, to);
      ranges.push({ from, to, keys: items.map(({ key, version }) => ({ key, version })) });
      return Promise.resolve({
        iterator: iterate(items.map((item) => ({ key: item.key, value: Buffer.from(item.value) }))),
      });
    },
    handleGetHistoryForKey: (key) => Promise.resolve(iterate(chain.history(key).map(modificationOf))),
  };
  return { handler, set: { reads, writes, ranges } };
}

function iterate<Item>(items: readonly Item[]): ShimIterator<Item> {
  const rest = items.values();
  return {
    next() {
      const { value, done } = rest.next();
      return Promise.resolve(done === true ? { done } : { value, done: false });
    },
    close: () => Promise.resolve(),
  };
}

function modificationOf(entry: HistoryEntry): KeyModification {
  return {
    txId: entry.transactionId,
    value: Buffer.from(entry.value ?? []),
    isDelete: entry.value === undefined,
    timestamp: { seconds: Math.floor(entry.at / 1000), nanos: (entry.at % 1000) * 1_000_000 },
  };
}
