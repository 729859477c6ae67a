import { hash } from 'node:crypto';
import kvSets from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js';
import sets from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js';

/** Where a value was written last. */
export interface Version {
  readonly block: number;
  readonly transaction: number;
}

/** A range that was read: up to and with the last key seen, or, where it was read to its end, up to `to` (open where empty). */
export interface RangeRead {
  readonly from: string;
  readonly to: string;
  readonly isExhausted: boolean;
  readonly keys: readonly { readonly key: string; readonly version: Version }[];
}

/** What became of a private key: only its hashes are public. Key hashes are hex. */
export interface HashedWrite {
  /** SHA-256 of the value; absent where the key goes. */
  readonly valueHash: Uint8Array | undefined;
  /** The value goes from every block's private data too. */
  readonly isPurge: boolean;
}

/** The public half of what a transaction did with one private data collection; keys are hex of their SHA-256. */
export interface CollectionSet {
  readonly reads: ReadonlyMap<string, Version | undefined>;
  readonly writes: ReadonlyMap<string, HashedWrite>;
  /** SHA-256 over the private writes themselves. */
  readonly privateHash?: Uint8Array;
}

/** What a transaction read and wrote, as endorsers sign it. */
export interface ReadWriteSet {
  readonly reads: ReadonlyMap<string, Version | undefined>;
  readonly ranges: readonly RangeRead[];
  /** Absent values are deletions. */
  readonly writes: ReadonlyMap<string, Uint8Array | undefined>;
  /** Endorsement policies that keys are given. */
  readonly policies: ReadonlyMap<string, Uint8Array>;
  readonly collections: ReadonlyMap<string, CollectionSet>;
}

/** Private values, by collection and key; they never stand in a block. */
export type PrivateWrites = ReadonlyMap<string, ReadonlyMap<string, Uint8Array | undefined>>;

/** The name under which Fabric keeps a key's endorsement policy. */
export const policyName = 'VALIDATION_PARAMETER';

export function keyHashOf(key: string): string {
  return hash('sha256', key, 'hex');
}

/** Fabric's own bytes, under one namespace, in the order in which Fabric writes them. */
export function encodeSet(namespaceName: string, set: ReadWriteSet): Uint8Array {
  const kv = new kvSets.KVRWSet();
  kv.setReadsList(sorted(set.reads).map(([key, version]) => readOf(key, version)));
  kv.setRangeQueriesInfoList(set.ranges.map(rangeOf));
  kv.setWritesList(sorted(set.writes).map(([key, value]) => writeOf(key, value)));
  kv.setMetadataWritesList(sorted(set.policies).map(([key, policy]) => metadataOf(key, policy)));
  const namespace = new sets.NsReadWriteSet();
  namespace.setNamespace(namespaceName);
  namespace.setRwset(kv.serializeBinary());
  namespace.setCollectionHashedRwsetList(sorted(set.collections).map(([name, hashed]) => collectionOf(name, hashed)));
  const whole = new sets.TxReadWriteSet();
  whole.setDataModel(sets.TxReadWriteSet.DataModel.KV);
  whole.setNsRwsetList([namespace]);
  return whole.serializeBinary();
}

/** The private writes of one collection as bytes; what endorsers sign holds their hash. */
export function encodePrivateWrites(writes: ReadonlyMap<string, Uint8Array | undefined>): Uint8Array {
  const kv = new kvSets.KVRWSet();
  kv.setWritesList(sorted(writes).map(([key, value]) => writeOf(key, value)));
  return kv.serializeBinary();
}

function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([first], [second]) => Buffer.compare(Buffer.from(first), Buffer.from(second)));
}

function stamped(version: Version): kvSets.Version {
  const message = new kvSets.Version();
  message.setBlockNum(version.block);
  message.setTxNum(version.transaction);
  return message;
}

function readOf(key: string, version: Version | undefined): kvSets.KVRead {
  const read = new kvSets.KVRead();
  read.setKey(key);
  if (version !== undefined) read.setVersion(stamped(version));
  return read;
}

function writeOf(key: string, value: Uint8Array | undefined): kvSets.KVWrite {
  const write = new kvSets.KVWrite();
  write.setKey(key);
  write.setIsDelete(value === undefined);
  if (value !== undefined) write.setValue(value);
  return write;
}

function rangeOf({ from, to, isExhausted, keys }: RangeRead): kvSets.RangeQueryInfo {
  const info = new kvSets.RangeQueryInfo();
  info.setStartKey(from);
  info.setEndKey(to);
  info.setItrExhausted(isExhausted);
  const raw = new kvSets.QueryReads();
  raw.setKvReadsList(keys.map(({ key, version }) => readOf(key, version)));
  info.setRawReads(raw);
  return info;
}

function metadataOf(key: string, policy: Uint8Array): kvSets.KVMetadataWrite {
  const entry = new kvSets.KVMetadataEntry();
  entry.setName(policyName);
  entry.setValue(policy);
  const write = new kvSets.KVMetadataWrite();
  write.setKey(key);
  write.setEntriesList([entry]);
  return write;
}

function collectionOf(name: string, set: CollectionSet): sets.CollectionHashedReadWriteSet {
  const hashed = new kvSets.HashedRWSet();
  hashed.setHashedReadsList(
    sorted(set.reads).map(([keyHash, version]) => {
      const read = new kvSets.KVReadHash();
      read.setKeyHash(Buffer.from(keyHash, 'hex'));
      if (version !== undefined) read.setVersion(stamped(version));
      return read;
    }),
  );
  hashed.setHashedWritesList(
    sorted(set.writes).map(([keyHash, { valueHash, isPurge }]) => {
      const write = new kvSets.KVWriteHash();
      write.setKeyHash(Buffer.from(keyHash, 'hex'));
      write.setIsDelete(valueHash === undefined);
      write.setIsPurge(isPurge);
      if (valueHash !== undefined) write.setValueHash(valueHash);
      return write;
    }),
  );
  const collection = new sets.CollectionHashedReadWriteSet();
  collection.setCollectionName(name);
  collection.setHashedRwset(hashed.serializeBinary());
  if (set.privateHash !== undefined) collection.setPvtRwsetHash(set.privateHash);
  return collection;
}

/** Reads what `encodeSet` or a peer wrote. */
export function decodeSet(bytes: Uint8Array): ReadWriteSet {
  const [namespace] = sets.TxReadWriteSet.deserializeBinary(bytes).getNsRwsetList();
  const set = kvSets.KVRWSet.deserializeBinary(namespace?.getRwset_asU8() ?? new Uint8Array());
  return {
    reads: new Map(set.getReadsList().map((read) => [read.getKey(), versionOf(read.getVersion())])),
    ranges: set.getRangeQueriesInfoList().map((info) => ({
      from: info.getStartKey(),
      to: info.getEndKey(),
      isExhausted: info.getItrExhausted(),
      keys: (info.getRawReads()?.getKvReadsList() ?? []).map((read) => ({
        key: read.getKey(),
        version: versionOf(read.getVersion()) ?? { block: 0, transaction: 0 },
      })),
    })),
    writes: new Map(
      set.getWritesList().map((write) => [write.getKey(), write.getIsDelete() ? undefined : write.getValue_asU8()]),
    ),
    policies: new Map(
      set
        .getMetadataWritesList()
        .map((write) => [write.getKey(), write.getEntriesList()[0]?.getValue_asU8() ?? new Uint8Array()]),
    ),
    collections: new Map(
      (namespace?.getCollectionHashedRwsetList() ?? []).map((collection) => [
        collection.getCollectionName(),
        hashedSet(collection.getHashedRwset_asU8()),
      ]),
    ),
  };
}

function hashedSet(bytes: Uint8Array): CollectionSet {
  const set = kvSets.HashedRWSet.deserializeBinary(bytes);
  return {
    reads: new Map(
      set.getHashedReadsList().map((read) => [hexOf(read.getKeyHash_asU8()), versionOf(read.getVersion())]),
    ),
    writes: new Map(
      set.getHashedWritesList().map((write) => [
        hexOf(write.getKeyHash_asU8()),
        {
          valueHash: write.getIsDelete() || write.getIsPurge() ? undefined : write.getValueHash_asU8(),
          isPurge: write.getIsPurge(),
        },
      ]),
    ),
  };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function versionOf(version: kvSets.Version | undefined): Version | undefined {
  return version === undefined ? undefined : { block: version.getBlockNum(), transaction: version.getTxNum() };
}
