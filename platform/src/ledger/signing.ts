import { createSign, createVerify } from 'node:crypto';
import type { KeyLike, KeyObject } from 'node:crypto';

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const halfOrder = order / 2n;

/** ECDSA P-256 over SHA-256, DER, with the lower of the two possible s: Fabric takes no other. */
export function signLowS(bytes: Uint8Array, key: KeyLike): Buffer {
  const raw = createSign('sha256')
    .update(bytes)
    .sign({ key: key as never, dsaEncoding: 'ieee-p1363' });
  const s = BigInt(`0x${raw.toString('hex', 32)}`);
  const low = s > halfOrder ? order - s : s;
  return sequence([integer(raw.subarray(0, 32)), integer(Buffer.from(low.toString(16).padStart(64, '0'), 'hex'))]);
}

export function isSignedBy(bytes: Uint8Array, signature: Uint8Array, certificate: string | KeyObject): boolean {
  try {
    return createVerify('sha256').update(bytes).verify(certificate, signature);
  } catch {
    return false;
  }
}

/** DER INTEGER of an unsigned number. */
export function integer(bytes: Buffer): Buffer {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from += 1;
  const rest = bytes.subarray(from);
  return tagged(2, (rest[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), rest]) : rest);
}

export function octets(bytes: Uint8Array): Buffer {
  return tagged(4, Buffer.from(bytes));
}

export function sequence(parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** Lengths here stay below 128 bytes, where DER writes them in one. */
function tagged(tag: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
}
