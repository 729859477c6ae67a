/** Keys a call takes, of reads as of writes. */
export const maxKeys = 10_000;
/** Documents a page holds. */
export const maxPage = 1_000;
export const maxKeyCharacters = 1_000;
/** Of a document's JSON text: what every engine stores as one document. */
export const maxDocumentCharacters = 4 * 1_024 * 1_024;

/**
 * What a document may be: an object of JSON values with any names, absent members left out. It comes back as `JSON.parse(JSON.stringify(it))` would give it.
 * Amounts are decimal strings, instants numbers, days `YYYY-MM-DD`. A field that an index names holds a text, a number or nothing, and the same type throughout.
 */
export type Document = object;

/**
 * A secondary index over top-level fields. The first field is an instant (`…At`) or a day (`…On` or `day`): a random leading field costs
 * ten times as much and grows with the table. Where that cannot be, `exception` says why.
 */
export interface IndexDefinition {
  readonly name: string;
  readonly fields: readonly string[];
  /** Documents in a unique index have all of its fields. */
  readonly unique?: boolean;
  /** Documents that lack the first field are left out of the index. */
  readonly sparse?: boolean;
  readonly exception?: string;
}

/**
 * Declared once by the module that owns it. `key` says how its keys begin; anything but time needs a reason.
 * The type parameter is the document's; it exists for the compiler only.
 */
export interface Collection<Value extends Document> {
  readonly name: string;
  readonly keys: 'time-led' | { readonly exception: string };
  readonly indexes: readonly IndexDefinition[];
  readonly __value?: Value;
}

export interface Stored<Value extends Document> {
  readonly key: string;
  /** Grows by one with each replacement; 1 after insertion. */
  readonly version: number;
  readonly value: Value;
}

/** Opaque position after a document of a page; bound to the collection, index, prefix and order that gave it, refused (`STORAGE_CURSOR_INVALID`) elsewhere. */
export type Cursor = string;

export interface Query {
  /** A declared index, or `key` for the primary key. */
  readonly index: string;
  /** Equal values of the index's first fields. */
  readonly prefix?: readonly (string | number)[];
  /** Bounds on the field after the prefix; documents that lack it are outside of any bound. */
  readonly from?: string | number;
  readonly before?: string | number;
  readonly order?: 'ascending' | 'descending';
  /** 1 to 1,000. */
  readonly limit: number;
  readonly after?: Cursor;
}

export interface Page<Value extends Document> {
  readonly items: readonly Stored<Value>[];
  /** Present where more may follow. */
  readonly next?: Cursor;
}

export interface Reader {
  get<Value extends Document>(collection: Collection<Value>, key: string): Promise<Stored<Value> | undefined>;
  /** Found ones only, by key; order of keys does not matter. At most 10,000 keys. */
  getMany<Value extends Document>(
    collection: Collection<Value>,
    keys: readonly string[],
  ): Promise<Map<string, Stored<Value>>>;
  find<Value extends Document>(collection: Collection<Value>, query: Query): Promise<Page<Value>>;
}

export interface NewDocument<Value extends Document> {
  readonly key: string;
  readonly value: Value;
}

export interface Replacement<Value extends Document> extends NewDocument<Value> {
  /** The version that was read; 0 where the document must not exist yet. */
  readonly version: number;
}

/** Answer for one document: in, or the unique index (`key` or its name) that it violates. */
export type InsertAnswer = 'inserted' | { readonly violates: string };

export interface Transaction extends Reader {
  /** Unique violations are answers, item by item and in order (also between items of one call); the others go in. */
  insertMany<Value extends Document>(
    collection: Collection<Value>,
    documents: readonly NewDocument<Value>[],
  ): Promise<readonly InsertAnswer[]>;
  /** All or nothing: throws `StorageConflict` when any version is not the one expected, or a unique index is violated. */
  replaceMany<Value extends Document>(
    collection: Collection<Value>,
    documents: readonly Replacement<Value>[],
  ): Promise<void>;
  /** Removes by key; a key that is not there is not an error. */
  removeMany<Value extends Document>(collection: Collection<Value>, keys: readonly string[]): Promise<void>;
  /**
   * Holds documents as they were read, without changing them: this unit of work commits only if nobody else has changed or removed them by then. For what is decided
   * upon but not written; a plain read gives no such promise. Throws `StorageConflict` when one is not at that version now.
   */
  holdMany<Value extends Document>(
    collection: Collection<Value>,
    documents: readonly Pick<Stored<Value>, 'key' | 'version'>[],
  ): Promise<void>;
  /** Writes that the unit of work does not wait for. */
  readonly later: LaterWrites;
}

/** Writes whose answer nothing depends on: carried out in the order of their calls with all others, seen by what is read after them, and where one fails, so does the unit of work. */
export interface LaterWrites {
  /** Of documents that must not exist yet. */
  insertMany<Value extends Document>(collection: Collection<Value>, documents: readonly NewDocument<Value>[]): void;
  replaceMany<Value extends Document>(collection: Collection<Value>, documents: readonly Replacement<Value>[]): void;
  removeMany<Value extends Document>(collection: Collection<Value>, keys: readonly string[]): void;
}

/** Somebody else changed what this unit of work wants to write or hold; run it again from its start. */
export class StorageConflict extends Error {
  override readonly name = 'StorageConflict';
}

/**
 * The storage port 存储. Collections are declared when the store is opened.
 * `unitOfWork`: everything in it commits durably or nothing does; reads in it see one state of the store and its own writes. `StorageConflict` is retried a few times
 * with the work run again from its start, so the work must have no effect outside its transaction. Two units of work that write or hold the same document never both
 * commit from the same state of it. Units of work do not nest, and their transaction takes nothing more once they have ended.
 * Reads outside a unit of work see committed state only.
 */
export interface DocumentStore extends Reader {
  unitOfWork<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Documents in a collection as the store keeps count of them; for metrics and tests, never for decisions. */
  approximateCount(collection: Collection<Document>): Promise<number>;
  /**
   * 清除: settles once nothing that was overwritten or removed before the call stands in the files that the store keeps. A database server keeps a journal of its own for
   * as long as its operator lets it, which nothing here can cut short.
   */
  scrub(): Promise<void>;
  health(): Promise<{ readonly engine: string; readonly writable: boolean }>;
  close(): Promise<void>;
}
