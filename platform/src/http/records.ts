import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { RawRecord, Undecodable } from '../intake/index.ts';
import { maxBatchRecords } from '../intake/index.ts';
import type { StepTimes } from '../kernel/index.ts';
import { collect } from './body.ts';
import { parseJson } from './json.ts';
import { refuseHttp } from './refusals.ts';

const maxLineBytes = 65_536;
const maxArrayBytes = 2_097_152;

export interface RecordBatch {
  readonly records: readonly RawRecord[];
  readonly undecodable: readonly Undecodable[];
}

/** Reads a body of records in batches: a JSON array, or NDJSON of any length. A line that cannot be read is a refusal with its number, never an end. */
export async function* readRecordBatches(
  stream: Readable,
  contentType: string,
  steps: StepTimes,
): AsyncGenerator<RecordBatch> {
  let batch = newBatch();
  let line = 0;
  for await (const lines of framesOf(stream, contentType)) {
    let watch = steps.start();
    for (const text of lines) {
      line += 1;
      if (text.trim() !== '') addLine(batch, text, line);
      if (batch.records.length + batch.undecodable.length < maxBatchRecords) continue;
      watch.lap('parse');
      yield batch;
      watch = steps.start();
      batch = newBatch();
    }
    watch.lap('parse');
  }
  if (batch.records.length + batch.undecodable.length > 0) yield batch;
}

/** Whether a body is lines of JSON rather than one array. */
export function isNdjson(contentType: string): boolean {
  return /^application\/(x-)?ndjson\s*(;|$)/i.test(contentType);
}

function framesOf(stream: Readable, contentType: string): AsyncGenerator<readonly string[]> {
  if (isNdjson(contentType)) return linesOf(stream);
  if (/^application\/json\s*(;|$)/i.test(contentType)) return elementsOf(stream);
  throw refuseHttp('HTTP_MEDIA_TYPE', { field: 'content-type' });
}

function newBatch(): { readonly records: RawRecord[]; readonly undecodable: Undecodable[] } {
  return { records: [], undecodable: [] };
}

/**
 * Whole lines of a stream, as they come in, a part at a time. A line that grows beyond its limit is not kept: its beginning stands for it, long enough to be refused
 * as too long.
 */
async function* linesOf(stream: Readable): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const part of stream as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(part)).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxLineBytes + 1);
    yield lines;
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}

async function* elementsOf(stream: Readable): AsyncGenerator<readonly string[]> {
  const parsed = parseJson(await collect(stream, maxArrayBytes));
  if (!Array.isArray(parsed)) throw refuseHttp('HTTP_NOT_JSON');
  yield parsed.map((element) => JSON.stringify(element));
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
