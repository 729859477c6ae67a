import type { BlockView } from '@tanhui/sdk/client';

/** SHA-256 over the DER sequence of number, previous hash and data hash: the header hash of a Fabric block (protoutil.BlockHeaderBytes). */
async function headerHashOf({ number, previousHash, dataHash }: BlockView): Promise<string> {
  const content = [...der(0x02, integer(number)), ...der(0x04, bytesOf(previousHash)), ...der(0x04, bytesOf(dataHash))];
  const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(der(0x30, content)));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The first block, of some that follow each other from the newest down, whose own hash or link to the one before does not fit. */
export async function firstMisfit(blocks: readonly BlockView[]): Promise<number | undefined> {
  for (const [at, block] of blocks.entries()) {
    const before = blocks[at + 1];
    const isOwn = (await headerHashOf(block)) === block.headerHash;
    if (!isOwn || (before !== undefined && before.headerHash !== block.previousHash)) return block.number;
  }
  return undefined;
}

function der(tag: number, content: readonly number[]): number[] {
  const { length } = content;
  return length < 0x80 ? [tag, length, ...content] : [tag, 0x81, length, ...content];
}

function integer(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  return (bytes[0] ?? 0) >= 0x80 ? [0, ...bytes] : bytes;
}

function bytesOf(hex: string): number[] {
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
