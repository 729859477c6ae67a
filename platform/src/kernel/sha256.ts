import { hash } from 'node:crypto';

/** Room for the parts of one message; grows when a longer one comes and is used for every message after it. */
let scratch = Buffer.alloc(4_096);
/** Its beginnings by length, each made once: a view made for every message would be most of the garbage. */
let beginnings: Buffer[] = [];
const maxBytesPerUnit = 3;
const maxKeptBeginning = 4_096;

/** Part of a message: text as UTF-8, bytes, or bytes that are at hand as hexadecimal digits. */
export type Part = string | Uint8Array | { readonly hex: string };

/**
 * SHA-256 over parts laid end to end; one shot, no copy of the parts and no buffer made for the answer, which is what costs.
 * `base64url` has no padding.
 */
export function sha256(parts: readonly Part[], encoding: 'hex' | 'base64' | 'base64url'): string {
  let room = 0;
  for (const part of parts) room += roomFor(part);
  if (room > scratch.length) [scratch, beginnings] = [Buffer.alloc(2 * room), []];
  let end = 0;
  for (const part of parts) end += write(part, end);
  return hash('sha256', beginningOf(end), encoding);
}

function beginningOf(length: number): Buffer {
  if (length >= maxKeptBeginning) return scratch.subarray(0, length);
  return (beginnings[length] ??= scratch.subarray(0, length));
}

function roomFor(part: Part): number {
  if (typeof part === 'string') return part.length * maxBytesPerUnit;
  return part instanceof Uint8Array ? part.length : part.hex.length;
}

function write(part: Part, at: number): number {
  if (typeof part === 'string') return scratch.write(part, at);
  if (!(part instanceof Uint8Array)) return scratch.write(part.hex, at, 'hex');
  scratch.set(part, at);
  return part.length;
}
