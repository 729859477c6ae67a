import { ContractRefusal } from './names';

export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Canonical JSON of docs/spec/canonical-v1.md §1. */
export function canonical(value: Json): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  const object = value as { readonly [name: string]: Json };
  const members = Object.keys(object)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(object[name] as Json)}`);
  return `{${members.join(',')}}`;
}

const maxTextLength = 262_144;

/** Reads an argument as a JSON object with exactly these members, some of them optional. */
export function readObject(
  text: string,
  members: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, Json>> {
  if (text.length > maxTextLength) throw new ContractRefusal('ARGUMENT_INVALID', 'longer than 256 KB');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ContractRefusal('ARGUMENT_INVALID', 'not JSON');
  }
  return withMembers(value, members, optional);
}

/** A value as an object with exactly these members, some of them optional. */
export function withMembers(
  value: unknown,
  members: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, Json>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ContractRefusal('ARGUMENT_INVALID', 'not an object');
  const found = Object.keys(value);
  const missing = members.find((name) => !found.includes(name));
  if (missing !== undefined) throw new ContractRefusal('ARGUMENT_INVALID', `lacks ${missing}`);
  const unknown = found.find((name) => !members.includes(name) && !optional.includes(name));
  if (unknown !== undefined) throw new ContractRefusal('ARGUMENT_INVALID', `unknown member ${unknown}`);
  return value as Readonly<Record<string, Json>>;
}

/** A member that has to match a pattern; user text never becomes a key otherwise. */
export function textMember(object: Readonly<Record<string, Json>>, name: string, pattern: RegExp): string {
  const value = object[name];
  if (typeof value !== 'string' || !pattern.test(value))
    throw new ContractRefusal('ARGUMENT_INVALID', `${name} does not fit`);
  return value;
}

/** A day that the calendar has. A computer takes `2026-02-31` for the third of March, which may be closed. */
export function dayMember(object: Readonly<Record<string, Json>>, name: string): string {
  const day = textMember(object, name, patterns.day);
  const at = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, day.length) !== day)
    throw new ContractRefusal('ARGUMENT_INVALID', `${name} is no day`);
  return day;
}

export const patterns = {
  programme: /^[a-z][a-z0-9-]{1,31}$/,
  day: /^\d{4}-\d{2}-\d{2}$/,
  batch: /^bat_[a-z0-9_-]{1,80}$/,
  settlement: /^stl_[a-z0-9_-]{1,80}$/,
  methodology: /^[a-z][a-z0-9.-]{1,63}$/,
  version: /^[A-Za-z0-9.-]{1,32}$/,
  digest: /^[0-9a-f]{64}$/,
} as const;
