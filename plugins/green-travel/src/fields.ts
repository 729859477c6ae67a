import type { SourceRecord } from '@tanhui/sdk/plugin';

/** The one name that cannot be a key of a plain object; an account of that name is none. */
const unusableName = '__proto__';

/** A field without the blanks around it; empty where the record has none. */
export function textOf(record: SourceRecord, name: string, maxLength = 64): string {
  const { fields } = record;
  const text = Object.hasOwn(fields, name) ? (fields[name] ?? '').trim().slice(0, maxLength) : '';
  return text === unusableName ? '' : text;
}

/** A finite number with an optional sign and a point; undefined for anything else, also for an empty field. */
export function numberOf(text: string): number | undefined {
  return /^-?\d{1,15}(\.\d{1,20})?$/.test(text) ? Number(text) : undefined;
}
