import { MalformedError } from './bytes.ts';

/** A message as a list of its length-delimited and varint fields; enough for what a receipt holds. */
export interface Message {
  bytes(field: number): Uint8Array | undefined;
  all(field: number): readonly Uint8Array[];
  number(field: number): bigint | undefined;
}

/** Reads a protobuf message; anything that is not one is malformed. */
export function readMessage(buffer: Uint8Array): Message {
  const chunks = new Map<number, Uint8Array[]>();
  const numbers = new Map<number, bigint>();
  const cursor = { buffer, at: 0 };
  while (cursor.at < buffer.length) {
    const tag = Number(varint(cursor));
    const [field, wire] = [tag >>> 3, tag & 7];
    if (wire === 0) numbers.set(field, varint(cursor));
    else if (wire === 2) chunks.set(field, [...(chunks.get(field) ?? []), chunk(cursor)]);
    else throw new MalformedError('protobuf wire type');
  }
  return {
    bytes: (field) => chunks.get(field)?.at(-1),
    all: (field) => chunks.get(field) ?? [],
    number: (field) => numbers.get(field),
  };
}

interface Cursor {
  readonly buffer: Uint8Array;
  at: number;
}

function varint(cursor: Cursor): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.buffer[cursor.at++];
    if (byte === undefined) break;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return value;
  }
  throw new MalformedError('protobuf number');
}

function chunk(cursor: Cursor): Uint8Array {
  const size = Number(varint(cursor));
  const end = cursor.at + size;
  if (end > cursor.buffer.length) throw new MalformedError('protobuf length');
  const bytes = cursor.buffer.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}
