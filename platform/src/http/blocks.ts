import type { Readable } from 'node:stream';

/** Whole lines of a stream that lie together, as bytes. */
export interface Block {
  readonly parts: readonly Buffer[];
  /** Number of its first line, from 1. */
  readonly firstLine: number;
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
      yield { parts: open.parts, firstLine };
      firstLine += open.lines;
      open = newBlock();
    }
  }
  if (open.parts.length > 0) yield { parts: open.parts, firstLine };
}

interface OpenBlock {
  readonly parts: Buffer[];
  lines: number;
  /** Of whole lines, so that what is dropped of an overlong one does not move the end of a block. */
  bytes: number;
  /** Of the line that has not ended yet. */
  lineBytes: number;
}

function newBlock(): OpenBlock {
  return { parts: [], lines: 0, bytes: 0, lineBytes: 0 };
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
      block.lineBytes += bytes.length - end;
      end = bytes.length;
      break;
    }
    block.bytes += block.lineBytes + next - end;
    [block.lineBytes, block.lines, end] = [0, block.lines + 1, next];
    if (isFull(block, limits)) break;
  }
  const kept = wasTooLong ? bytes.subarray(startOfKept(bytes), end) : bytes.subarray(0, end);
  if (kept.length > 0) block.parts.push(kept);
  return end;
}

/** Of an overlong line nothing more is kept but its end. */
function startOfKept(bytes: Buffer): number {
  const next = bytes.indexOf(newline);
  return next < 0 ? bytes.length : next;
}
