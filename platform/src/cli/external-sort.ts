import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface Keyed<Item> {
  readonly at: number;
  readonly sequence: number;
  readonly item: Item;
}

const chunkSize = 50_000;

/** Sorts any number of items by an instant in bounded memory: sorted pieces on disk, merged as they are read. Ties keep input order. */
export async function* sortByTime<Item>(
  items: AsyncIterable<Item>,
  timeOf: (item: Item) => number,
): AsyncGenerator<Item> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-sort-'));
  try {
    const files: string[] = [];
    let chunk: Keyed<Item>[] = [];
    let sequence = 0;
    for await (const item of items) {
      chunk.push({ at: timeOf(item), sequence: (sequence += 1), item });
      if (chunk.length < chunkSize) continue;
      files.push(await spill(join(folder, String(files.length)), sorted(chunk)));
      chunk = [];
    }
    const pieces = [...files.map(readBack<Item>), inMemory(sorted(chunk))];
    for await (const { item } of merge(pieces)) yield item;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sorted<Item>(chunk: Keyed<Item>[]): Keyed<Item>[] {
  return chunk.sort((first, second) => first.at - second.at || first.sequence - second.sequence);
}

async function spill<Item>(file: string, chunk: readonly Keyed<Item>[]): Promise<string> {
  const stream = createWriteStream(file);
  for (const entry of chunk) if (!stream.write(`${JSON.stringify(entry)}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
  return file;
}

async function* readBack<Item>(file: string): AsyncGenerator<Keyed<Item>> {
  for await (const line of createInterface({ input: createReadStream(file) })) yield JSON.parse(line) as Keyed<Item>;
}

async function* inMemory<Item>(chunk: readonly Keyed<Item>[]): AsyncGenerator<Keyed<Item>> {
  await Promise.resolve();
  yield* chunk;
}

async function* merge<Item>(pieces: readonly AsyncGenerator<Keyed<Item>>[]): AsyncGenerator<Keyed<Item>> {
  const heads: { piece: AsyncGenerator<Keyed<Item>>; head: Keyed<Item> }[] = [];
  for (const piece of pieces) {
    const next = await piece.next();
    if (next.done !== true) heads.push({ piece, head: next.value });
  }
  while (heads.length > 0) {
    let least = 0;
    for (let at = 1; at < heads.length; at += 1) if (isBefore(heads[at]?.head, heads[least]?.head)) least = at;
    const taken = heads[least];
    if (taken === undefined) return;
    yield taken.head;
    const next = await taken.piece.next();
    if (next.done === true) heads.splice(least, 1);
    else taken.head = next.value;
  }
}

function isBefore<Item>(first: Keyed<Item> | undefined, second: Keyed<Item> | undefined): boolean {
  if (first === undefined || second === undefined) return false;
  return first.at < second.at || (first.at === second.at && first.sequence < second.sequence);
}
