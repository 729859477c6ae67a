import type { SourceRecord } from '@tanhui/sdk/plugin';

/** The one name that cannot be a key of a plain object; an account of that name is none. */
const unusableName = '__proto__';

/** A field without the blanks around it; empty where the record has none. */
export function textOf(record: SourceRecord, name: string): string {
  const { fields } = record;
  const text = Object.hasOwn(fields, name) ? (fields[name] ?? '').trim() : '';
  return text === unusableName ? '' : text;
}

const maxWordsLength = 64;

/** A field by which nothing is told apart, such as the name of a stop: its beginning will do. */
export function wordsOf(record: SourceRecord, name: string): string {
  return textOf(record, name).slice(0, maxWordsLength);
}

const maxNameLength = 64;

/** A field that tells accounts, vehicles or records apart. It is kept whole or refused: two that are cut to the same beginning would be one. */
export interface NameField {
  readonly field: string;
  /** Refused with where the field is empty; one without may be. */
  readonly missing?: string;
  readonly tooLong: string;
  /** In characters; 64 where it is left out. */
  readonly maxLength?: number;
}

/** The first name that a record cannot be taken with, and why. */
export function misnamed(
  names: readonly NameField[],
  record: SourceRecord,
): { readonly code: string; readonly field: string } | undefined {
  for (const { field, missing, tooLong, maxLength = maxNameLength } of names) {
    const text = textOf(record, field);
    if (text === '' && missing !== undefined) return { code: missing, field };
    if (text.length > maxLength) return { code: tooLong, field };
  }
  return undefined;
}

/** The name of an account; undefined where it is missing or too long, and its record refused. */
export function accountOf(record: SourceRecord, field: string): string | undefined {
  const text = textOf(record, field);
  return text === '' || text.length > maxNameLength ? undefined : text;
}

/** A finite number with an optional sign and a point; undefined for anything else, also for an empty field. */
export function numberOf(text: string): number | undefined {
  return /^-?\d{1,15}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
}
