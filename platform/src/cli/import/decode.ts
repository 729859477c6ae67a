import { parse } from 'csv-parse/sync';
import type { Options } from 'csv-parse/sync';
import type { Json } from '../../kernel/index.ts';
import type { Frame } from './frames.ts';
import { framesOf, linesWithin } from './frames.ts';
import { refuseImport } from './refusals.ts';
import type { Encoding } from './text.ts';
import { textOf } from './text.ts';

/** What stands on an unreadable line names it in its seen key; this much of it is enough. */
const maxRawLength = 8_192;

type Fields = Readonly<Record<string, string>>;

/** A decoded line, or one that could not be decoded; `line` counts over all files of the import, `LinePlaces` says where that is. */
export type DecodedLine =
  | { readonly line: number; readonly fields: Fields }
  | {
      readonly line: number;
      readonly code: 'INTAKE_LINE_UNREADABLE' | 'INTAKE_LINE_TOO_LONG';
      readonly raw: string;
      readonly fields: Fields;
    };

export interface DecodeOptions {
  readonly separator: string;
  readonly encoding: Encoding;
  readonly onBytes: (count: number) => void;
  readonly places: LinePlaces;
  /** Columns without which a file is refused before anything is sent. */
  readonly needed: readonly string[];
}

/** Which file and line of it a number stands for that counts over all files. */
export class LinePlaces {
  readonly #starts: { readonly file: string; readonly before: number }[] = [];

  begin(file: string, before: number): void {
    this.#starts.push({ file, before });
  }

  placeOf(line: number): { readonly file: string; readonly line: number } | undefined {
    const start = this.#starts.findLast(({ before }) => before < line);
    return start === undefined ? undefined : { file: start.file, line: line - start.before };
  }
}

/** Reads files one after the other: CSV with a header, or NDJSON by its name. Memory does not grow with the file. */
export async function* decodeFiles(files: readonly string[], options: DecodeOptions): AsyncGenerator<DecodedLine> {
  let before = 0;
  for (const file of files) {
    options.places.begin(file, before);
    let last = before;
    const isNdjson = /\.(nd)?jsonl?(\.gz)?$/i.test(file);
    const frames = framesOf(textOf(file, options), isNdjson ? {} : { quotedFieldsIn: options.separator });
    for await (const decoded of isNdjson ? ndjson(frames) : csv(frames, { file, ...options })) {
      last = before + decoded.line;
      yield { ...decoded, line: last };
    }
    before = last;
  }
}

function unreadable({ line, text, isCut }: Frame): DecodedLine {
  return {
    line,
    code: isCut ? 'INTAKE_LINE_TOO_LONG' : 'INTAKE_LINE_UNREADABLE',
    raw: text.slice(0, maxRawLength),
    fields: {},
  };
}

async function* ndjson(frames: AsyncIterable<Frame>): AsyncGenerator<DecodedLine> {
  for await (const frame of frames) {
    const fields = frame.isCut ? undefined : fieldsOfJson(frame.text);
    yield fields === undefined ? unreadable(frame) : { line: frame.line, fields };
  }
}

function fieldsOfJson(text: string): Fields | undefined {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, typeof field === 'string' ? field : JSON.stringify(field)]),
    );
  } catch {
    return undefined;
  }
}

interface CsvFile {
  readonly file: string;
  readonly separator: string;
  readonly needed: readonly string[];
}

/** Records are parsed in blocks; a block in which one does not parse is parsed record by record, so that only that one is refused. */
const blockSize = 500;

async function* csv(frames: AsyncGenerator<Frame>, file: CsvFile): AsyncGenerator<DecodedLine> {
  const header = await headerOf(frames, file);
  let block: Frame[] = [];
  for await (const frame of frames) {
    block.push(frame);
    if (block.length < blockSize) continue;
    yield* decodeBlock(block, header, file.separator);
    block = [];
  }
  yield* decodeBlock(block, header, file.separator);
}

async function headerOf(frames: AsyncGenerator<Frame>, { file, separator, needed }: CsvFile): Promise<string[]> {
  const first = await frames.next();
  const [names = []] = first.done === true ? [] : parseCsv(first.value.text, { delimiter: separator });
  const header = names.map((name) => name.trim());
  if (header.length === 0 || new Set(header).size < header.length || header.includes('__proto__')) {
    throw refuseImport('IMPORT_HEADER_UNUSABLE', { file, line: first.done === true ? 1 : first.value.line });
  }
  const missing = needed.find((name) => !header.includes(name));
  if (missing !== undefined) throw refuseImport('IMPORT_COLUMN_MISSING', { file, field: missing });
  return header;
}

function* decodeBlock(block: readonly Frame[], header: readonly string[], delimiter: string): Generator<DecodedLine> {
  const whole = block.some(({ isCut }) => isCut) ? undefined : rowsOf(block, delimiter);
  for (const [at, frame] of block.entries()) {
    const row = whole?.[at] ?? (frame.isCut ? undefined : rowsOf([frame], delimiter)?.[0]);
    if (row !== undefined) yield { line: frame.line, fields: named(header, row) };
    else if (frame.text.includes('\n')) yield* decodeBlock(linesWithin(frame), header, delimiter);
    else yield unreadable(frame);
  }
}

/** A row for each frame, or nothing where they do not match one to one. */
function rowsOf(block: readonly Frame[], delimiter: string): readonly string[][] | undefined {
  const rows = parseCsv(block.map(({ text }) => text).join('\n'), { delimiter, relax_quotes: true });
  return rows.length === block.length ? rows : undefined;
}

function parseCsv(text: string, options: Options): string[][] {
  try {
    return parse(text, { relax_column_count: true, ...options });
  } catch {
    return [];
  }
}

/** Columns that a short row lacks are absent, not empty; what a long row has beyond its header has no name and is left out. */
function named(header: readonly string[], row: readonly string[]): Fields {
  const fields: Record<string, string> = {};
  for (const [at, name] of header.entries()) {
    const value = row[at];
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}
