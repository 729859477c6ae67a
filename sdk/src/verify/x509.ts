import { areEqual, hex, MalformedError } from './bytes.ts';
import type { Element } from './der.ts';
import { children, pick, readElement, readSigned, readTime, tags } from './der.ts';

/** What is needed of a certificate. */
export interface Certificate {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Hex, without leading zeros. */
  readonly serial: string;
  /** The subject's organisational units. */
  readonly units: readonly string[];
  /** In force from here to there, both included; milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** Reads a PEM certificate. */
export function readCertificate(pem: string): Certificate {
  const { fields, signed, signature } = readSigned(pem, 'CERTIFICATE');
  const first = fields[0]?.tag === tags.context0 ? 1 : 0;
  // serial, algorithm, issuer, validity, subject, key
  const [from, to] = children(pick(fields, first + 3, tags.sequence));
  if (from === undefined || to === undefined) throw new MalformedError('validity');
  return {
    signed,
    signature,
    serial: serialText(pick(fields, first, tags.integer)),
    units: unitsOf(pick(fields, first + 4, tags.sequence)),
    notBefore: readTime(from),
    notAfter: readTime(to),
    publicKey: pick(fields, first + 5, tags.sequence).whole,
  };
}

/** The same number reads the same, however many zeros somebody wrote before it. */
export function serialText({ content }: Element): string {
  return hex(content).replace(/^(00)+(?=..)/, '');
}

/** 2.5.4.11 */
const organisationalUnit = Uint8Array.of(0x55, 0x04, 0x0b);

function unitsOf(subject: Element): string[] {
  return children(subject)
    .flatMap(children)
    .map(children)
    .filter(([type]) => type !== undefined && areEqual(type.content, organisationalUnit))
    .map(([, value]) => new TextDecoder().decode(value?.content));
}

/** Of an INTEGER that is written as DER asks: not negative, and with a leading zero only where the next bit is set. */
function magnitude({ tag, content }: Element): Uint8Array {
  const [first = 0, second] = content;
  const isPadded = first === 0 && second !== undefined;
  const isMinimal = !isPadded || second > 127;
  const bytes = isPadded ? content.subarray(1) : content;
  const fits = bytes.length >= 1 && bytes.length <= 32;
  if (tag !== 2 || first > 127 || !isMinimal || !fits) throw new MalformedError('signature');
  return bytes;
}

/** An ECDSA signature as WebCrypto wants it: r and s of 32 bytes each. */
export function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const outer = readElement(der, 0);
  const numbers = children(outer);
  if (outer.tag !== tags.sequence || outer.whole.length !== der.length || numbers.length !== 2)
    throw new MalformedError('signature');
  const raw = new Uint8Array(64);
  for (const [at, number] of numbers.entries()) {
    const content = magnitude(number);
    raw.set(content, 32 * at + 32 - content.length);
  }
  return raw;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** ECDSA P-256 over SHA-256. */
export async function isSigned(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): Promise<boolean> {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey('spki', Uint8Array.from(publicKey), algorithm, false, ['verify']);
  return subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, rawSignature(signature), Uint8Array.from(bytes));
}
