import { fromBase64, MalformedError } from './bytes.ts';

/** One DER element: its tag, its content, and itself whole. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  sequence: 0x30,
  utcTime: 0x17,
  generalizedTime: 0x18,
  context0: 0xa0,
} as const;

export function readElement(bytes: Uint8Array, from: number): Element {
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

export function children({ content }: Element): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < content.length;) {
    const element = readElement(content, at);
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

export function pick(elements: readonly Element[], at: number, tag: number): Element {
  const found = elements[at];
  if (found?.tag !== tag) throw new MalformedError('DER element');
  return found;
}

/** What somebody signed, in the form that certificates and revocation lists share. */
export interface SignedElement {
  readonly fields: readonly Element[];
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** @param label what the PEM text says that it holds */
export function readSigned(pem: string, label: 'CERTIFICATE' | 'X509 CRL'): SignedElement {
  const [head, tail] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const [from, to] = [pem.indexOf(head), pem.indexOf(tail)];
  if (from < 0 || to < from) throw new MalformedError('PEM');
  const body = pem.slice(from + head.length, to).replaceAll(/[ \t\r\n]/g, '');
  const [toBeSigned, , signature] = children(readElement(fromBase64(body), 0));
  if (toBeSigned?.tag !== tags.sequence || signature?.tag !== tags.bitString) throw new MalformedError('X.509');
  return { fields: children(toBeSigned), signed: toBeSigned.whole, signature: signature.content.subarray(1) };
}

/** An instant in milliseconds, as X.509 writes it: in UTC and with seconds; years of two digits are those from 1950 to 2049. */
export function readTime({ tag, content }: Element): number {
  const text = new TextDecoder().decode(content);
  const years = tag === tags.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(years);
  if ((tag !== tags.utcTime && tag !== tags.generalizedTime) || parts === null) throw new MalformedError('time');
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}
