import { hash } from 'node:crypto';
import shimMessages from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js';
import { encodePrivateWrites, keyHashOf, policyName } from './read-write-set.ts';
import type { CollectionSet, HashedWrite, PrivateWrites, RangeRead, ReadWriteSet, Version } from './read-write-set.ts';
import type { KeyModification, KeyValue, ShimHandler, ShimIterator } from './shim.ts';
import type { HistoryEntry, State, StateEntry } from './state.ts';

/** 私有数据集: who may read and write it is a member; the others see hashes. */
export interface Collection {
  readonly name: string;
  readonly members: readonly string[];
}

export interface SimulationContext {
  readonly state: State;
  readonly collections: readonly Collection[];
  readonly transactionId: string;
  /** MSP id of who calls. */
  readonly caller: string;
}

/** One execution of the contract against committed state: what it reads is noted, what it writes is held back. */
export interface Simulation {
  readonly handler: ShimHandler;
  results(): { readonly set: ReadWriteSet; readonly privateWrites: PrivateWrites };
}

/** What a simulation has noted so far. */
interface Notes extends SimulationContext {
  readonly reads: Map<string, Version | undefined>;
  readonly writes: Map<string, Uint8Array | undefined>;
  readonly policies: Map<string, Uint8Array>;
  readonly ranges: RangeNote[];
  readonly hashedReads: Map<string, Map<string, Version | undefined>>;
  readonly hashedWrites: Map<string, Map<string, HashedWrite>>;
  readonly privateWrites: Map<string, Map<string, Uint8Array | undefined>>;
  /** What forbids a later write, or a later query: Fabric allows pages and private queries to readers only. */
  did: { write: boolean; page: boolean; privateQuery: boolean };
}

type RangeNote = { -readonly [Member in keyof RangeRead]: RangeRead[Member] } & {
  keys: { readonly key: string; readonly version: Version }[];
};

/** A peer hands results to the contract in packets of this size. It has read a packet whole, and one result further to know whether there is another, when its first result is seen. */
const packetSize = 100;

/**
 * Fabric's semantics: a read sees committed state even after a write of the same transaction; the last write of a key wins; an empty value is a
 * deletion; a key that was not there is read with no version, so that its creation by somebody else is a conflict.
 */
export function simulate(context: SimulationContext): Simulation {
  const notes: Notes = {
    ...context,
    reads: new Map(),
    writes: new Map(),
    policies: new Map(),
    ranges: [],
    hashedReads: new Map(),
    hashedWrites: new Map(),
    privateWrites: new Map(),
    did: { write: false, page: false, privateQuery: false },
  };
  return { handler: handlerOf(notes), results: () => resultsOf(notes) };
}

/** Methods that answer at once, and refuse by throwing; the stub wants promises of both. */
function handlerOf(notes: Notes): ShimHandler {
  const promised =
    <Arguments extends unknown[], Answer>(method: (...given: Arguments) => Answer) =>
    (...given: Arguments): Promise<Answer> =>
      new Promise((resolve) => {
        resolve(method(...given));
      });
  return {
    handleGetState: promised((collection, key) => getState(notes, collection, key)),
    handlePutState: promised((collection, key, value) => {
      putState(notes, { collection, key, value: Buffer.from(value as Uint8Array) });
    }),
    handleDeleteState: promised((collection, key) => {
      putState(notes, { collection, key, value: Buffer.alloc(0) });
    }),
    handlePurgeState: promised((collection, key) => {
      putState(notes, { collection, key, value: Buffer.alloc(0), isPurge: true });
    }),
    handlePutStateMetadata: promised((...[collection, key, name, value]) => {
      putPolicy(notes, { collection, key, name, value });
    }),
    handleGetStateMetadata: promised((collection, key) => getPolicy(notes, collection, key)),
    handleGetPrivateDataHash: promised((collection, key) => getPrivateHash(notes, collection, key)),
    handleGetStateByRange: promised((...[collection, from, to, , , metadata]) =>
      collection === ''
        ? publicRange(notes, { from, to, metadata })
        : { iterator: privateRange(notes, { collection, from, to }) },
    ),
    handleGetHistoryForKey: promised((key) => iterate(notes.state.history(key).map(modificationOf).values())),
    handleGetQueryResult: promised(() => {
      throw new Error('rich queries are not offered by the state database');
    }),
    handleInvokeChaincode: promised(() => {
      throw new Error('there is no other chaincode on this channel');
    }),
  };
}

function getState(notes: Notes, collection: string, key: string): Buffer {
  if (collection !== '') return getPrivate(notes, collection, key);
  const found = notes.state.get('', Buffer.from(key));
  notes.reads.set(key, found?.version);
  return Buffer.from(found?.value ?? []);
}

function getPrivate(notes: Notes, collection: string, key: string): Buffer {
  memberOf(notes, collection);
  const keyHash = keyHashOf(key);
  const hashed = notes.state.get(collection, Buffer.from(keyHash, 'hex'));
  const found = notes.state.privateValue(collection, key);
  if (!isSame(hashed?.version, found?.version))
    throw new Error('private data matching public hash version is not available');
  inner(notes.hashedReads, collection).set(keyHash, hashed?.version);
  return Buffer.from(found?.value ?? []);
}

function getPrivateHash(notes: Notes, collection: string, key: string): Buffer {
  declared(notes, collection);
  const keyHash = keyHashOf(key);
  const hashed = notes.state.get(collection, Buffer.from(keyHash, 'hex'));
  inner(notes.hashedReads, collection).set(keyHash, hashed?.version);
  return Buffer.from(hashed?.value ?? []);
}

function putState(
  notes: Notes,
  write: { readonly collection: string; readonly key: string; readonly value: Buffer; readonly isPurge?: boolean },
): void {
  const { collection, key } = write;
  const value = write.value.length === 0 ? undefined : write.value;
  beforeWriting(notes, key);
  if (collection === '') {
    notes.writes.set(key, value);
    return;
  }
  memberOf(notes, collection);
  inner(notes.privateWrites, collection).set(key, value);
  inner(notes.hashedWrites, collection).set(keyHashOf(key), {
    valueHash: value === undefined ? undefined : hash('sha256', value, 'buffer'),
    isPurge: write.isPurge ?? false,
  });
}

function putPolicy(
  notes: Notes,
  entry: { readonly collection: string; readonly key: string; readonly name: string; readonly value: Uint8Array },
): void {
  if (entry.collection !== '') throw new Error('policies of private keys are not offered by the embedded engine');
  if (entry.name !== policyName) throw new Error(`metadata ${entry.name} is not known`);
  beforeWriting(notes, entry.key);
  notes.policies.set(entry.key, Buffer.from(entry.value));
}

/** A policy is read with its key, so that a change of either is a conflict. */
function getPolicy(notes: Notes, collection: string, key: string): Record<string, Uint8Array> {
  if (collection !== '') throw new Error('policies of private keys are not offered by the embedded engine');
  const found = notes.state.get('', Buffer.from(key));
  notes.reads.set(key, found?.version);
  return found?.policy === undefined ? {} : { [policyName]: Buffer.from(found.policy) };
}

function beforeWriting(notes: Notes, key: string): void {
  if (notes.did.page)
    throw unsupported(notes, 'Transaction has already performed a paginated query. Writes are not allowed');
  if (notes.did.privateQuery)
    throw unsupported(notes, 'Transaction has already performed queries on pvt data. Writes are not allowed');
  if (key === '') throw new Error('an empty key is not a key');
  notes.did.write = true;
}

function unsupported({ transactionId }: Notes, what: string): Error {
  return new Error(`txid [${transactionId}]: unsupported transaction. ${what}`);
}

function declared(notes: Notes, name: string): Collection {
  const found = notes.collections.find((collection) => collection.name === name);
  if (found === undefined) throw new Error(`collection [${name}] is not defined`);
  return found;
}

function memberOf(notes: Notes, name: string): void {
  if (!declared(notes, name).members.includes(notes.caller))
    throw new Error(`the caller ${notes.caller} has no access to collection [${name}]`);
}

/** The inner map of a name, made where it is missing. */
function inner<Value>(maps: Map<string, Map<string, Value>>, name: string): Map<string, Value> {
  const found = maps.get(name) ?? new Map<string, Value>();
  maps.set(name, found);
  return found;
}

interface Page {
  readonly iterator: ShimIterator<KeyValue>;
  readonly metadata?: { readonly bookmark: string; readonly fetchedRecordsCount: number };
}

function publicRange(notes: Notes, query: Bounds & { readonly metadata: Uint8Array | undefined }): Page {
  const asked = shimMessages.QueryMetadata.deserializeBinary(query.metadata ?? new Uint8Array());
  const size = asked.getPagesize();
  if (size === 0) return { iterator: openRange(notes, query) };
  if (notes.did.write) throw unsupported(notes, 'Paginated queries are supported only in a read-only transaction');
  notes.did.page = true;
  const bookmark = asked.getBookmark();
  return readPage(notes, { from: bookmark === '' ? query.from : bookmark, to: query.to, size });
}

/** A page is noted as far as it goes, so that what is ordered after reading one conflicts with a change of it. */
function readPage({ state, ranges }: Notes, { from, to, size }: Bounds & { readonly size: number }): Page {
  const found = state.range({ from, to, limit: size + 1 });
  const items = found.slice(0, size);
  const isExhausted = items.length < size;
  const keys = items.map(({ key, version }) => ({ key, version }));
  ranges.push({ from, to: isExhausted ? to : (keys.at(-1)?.key ?? to), isExhausted, keys });
  const metadata = { bookmark: found[size]?.key ?? '', fetchedRecordsCount: items.length };
  // An empty page comes without: a message that holds neither is no bytes, and the shim takes that for absent.
  return { iterator: iterate(items.map(keyValueOf).values()), ...(items.length > 0 && { metadata }) };
}

interface Bounds {
  readonly from: string;
  readonly to: string;
}

interface Packet {
  readonly entries: readonly StateEntry[];
  /** Where the next one begins; absent where the range ends. */
  readonly next: string | undefined;
}

/** Reads a range packet by packet, the first at once and the others as far as the contract goes, and notes how far that was. */
function openRange({ state, ranges }: Notes, { from, to }: Bounds): ShimIterator<KeyValue> {
  const note: RangeNote = { from, to, isExhausted: false, keys: [] };
  ranges.push(note);
  const read = (start: string): Packet => {
    const found = state.range({ from: start, to, limit: packetSize + 1 });
    const entries = found.slice(0, packetSize);
    // The first of a later packet was noted as the one further of the packet before it.
    for (const { key, version } of note.keys.length === 0 ? found : found.slice(1)) note.keys.push({ key, version });
    const next = found[packetSize]?.key;
    note.isExhausted = next === undefined;
    note.to = next ?? to;
    return { entries, next };
  };
  return iterate(entriesOf(read(from), read));
}

function* entriesOf(first: Packet, read: (start: string) => Packet): Generator<KeyValue, undefined> {
  for (let packet = first; ; packet = read(packet.next)) {
    for (const entry of packet.entries) yield keyValueOf(entry);
    if (packet.next === undefined) return;
  }
}

/** Private ranges are for readers only, and no conflict is found over them; so Fabric has it. */
function privateRange(
  notes: Notes,
  query: { readonly collection: string; readonly from: string; readonly to: string },
): ShimIterator<KeyValue> {
  memberOf(notes, query.collection);
  if (notes.did.write) throw unsupported(notes, 'Queries on pvt data is supported only in a read-only transaction');
  notes.did.privateQuery = true;
  return iterate(notes.state.privateRange(query).map(keyValueOf).values());
}

function iterate<Item>(items: Iterator<Item, undefined>): ShimIterator<Item> {
  return {
    next() {
      const { value, done } = items.next();
      return Promise.resolve(done === true ? { done } : { value: value, done: false });
    },
    close: () => Promise.resolve(),
  };
}

function keyValueOf({ key, value }: StateEntry): KeyValue {
  return { key, value: Buffer.from(value) };
}

function modificationOf(entry: HistoryEntry): KeyModification {
  return {
    txId: entry.transactionId,
    value: Buffer.from(entry.value ?? []),
    isDelete: entry.value === undefined,
    timestamp: { seconds: Math.floor(entry.at / 1000), nanos: (entry.at % 1000) * 1_000_000 },
  };
}

export function isSame(first: Version | undefined, second: Version | undefined): boolean {
  return first?.block === second?.block && first?.transaction === second?.transaction;
}

function resultsOf(notes: Notes): ReturnType<Simulation['results']> {
  const names = new Set([...notes.hashedReads.keys(), ...notes.hashedWrites.keys()]);
  const collections = new Map([...names].map((name) => [name, collectionSet(notes, name)] as const));
  const { reads, ranges, writes, policies, privateWrites } = notes;
  return { set: { reads, ranges, writes, policies, collections }, privateWrites };
}

function collectionSet(notes: Notes, name: string): CollectionSet {
  const values = notes.privateWrites.get(name);
  return {
    reads: notes.hashedReads.get(name) ?? new Map<string, undefined>(),
    writes: notes.hashedWrites.get(name) ?? new Map<string, HashedWrite>(),
    ...(values !== undefined && { privateHash: hash('sha256', encodePrivateWrites(values), 'buffer') }),
  };
}
