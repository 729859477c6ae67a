import { MalformedError } from './bytes.ts';

/** Readers of untrusted JSON: what is not as it should be is malformed, never guessed. */
export type Fields = Readonly<Record<string, unknown>>;

export function object(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedError('an object is missing');
  return value as Fields;
}

export function list(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new MalformedError('a list is missing or too long');
  return value;
}

export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new MalformedError(`${name} is missing`);
  return value;
}

export function integer(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedError(`${name} is no number`);
  return value;
}

/** An amount as decimal text in its one form: `01`, `0x1`, `-0` and nothing at all are other readers' numbers, or none. */
export function amount(fields: Fields, name: string): bigint {
  const value = text(fields, name);
  if (!/^(0|[1-9][0-9]*)$/.test(value)) throw new MalformedError(`${name} is no amount`);
  return BigInt(value);
}

const dayMs = 86_400_000;

/** Days since 1970-01-01 of a day that the calendar has: the 31st of February is the 3rd of March to one reader and nothing to another. */
export function dayNumber(fields: Fields, name: string): bigint {
  const day = text(fields, name);
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, day.length) !== day)
    throw new MalformedError(`${name} is no day`);
  return BigInt(at / dayMs);
}
