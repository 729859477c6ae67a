import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { RecordFields } from '@tanhui/sdk/records';
import { maxRecordLength, nameOfLine, parseAsWritten, textFields } from '@tanhui/sdk/records';
import type { RawRecord, Undecodable } from '../intake/index.ts';
import { maxBatchRecords } from '../intake/index.ts';
import type { Block } from './blocks.ts';
import { blocksOf } from './blocks.ts';
import { collect } from './body.ts';
import { parseJson } from './json.ts';
import { refuseHttp } from './refusals.ts';

/** A line as a client wraps it: its names and what JSON escapes come on top of what stands in its file. */
const maxLineBytes = 8 * maxRecordLength;
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
    yield { read: () => batchOf(Buffer.concat(block.parts).toString().split('\n'), block) };
}

async function* unreadElements(stream: Readable): AsyncGenerator<UnreadBatch> {
  const parsed = parseJson(await collect(stream, maxArrayBytes), parseAsWritten);
  if (!Array.isArray(parsed)) throw refuseHttp('HTTP_NOT_JSON');
  for (let from = 0; from < parsed.length; from += maxBatchRecords) {
    const elements = parsed.slice(from, from + maxBatchRecords);
    yield {
      read: () =>
        batchOf(
          elements.map((element) => JSON.stringify(element)),
          { firstLine: from + 1, overlong: none },
        ),
    };
  }
}

const none: Block['overlong'] = new Map();

function batchOf(
  lines: readonly string[],
  { firstLine, overlong }: Pick<Block, 'firstLine' | 'overlong'>,
): RecordBatch {
  const batch: { readonly records: RawRecord[]; readonly undecodable: Undecodable[] } = {
    records: [],
    undecodable: [],
  };
  for (const [at, text] of lines.entries()) {
    const digest = overlong.get(at);
    if (digest !== undefined) batch.undecodable.push(undecodable(text, firstLine + at, digest));
    else if (text.trim() !== '') addLine(batch, text, firstLine + at);
  }
  return batch;
}

function addLine(
  batch: { readonly records: RawRecord[]; readonly undecodable: Undecodable[] },
  text: string,
  line: number,
): void {
  const parsed = parseObject(text);
  const read = parsed === undefined ? undecodable(text, line) : readLine(parsed, { text, line });
  if ('fields' in read) batch.records.push(read);
  else batch.undecodable.push(read);
}

/** @param digest of a line of which `text` is the beginning only */
function undecodable(text: string, line: number, digest?: string): Undecodable {
  const code = text.length > maxRecordLength ? 'INTAKE_LINE_TOO_LONG' : 'INTAKE_LINE_UNREADABLE';
  return { line, code, ...nameOfLine(text, () => digest ?? hash('sha256', text, 'hex')) };
}

/** A line as a client wraps it has the number that it has in its file, and is what it could decode or what it could not. */
function readLine(
  parsed: Record<string, unknown>,
  { text, line }: { readonly text: string; readonly line: number },
): RawRecord | Undecodable {
  const wrapped = wrappedBy(parsed);
  const own = wrapped === undefined ? line : Number(parsed['line']);
  const undecoded = undecodedBy(parsed);
  if (undecoded !== undefined) return { line: own, ...undecoded };
  const fields = textFields(wrapped ?? parsed, { text, again: wrapped === undefined ? wholeOf : wrappedIn });
  if (fields === undefined) return undecodable(text, own);
  const isLong = text.length > maxRecordLength && (wrapped === undefined || lengthOf(fields) > maxRecordLength);
  return isLong ? undecodable(text, own) : { line: own, fields };
}

/** What a client could not decode itself, and how it tells that apart. */
function undecodedBy({ code, raw, digest }: Record<string, unknown>): Omit<Undecodable, 'line'> | undefined {
  if (typeof code !== 'string' || typeof raw !== 'string') return undefined;
  return { code: codeOf(code), raw, ...(typeof digest === 'string' && { digest }) };
}

function wrappedBy({ line, fields }: Record<string, unknown>): Record<string, unknown> | undefined {
  return typeof line === 'number' && typeof fields === 'object' && fields !== null
    ? (fields as Record<string, unknown>)
    : undefined;
}

/** Why a client could not decode a line; its file may hold more of it than it sent. */
function codeOf(code: string): Undecodable['code'] {
  return code === 'INTAKE_LINE_TOO_LONG' ? code : 'INTAKE_LINE_UNREADABLE';
}

function lengthOf(fields: RecordFields): number {
  return Object.values(fields).reduce((sum, { length }) => sum + length, 0);
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

function wholeOf(parsed: unknown): unknown {
  return parsed;
}

function wrappedIn(parsed: unknown): unknown {
  return (parsed as { readonly fields: unknown }).fields;
}
