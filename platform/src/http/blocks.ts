import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** Whole lines of a stream that lie together, as bytes. */
export interface Block {
  readonly parts: readonly Buffer[];
  /** Number of its first line, from 1. */
  readonly firstLine: number;
  /** Of its lines that are longer than a line may be, by their place in it from 0: SHA-256 over all their bytes, as hexadecimal digits. */
  readonly overlong: ReadonlyMap<number, string>;
}

export interface BlockLimits {
  /** Lines of a block. */
  readonly lines: number;
  /** A block ends with the line that brings it here. */
  readonly bytes: number;
  /** A line is kept up to the part of the stream in which it grows beyond this; what follows of it is dropped, and the beginning is long enough to be refused. */
  readonly lineBytes: number;
}

const newline = 0x0a;

/** Cuts a stream into blocks of whole lines. Where it cuts depends on the bytes alone, not on the parts in which they come. */
export async function* blocksOf(stream: Readable, limits: BlockLimits): AsyncGenerator<Block> {
  let firstLine = 1;
  let open = newBlock();
  for await (const part of stream as AsyncIterable<Buffer>) {
    for (let from = 0; from < part.length;) {
      const end = takeLines(open, part.subarray(from), limits);
      from += end;
      if (!isFull(open, limits)) continue;
      yield { parts: open.parts, firstLine, overlong: open.overlong };
      firstLine += open.lines;
      open = newBlock();
    }
  }
  endDigest(open);
  if (open.parts.length > 0) yield { parts: open.parts, firstLine, overlong: open.overlong };
}

interface OpenBlock {
  readonly parts: Buffer[];
  lines: number;
  /** Of whole lines, so that what is dropped of an overlong one does not move the end of a block. */
  bytes: number;
  /** Of the line that has not ended yet. */
  lineBytes: number;
  /** Of that line, once it is too long. */
  hash: Hash | undefined;
  readonly overlong: Map<number, string>;
}

function newBlock(): OpenBlock {
  return { parts: [], lines: 0, bytes: 0, lineBytes: 0, hash: undefined, overlong: new Map() };
}

function isFull({ lines, bytes, lineBytes }: OpenBlock, limits: BlockLimits): boolean {
  return lineBytes === 0 && (lines >= limits.lines || bytes >= limits.bytes);
}

/** Takes lines off the front of some bytes until the block is full; gives how many bytes it took. */
function takeLines(block: OpenBlock, bytes: Buffer, limits: BlockLimits): number {
  const wasTooLong = block.lineBytes > limits.lineBytes;
  let end = 0;
  while (end < bytes.length) {
    const next = bytes.indexOf(newline, end) + 1;
    if (next === 0) {
      digestLong(block, bytes.subarray(end), limits);
      block.lineBytes += bytes.length - end;
      end = bytes.length;
      break;
    }
    if (block.lineBytes + next - 1 - end > limits.lineBytes) {
      digestLong(block, bytes.subarray(end, next - 1), limits);
      endDigest(block);
    }
    block.bytes += block.lineBytes + next - end;
    [block.lineBytes, block.lines, end] = [0, block.lines + 1, next];
    if (isFull(block, limits)) break;
  }
  const kept = wasTooLong ? bytes.subarray(startOfKept(bytes), end) : bytes.subarray(0, end);
  if (kept.length > 0) block.parts.push(kept);
  return end;
}

/** Takes more of a line into its digest, where it is too long by now: until then all of it was kept. */
function digestLong(block: OpenBlock, more: Buffer, limits: BlockLimits): void {
  if (block.lineBytes + more.length <= limits.lineBytes) return;
  block.hash ??= hashOf(lastOf(block.parts, block.lineBytes));
  block.hash.update(more);
}

function endDigest(block: OpenBlock): void {
  if (block.hash !== undefined) block.overlong.set(block.lines, block.hash.digest('hex'));
  block.hash = undefined;
}

function hashOf(parts: readonly Buffer[]): Hash {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash;
}

/** So many bytes at the end of some parts. */
function lastOf(parts: readonly Buffer[], count: number): Buffer[] {
  const last: Buffer[] = [];
  let left = count;
  for (let at = parts.length - 1; at >= 0 && left > 0; at -= 1) {
    const part = parts[at]?.subarray(-left) ?? Buffer.alloc(0);
    last.unshift(part);
    left -= part.length;
  }
  return last;
}

/** Of an overlong line nothing more is kept but its end. */
function startOfKept(bytes: Buffer): number {
  const next = bytes.indexOf(newline);
  return next < 0 ? bytes.length : next;
}
