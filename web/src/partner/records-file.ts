import type { SentRecord } from '@tanhui/sdk/records';
import { isNdjsonName, recordsOfFile, UnusableFile } from '@tanhui/sdk/records';
import { parse } from 'csv-parse/browser/esm/sync';

/** Of a file as it lies, and of what it holds where it is compressed. */
export const maxFileBytes = 200 * 1024 * 1024;

/** Why a file cannot be sent at all; a bad record in it is no such reason. */
export interface FileTrouble {
  readonly trouble: 'tooLarge' | 'damaged' | 'header' | 'column';
  readonly line?: number;
  readonly field?: string;
}

/** UTF-16 by its mark, else UTF-8, otherwise GB18030, which Chinese operators' exports often are. */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/**
 * Records of a file as the command line reads them: CSV, or NDJSON by its name; gzipped or not, whatever the name. A line that cannot be read goes to be refused by its number.
 * @param needed columns without which the file is not the source's
 */
export async function recordsOf(file: File, needed: readonly string[]): Promise<readonly SentRecord[] | FileTrouble> {
  const bytes = await inflated(new Uint8Array(await file.arrayBuffer()));
  if ('trouble' in bytes) return bytes;
  const reading = { isNdjson: isNdjsonName(file.name), separator: ',', needed, parseCsv: parse };
  const records: SentRecord[] = [];
  try {
    for await (const record of recordsOfFile(once(textOf(bytes)), reading)) records.push(record);
  } catch (error) {
    if (error instanceof UnusableFile)
      return { trouble: error.code === 'IMPORT_COLUMN_MISSING' ? 'column' : 'header', ...error.place };
    throw error;
  }
  return records;
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

/** Gzip is known by its first bytes, as by the command line. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array | FileTrouble> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > maxFileBytes) return { trouble: 'tooLarge' };
      parts.push(value);
    }
  } catch {
    return { trouble: 'damaged' };
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
