import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { refuseImport } from './refusals.ts';

/** What a file may be written in; `auto` looks at its beginning. GB18030 holds GBK and GB2312. */
export const encodings = ['auto', 'utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof encodings)[number];

const probeBytes = 65_536;

/**
 * Text of a file, piece by piece: gzip is known by its first bytes, not by its name, and the encoding by a byte-order mark or by which of UTF-8 and
 * GB18030 reads the beginning with fewer errors. Memory does not grow with the file. Refuses what is not there, or ends before its time.
 */
export async function* textOf(
  file: string,
  options: { readonly encoding: Encoding; readonly onBytes: (count: number) => void },
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const part of probed(await bytesOf(file, options.onBytes))) {
    decoder ??= new TextDecoder(options.encoding === 'auto' ? guessEncoding(part) : options.encoding);
    yield decoder.decode(part, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

async function bytesOf(file: string, onBytes: (count: number) => void): Promise<AsyncIterable<Buffer>> {
  const isGzip = await startsAsGzip(file);
  const raw = createReadStream(file);
  raw.on('data', (part) => {
    onBytes(part.length);
  });
  return isGzip ? inflated(file, raw) : readable(file, raw);
}

async function startsAsGzip(file: string): Promise<boolean> {
  for await (const part of readable(file, createReadStream(file, { end: 1 })))
    return part[0] === 0x1f && part[1] === 0x8b;
  return false;
}

async function* readable(file: string, stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const part of stream as AsyncIterable<Buffer>) yield part;
  } catch (cause) {
    throw refuseImport('IMPORT_FILE_UNREADABLE', { file }, cause);
  }
}

async function* inflated(file: string, raw: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  raw.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const part of raw.pipe(gunzip) as AsyncIterable<Buffer>) yield part;
  } catch (cause) {
    throw refuseImport('IMPORT_FILE_DAMAGED', { file }, cause);
  }
}

/** The same bytes with a first piece that is long enough to tell the encoding by. */
async function* probed(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first: Buffer | undefined = Buffer.alloc(0);
  for await (const part of parts) {
    if (first === undefined) {
      yield part;
      continue;
    }
    first = Buffer.concat([first, part]);
    if (first.length < probeBytes) continue;
    yield first;
    first = undefined;
  }
  if (first !== undefined && first.length > 0) yield first;
}

function guessEncoding(beginning: Uint8Array): Exclude<Encoding, 'auto'> {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le';
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return 'utf-16be';
  return errorsAs('gb18030', beginning) < errorsAs('utf-8', beginning) ? 'gb18030' : 'utf-8';
}

/** Sequences that an encoding cannot read; one that is cut off at the end does not count. */
function errorsAs(encoding: 'utf-8' | 'gb18030', bytes: Uint8Array): number {
  return new TextDecoder(encoding).decode(bytes, { stream: true }).split('\ufffd').length - 1;
}
