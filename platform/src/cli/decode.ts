import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { Options } from 'csv-parse';
import type { Json } from '../kernel/index.ts';

/** A decoded line, or one that could not be decoded; `line` counts over all files of the import. */
export type DecodedLine =
  | { readonly line: number; readonly fields: Readonly<Record<string, string>> }
  | {
      readonly line: number;
      readonly code: 'INTAKE_LINE_UNREADABLE';
      readonly raw: string;
      readonly fields: Readonly<Record<string, string>>;
    };

export interface DecodeOptions {
  readonly separator: string;
  readonly onBytes: (count: number) => void;
}

interface CsvRow {
  readonly record: Readonly<Record<string, string>>;
  readonly raw: string;
}

/** Reads files one after the other: gzip by name, CSV with headers or NDJSON by name. Memory does not grow with the file. */
export async function* decodeFiles(files: readonly string[], options: DecodeOptions): AsyncGenerator<DecodedLine> {
  let line = 0;
  for (const file of files) {
    const stream = openFile(file, options.onBytes);
    const isNdjson = /\.(nd)?jsonl?(\.gz)?$/.test(file);
    for await (const decoded of isNdjson ? ndjson(stream) : csv(stream, options.separator)) {
      line += 1;
      yield decoded === undefined
        ? { line, code: 'INTAKE_LINE_UNREADABLE', raw: `${file}:${String(line)}`, fields: {} }
        : { line, ...decoded };
    }
  }
}

function openFile(file: string, onBytes: (count: number) => void): Readable {
  const raw = createReadStream(file);
  raw.on('data', (part) => {
    onBytes(part.length);
  });
  return file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
}

async function* csv(
  stream: Readable,
  delimiter: string,
): AsyncGenerator<{ fields: Readonly<Record<string, string>> } | undefined> {
  let skipped = 0;
  const options: Options = {
    columns: true,
    bom: true,
    delimiter,
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_error: true,
    max_record_size: 65_536,
    raw: true,
    on_skip: () => {
      skipped += 1;
    },
  };
  const parser = parse(options);
  stream.on('error', (error) => parser.destroy(error));
  for await (const { record } of stream.pipe(parser) as AsyncIterable<CsvRow>) {
    for (; skipped > 0; skipped -= 1) yield undefined;
    yield { fields: record };
  }
  for (; skipped > 0; skipped -= 1) yield undefined;
}

async function* ndjson(stream: Readable): AsyncGenerator<{ fields: Readonly<Record<string, string>> } | undefined> {
  let rest = '';
  for await (const part of stream as AsyncIterable<Buffer>) {
    const lines = (rest + part.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield parseLine(line);
  }
  if (rest.trim() !== '') yield parseLine(rest);
}

function parseLine(line: string): { fields: Readonly<Record<string, string>> } | undefined {
  try {
    const value = JSON.parse(line) as Json;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return {
      fields: Object.fromEntries(
        Object.entries(value).map(([name, field]) => [name, typeof field === 'string' ? field : JSON.stringify(field)]),
      ),
    };
  } catch {
    return undefined;
  }
}
