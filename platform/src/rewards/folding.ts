import type { Collection, Transaction } from '../storage/index.ts';

/** Adds counts to the documents that keep them, by key: each document is read once and written once, whatever is added to it. */
export async function foldInto<Value extends object, Count>(
  tx: Transaction,
  collection: Collection<Value>,
  {
    counts,
    keyOf,
    add,
  }: {
    readonly counts: readonly Count[];
    readonly keyOf: (count: Count) => string;
    readonly add: (before: Value | undefined, count: Count) => Value;
  },
): Promise<void> {
  const stored = await tx.getMany(collection, [...new Set(counts.map(keyOf))]);
  const folded = new Map<string, Value>();
  for (const count of counts) {
    const key = keyOf(count);
    folded.set(key, add(folded.get(key) ?? stored.get(key)?.value, count));
  }
  const changed = [...folded].map(([key, value]) => ({ key, version: stored.get(key)?.version ?? 0, value }));
  tx.later.replaceMany(collection, changed);
}
