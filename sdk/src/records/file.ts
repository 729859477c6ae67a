import type { RecordFields } from './fields.ts';
import { fieldsOfJson } from './fields.ts';
import type { Frame } from './frames.ts';
import { framesOf, linesWithin } from './frames.ts';
import { LineDigest } from './line-digest.ts';
import type { SentRecord } from './sent.ts';
import { nameOfLine } from './sent.ts';

/** Takes CSV text apart into rows, as `csv-parse` does under options of these names; throws where it is none. */
export type CsvParser = (
  text: string,
  options: { readonly delimiter: string; readonly relax_column_count: true; readonly relax_quotes?: true },
) => string[][];

/** How a file of records is read. */
export interface FileReading {
  /** One JSON object a line; else CSV whose first line names the columns. */
  readonly isNdjson: boolean;
  readonly separator: string;
  /** Columns without which a file is refused as a whole. */
  readonly needed: readonly string[];
  readonly parseCsv: CsvParser;
}

/** A file that cannot be used as a whole; nothing of it was given. */
export class UnusableFile extends Error {
  readonly code: 'IMPORT_HEADER_UNUSABLE' | 'IMPORT_COLUMN_MISSING';
  readonly place: { readonly line?: number; readonly field?: string };

  constructor(code: UnusableFile['code'], place: UnusableFile['place']) {
    super(code);
    this.name = 'UnusableFile';
    this.code = code;
    this.place = place;
  }
}

/** Whether a file is one JSON object a line, by its name. */
export function isNdjsonName(name: string): boolean {
  return /\.(nd)?jsonl?(\.gz)?$/i.test(name);
}

/**
 * Records of a file 记录文件 with the line each begins on. One that cannot be read costs itself and no other: it is given with its code, to be refused and counted. Memory does not
 * grow with the file. Throws `UnusableFile` before the first record where the header will not do.
 */
export function recordsOfFile(parts: AsyncIterable<string>, reading: FileReading): AsyncGenerator<SentRecord> {
  const frames = framesOf(parts, reading.isNdjson ? {} : { quotedFieldsIn: reading.separator });
  return reading.isNdjson ? ndjson(frames) : csv(frames, reading);
}

function unreadable({ line, text, isCut, digest }: Frame): SentRecord {
  const name = nameOfLine(text, () => digest ?? new LineDigest().add(text).digest());
  return { line, code: isCut ? 'INTAKE_LINE_TOO_LONG' : 'INTAKE_LINE_UNREADABLE', ...name, fields: {} };
}

async function* ndjson(frames: AsyncIterable<Frame>): AsyncGenerator<SentRecord> {
  for await (const frame of frames) {
    const fields = frame.isCut ? undefined : fieldsOfJson(frame.text);
    yield fields === undefined ? unreadable(frame) : { line: frame.line, fields };
  }
}

/** Records are parsed in blocks; a block in which one does not parse is parsed record by record, so that only that one is refused. */
const blockSize = 500;

async function* csv(frames: AsyncGenerator<Frame>, reading: FileReading): AsyncGenerator<SentRecord> {
  const header = await headerOf(frames, reading);
  let block: Frame[] = [];
  for await (const frame of frames) {
    block.push(frame);
    if (block.length < blockSize) continue;
    yield* decodeBlock(block, header, reading);
    block = [];
  }
  yield* decodeBlock(block, header, reading);
}

async function headerOf(frames: AsyncGenerator<Frame>, reading: FileReading): Promise<string[]> {
  const first = await frames.next();
  const [names = []] = first.done === true ? [] : rowsIn(first.value.text, reading);
  const header = names.map((name) => name.trim());
  if (header.length === 0 || new Set(header).size < header.length || header.includes('__proto__')) {
    throw new UnusableFile('IMPORT_HEADER_UNUSABLE', { line: first.done === true ? 1 : first.value.line });
  }
  const missing = reading.needed.find((name) => !header.includes(name));
  if (missing !== undefined) throw new UnusableFile('IMPORT_COLUMN_MISSING', { field: missing });
  return header;
}

function* decodeBlock(block: readonly Frame[], header: readonly string[], reading: FileReading): Generator<SentRecord> {
  const whole = block.some(({ isCut }) => isCut) ? undefined : rowsOf(block, reading);
  for (const [at, frame] of block.entries()) {
    const row = whole?.[at] ?? (frame.isCut ? undefined : rowsOf([frame], reading)?.[0]);
    if (row !== undefined) yield { line: frame.line, fields: named(header, row) };
    else if (frame.text.includes('\n')) yield* decodeBlock(linesWithin(frame), header, reading);
    else yield unreadable(frame);
  }
}

/** A row for each frame, or nothing where they do not match one to one. */
function rowsOf(block: readonly Frame[], reading: FileReading): readonly string[][] | undefined {
  const rows = rowsIn(block.map(({ text }) => text).join('\n'), reading, { relax_quotes: true });
  return rows.length === block.length ? rows : undefined;
}

function rowsIn(
  text: string,
  { separator, parseCsv }: FileReading,
  more: { readonly relax_quotes?: true } = {},
): string[][] {
  try {
    return parseCsv(text, { delimiter: separator, relax_column_count: true, ...more });
  } catch {
    return [];
  }
}

/** Columns that a short row lacks are absent, not empty; what a long row has beyond its header has no name and is left out. */
function named(header: readonly string[], row: readonly string[]): RecordFields {
  const fields: Record<string, string> = {};
  for (const [at, name] of header.entries()) {
    const value = row[at];
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}
