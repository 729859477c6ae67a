import type { Readable } from 'node:stream';
import type { RawRecord, Undecodable } from '../intake/index.ts';
import { maxBatchRecords } from '../intake/index.ts';
import { blocksOf } from './blocks.ts';
import { collect } from './body.ts';
import { parseJson } from './json.ts';
import { refuseHttp } from './refusals.ts';

const maxLineBytes = 65_536;
const maxArrayBytes = 2_097_152;
/** Lines that make one unit of work: so few that what they become is gone again before much of it is kept by a collection of garbage. */
export const recordsPerBatch = 250;
/** Of the lines that are read together; one line may go beyond it. */
const maxBlockBytes = 1_048_576;

export interface RecordBatch {
  readonly records: readonly RawRecord[];
  readonly undecodable: readonly Undecodable[];
}

/** A batch as it came in. Its bytes lie outside the heap, so that what waits for its turn costs no collection of garbage; it is read when its turn has come. */
export interface UnreadBatch {
  read(): RecordBatch;
}

/** Takes a body of records apart into batches: a JSON array, or NDJSON of any length. A line that cannot be read is a refusal with its number, never an end. */
export function readRecordBatches(stream: Readable, contentType: string): AsyncGenerator<UnreadBatch> {
  if (isNdjson(contentType)) return unreadLines(stream);
  if (/^application\/json\s*(;|$)/i.test(contentType)) return unreadElements(stream);
  throw refuseHttp('HTTP_MEDIA_TYPE', { field: 'content-type' });
}

/** Whether a body is lines of JSON rather than one array. */
export function isNdjson(contentType: string): boolean {
  return /^application\/(x-)?ndjson\s*(;|$)/i.test(contentType);
}

async function* unreadLines(stream: Readable): AsyncGenerator<UnreadBatch> {
  for await (const block of blocksOf(stream, {
    lines: recordsPerBatch,
    bytes: maxBlockBytes,
    lineBytes: maxLineBytes,
  }))
    yield { read: () => batchOf(Buffer.concat(block.parts).toString().split('\n'), block.firstLine) };
}

async function* unreadElements(stream: Readable): AsyncGenerator<UnreadBatch> {
  const parsed = parseJson(await collect(stream, maxArrayBytes));
  if (!Array.isArray(parsed)) throw refuseHttp('HTTP_NOT_JSON');
  for (let from = 0; from < parsed.length; from += maxBatchRecords) {
    const elements = parsed.slice(from, from + maxBatchRecords);
    yield {
      read: () =>
        batchOf(
          elements.map((element) => JSON.stringify(element)),
          from + 1,
        ),
    };
  }
}

function batchOf(lines: readonly string[], firstLine: number): RecordBatch {
  const batch: { readonly records: RawRecord[]; readonly undecodable: Undecodable[] } = {
    records: [],
    undecodable: [],
  };
  for (const [at, text] of lines.entries()) if (text.trim() !== '') addLine(batch, text, firstLine + at);
  return batch;
}

function addLine(
  batch: { readonly records: RawRecord[]; readonly undecodable: Undecodable[] },
  text: string,
  line: number,
): void {
  if (text.length > maxLineBytes) {
    batch.undecodable.push({ line, code: 'INTAKE_LINE_TOO_LONG', raw: text.slice(0, maxLineBytes) });
    return;
  }
  const parsed = parseObject(text);
  if (parsed === undefined) {
    batch.undecodable.push({ line, code: 'INTAKE_LINE_UNREADABLE', raw: text });
    return;
  }
  const wrapped = parsed['fields'];
  const isWrapped = typeof parsed['line'] === 'number' && typeof wrapped === 'object' && wrapped !== null;
  const own = isWrapped ? Number(parsed['line']) : line;
  if (typeof parsed['code'] === 'string' && typeof parsed['raw'] === 'string') {
    batch.undecodable.push({ line: own, code: 'INTAKE_LINE_UNREADABLE', raw: parsed['raw'] });
    return;
  }
  const fields = textFields(isWrapped ? (wrapped as Record<string, unknown>) : parsed);
  if (fields === undefined) batch.undecodable.push({ line: own, code: 'INTAKE_LINE_UNREADABLE', raw: text });
  else batch.records.push({ line: own, fields });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Fields are text; a number is taken as it is written, anything deeper is no field. */
function textFields(object: Record<string, unknown>): Record<string, string> | undefined {
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'number') object[name] = String(value);
    else if (typeof value !== 'string') return undefined;
  }
  return object as Record<string, string>;
}
