/** Bytes and texts, without help from any runtime but the language and its standard encoders. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Why a proof does not hold. A program may rely on them: they are never renamed or reused. */
export type FailureCode =
  /** Something is missing, or is not what its place asks for. */
  | 'UNREADABLE'
  /** The leaf's district is neither the record's nor its city. */
  | 'DISTRICT_DIFFERS'
  /** The header's table lacks the record's methodology with this digest. */
  | 'METHODOLOGY_NOT_IN_BATCH'
  /** What was sealed and its header name another programme or day. */
  | 'SCOPE_DIFFERS'
  /** Body, salt, nullifier, place and path do not lead to the root: one of them was changed. */
  | 'ROOT_DIFFERS'
  | 'CONTRACT_FAILED'
  /** The endorsed transaction writes something else than this header under its key. */
  | 'HEADER_NOT_WRITTEN'
  /** The receipt names another transaction, channel or chaincode than what was endorsed or is pinned. */
  | 'TRANSACTION_DIFFERS'
  /** A channel is pinned, and the receipt is from before receipts proved theirs. */
  | 'CHANNEL_NOT_PROVEN'
  /** A pinned organisation has not signed this transaction. */
  | 'SIGNATURE_MISSING'
  /** It has signed only with a certificate that was not in force when the transaction says that it was proposed. */
  | 'CERTIFICATE_NOT_IN_FORCE'
  /** It has signed only with a certificate that a pinned revocation list withdraws. */
  | 'CERTIFICATE_REVOKED'
  /** A pinned revocation list is unreadable, or no pinned root has signed it: nobody can say what it withdraws. */
  | 'REVOCATION_LIST_UNUSABLE';

export class MalformedError extends Error {
  override readonly name = 'MalformedError';
  readonly code: FailureCode;

  constructor(message: string, code: FailureCode = 'UNREADABLE') {
    super(message);
    this.code = code;
  }
}

export function fromHex(text: string, size: number): Uint8Array {
  if (text.length !== size * 2 || !/^[0-9a-f]*$/.test(text)) throw new MalformedError(`${String(size)} bytes of hex`);
  return Uint8Array.from({ length: size }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

const maxBase64 = 100_000;

/** In its one form, RFC 4648 §4: padded, nothing between, and unused bits zero; other readers take others, or something else from them. */
export function fromBase64(text: string): Uint8Array {
  if (text.length > maxBase64 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new MalformedError('base64');
  const bytes = text.length % 4 === 0 ? atob(text) : '';
  if (btoa(bytes) !== text) throw new MalformedError('base64');
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}

export function areEqual(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, at) => byte === second[at]);
}

/** Big-endian unsigned integer in `size` bytes. */
export function unsigned(value: bigint, size: number): Uint8Array {
  if (value < 0n || value >= 1n << BigInt(8 * size))
    throw new MalformedError(`a number does not fit ${String(size)} bytes`);
  return Uint8Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * (size - 1 - at))) & 255n));
}
