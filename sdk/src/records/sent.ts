import type { RecordFields } from './fields.ts';

/** A record as it is sent 提交的记录: `line` is its line in the sender's file and stands in every answer about it. */
export type SentRecord =
  | { readonly line: number; readonly fields: RecordFields }
  /** One that could not be decoded: it is refused with its code. */
  | ({ readonly line: number; readonly fields: RecordFields; readonly code: UndecodedCode } & LineName);

/** What tells a line apart that could not be decoded, when it comes again; it is not kept. */
export interface LineName {
  /** What stands there, or its beginning. */
  readonly raw: string;
  /** SHA-256 over the whole line in UTF-8, as hexadecimal digits, where `raw` is its beginning only. */
  readonly digest?: string;
}

const maxRawLength = 8_192;

/** How a line is told apart, the same for everybody who reads one. */
export function nameOfLine(text: string, digest: () => string): LineName {
  if (text.length <= maxRawLength) return { raw: text };
  return { raw: text.slice(0, maxRawLength), digest: digest() };
}

type UndecodedCode = 'INTAKE_LINE_UNREADABLE' | 'INTAKE_LINE_TOO_LONG';
