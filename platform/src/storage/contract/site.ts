import { afterEach } from 'vitest';
import { leases } from '../leases.ts';
import type { Collection, Document, DocumentStore } from '../port.ts';

/** 场地: one empty place of an engine on which stores are opened; what is opened again finds what was there. */
export interface StorageSite {
  open(collections: readonly Collection<Document>[]): Promise<DocumentStore>;
  /** What `platform/test/support/stores.ts` opens in another process. */
  readonly address: string;
  /** Marks the place as written by a version that is not made yet. */
  markAsNewer(): Promise<void>;
  remove(): Promise<void>;
}

/** An engine under test. */
export interface StorageEngine {
  readonly name: string;
  site(): Promise<StorageSite>;
  /** How many random sequences the engine has time for. */
  readonly sequences: number;
}

export interface Thing {
  readonly day?: string;
  readonly kind?: string;
  readonly rank?: number;
  readonly openAt?: number;
  readonly codeOn?: string;
  readonly code?: string;
  readonly [name: string]: unknown;
}

export const things: Collection<Thing> = {
  name: 'things',
  keys: 'time-led',
  indexes: [
    { name: 'by_day', fields: ['day', 'kind', 'rank'] },
    { name: 'open', fields: ['openAt'], sparse: true },
    { name: 'by_code', fields: ['codeOn', 'code'], unique: true, sparse: true },
  ],
};

export const counters: Collection<{ readonly n: number }> = { name: 'counters', keys: 'time-led', indexes: [] };

/** Opens stores for one test and takes them down after it. */
export function openingStores(engine: StorageEngine): () => Promise<{ store: DocumentStore; site: StorageSite }> {
  const opened: { readonly store: DocumentStore; readonly site: StorageSite }[] = [];
  afterEach(async () => {
    for (const { store, site } of opened.splice(0)) {
      await store.close();
      await site.remove();
    }
  });
  return async () => {
    const site = await engine.site();
    const store = await site.open([things, counters, leases]);
    opened.push({ store, site });
    return { store, site };
  };
}

/** Keys that an engine may trip over: other alphabets, separators, names that mean something to it, and characters in an order of their own. */
export const oddKeys = [
  'a',
  'a ',
  'a/b',
  'a\u0000b',
  'a.b',
  '$a',
  '"',
  '\u00e4',
  '\u4e2d',
  '\uff5e',
  '\u{1f600}',
  '__proto__',
];

/** The order of keys and texts: by the bytes of their UTF-8. */
export function byBytes(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}
