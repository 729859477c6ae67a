import { areEqual, fromBase64, MalformedError } from './bytes.ts';

/** One DER element: its tag, its content, and itself whole. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/** What is needed of a certificate: what was signed, the signature, the subject's organisational units, and its key as SubjectPublicKeyInfo. */
export interface Certificate {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly units: readonly string[];
  readonly publicKey: Uint8Array;
}

const sequenceTag = 0x30;
const bitStringTag = 0x03;
const versionTag = 0xa0;

function readElement(bytes: Uint8Array, from: number): Element {
  const [tag, first] = [bytes[from], bytes[from + 1]];
  if (tag === undefined || first === undefined) throw new MalformedError('DER');
  let [size, at] = [first, from + 2];
  if (first > 127) {
    const count = first & 127;
    if (count === 0 || count > 3) throw new MalformedError('DER length');
    size = 0;
    for (let read = 0; read < count; read += 1) size = size * 256 + (bytes[at++] ?? 0);
    if (size < 128) throw new MalformedError('DER length');
  }
  if (at + size > bytes.length) throw new MalformedError('DER length');
  return { tag, content: bytes.subarray(at, at + size), whole: bytes.subarray(from, at + size) };
}

function children({ content }: Element): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < content.length;) {
    const element = readElement(content, at);
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

function pick(elements: readonly Element[], at: number, tag: number): Element {
  const found = elements[at];
  if (found?.tag !== tag) throw new MalformedError('certificate');
  return found;
}

/** Reads a PEM certificate. */
export function readCertificate(pem: string): Certificate {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]{1,20000})-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (body === undefined) throw new MalformedError('PEM');
  const [toBeSigned, , signature] = children(readElement(fromBase64(body.replaceAll(/\s/g, '')), 0));
  if (toBeSigned?.tag !== sequenceTag || signature?.tag !== bitStringTag) throw new MalformedError('certificate');
  const fields = children(toBeSigned);
  const first = fields[0]?.tag === versionTag ? 1 : 0;
  // serial, algorithm, issuer, validity, subject, key
  return {
    signed: toBeSigned.whole,
    signature: signature.content.subarray(1),
    units: unitsOf(pick(fields, first + 4, sequenceTag)),
    publicKey: pick(fields, first + 5, sequenceTag).whole,
  };
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
  if (outer.tag !== sequenceTag || outer.whole.length !== der.length || numbers.length !== 2)
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
