import { parse } from 'csv-parse/sync';
import type { SentRecord } from '@tanhui/sdk/records';
import { isNdjsonName, recordsOfFile, UnusableFile } from '@tanhui/sdk/records';
import { refuseImport } from './refusals.ts';
import type { Encoding } from './text.ts';
import { textOf } from './text.ts';

/** A decoded line, or one that could not be decoded; `line` counts over all files of the import, `LinePlaces` says where that is. */
export type DecodedLine = SentRecord;

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
    for await (const decoded of decodeFile(file, options)) {
      last = before + decoded.line;
      yield { ...decoded, line: last };
    }
    before = last;
  }
}

async function* decodeFile(file: string, options: DecodeOptions): AsyncGenerator<SentRecord> {
  const { separator, needed } = options;
  const reading = { isNdjson: isNdjsonName(file), separator, needed, parseCsv: parse };
  try {
    yield* recordsOfFile(textOf(file, options), reading);
  } catch (error) {
    throw error instanceof UnusableFile ? refuseImport(error.code, { file, ...error.place }, error) : error;
  }
}
