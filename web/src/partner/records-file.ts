import type { SentRecord } from '@tanhui/sdk/client';
import { CsvError, parse } from 'csv-parse/browser/esm/sync';

export const maxFileBytes = 200 * 1024 * 1024;

/** Why a file cannot be sent at all; a bad record in it is no such reason. */
export interface FileTrouble {
  readonly line: number;
  readonly why: string;
}

/** UTF-8, otherwise GB18030, which Chinese operators' exports often are. */
export function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** Records of a file with the line each one begins on. NDJSON is known by its name; lines that are no object are sent as they are, to be refused by line. */
export function recordsOf(name: string, text: string): readonly SentRecord[] | FileTrouble {
  return /\.(nd)?jsonl?$/i.test(name) ? jsonRecords(text) : csvRecords(text);
}

function jsonRecords(text: string): readonly SentRecord[] {
  return text
    .split('\n')
    .map((line, at) => ({ line: at + 1, text: line.trim() }))
    .filter((one) => one.text !== '')
    .map((one) => ({ line: one.line, fields: fieldsOf(one.text) }));
}

function fieldsOf(text: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return Object.fromEntries(Object.entries(parsed).map(([field, value]) => [field, String(value)]));
  } catch {
    // Not JSON: the server refuses it by its line, like every line it cannot read.
  }
  return { unreadable: text.slice(0, 200) };
}

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

function csvRecords(text: string): readonly SentRecord[] | FileTrouble {
  try {
    const parsed = parse(text, {
      bom: true,
      columns: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return (parsed as unknown as readonly Parsed[]).map(({ record, info }) => ({ line: info.lines, fields: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { line: Number(error['lines'] ?? 1), why: error.message };
  }
}
