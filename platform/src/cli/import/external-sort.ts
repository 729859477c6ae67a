import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Keyed<Item> {
  readonly at: number;
  readonly sequence: number;
  readonly item: Item;
}

export interface SortOptions<Item> {
  readonly timeOf: (item: Item) => number;
  /** Everything has been read: how many there are. */
  readonly onSorted?: (count: number) => void;
  /** Items of a sorted piece, which is what is held in memory. */
  readonly pieceSize?: number;
  /** Pieces that are merged at a time; more are merged in several passes, so that files stay few. */
  readonly fanIn?: number;
}

/** Sorts any number of items by an instant in bounded memory: sorted pieces on disk, merged as they are read. Ties keep input order. */
export async function* sortByTime<Item>(items: AsyncIterable<Item>, options: SortOptions<Item>): AsyncGenerator<Item> {
  const { fanIn = 64 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-sort-'));
  let written = 0;
  const write = (piece: Iterable<Keyed<Item>> | AsyncIterable<Keyed<Item>>) =>
    spill(join(folder, String((written += 1))), piece);
  try {
    const { files, rest, count } = await inPieces(items, { ...options, write });
    options.onSorted?.(count);
    while (files.length > fanIn) files.push(await write(merge(files.splice(0, fanIn).map(readBack<Item>))));
    for await (const { item } of merge([...files.map(readBack<Item>), inMemory(rest)])) yield item;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inPieces<Item>(
  items: AsyncIterable<Item>,
  options: SortOptions<Item> & { readonly write: (piece: Keyed<Item>[]) => Promise<string> },
): Promise<{ readonly files: string[]; readonly rest: Keyed<Item>[]; readonly count: number }> {
  const { timeOf, pieceSize = 50_000, write } = options;
  const files: string[] = [];
  let piece: Keyed<Item>[] = [];
  let count = 0;
  for await (const item of items) {
    piece.push({ at: timeOf(item), sequence: (count += 1), item });
    if (piece.length < pieceSize) continue;
    files.push(await write(piece.sort(compare)));
    piece = [];
  }
  return { files, rest: piece.sort(compare), count };
}

function compare(first: Keyed<unknown>, second: Keyed<unknown>): number {
  return first.at - second.at || first.sequence - second.sequence;
}

async function spill<Item>(file: string, piece: Iterable<Keyed<Item>> | AsyncIterable<Keyed<Item>>): Promise<string> {
  const stream = createWriteStream(file);
  for await (const entry of piece) if (!stream.write(`${JSON.stringify(entry)}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
  return file;
}

/** Split at line feeds only: readline would also split at U+2028, which JSON does not escape. */
async function* readBack<Item>(file: string): AsyncGenerator<Keyed<Item>> {
  let rest = '';
  for await (const part of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Keyed<Item>;
  }
}

async function* inMemory<Item>(piece: readonly Keyed<Item>[]): AsyncGenerator<Keyed<Item>> {
  await Promise.resolve();
  yield* piece;
}

interface Head<Item> {
  readonly piece: AsyncGenerator<Keyed<Item>>;
  head: Keyed<Item>;
}

async function* merge<Item>(pieces: readonly AsyncGenerator<Keyed<Item>>[]): AsyncGenerator<Keyed<Item>> {
  const heads: Head<Item>[] = [];
  for (const piece of pieces) {
    const next = await piece.next();
    if (next.done !== true) heads.push({ piece, head: next.value });
  }
  while (heads.length > 0) {
    const least = heads.reduce((best, one) => (compare(one.head, best.head) < 0 ? one : best));
    yield least.head;
    const next = await least.piece.next();
    if (next.done === true) heads.splice(heads.indexOf(least), 1);
    else least.head = next.value;
  }
}
