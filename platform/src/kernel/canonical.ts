import { assert } from './assert.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Canonical JSON, RFC 8785 restricted to what we use: members sorted by UTF-16 code units, absent members left out, numbers only safe integers.
 * @see docs/spec/canonical-v1.md
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number') assert(Number.isSafeInteger(value), 'canonical numbers are safe integers');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  const members = Object.entries(value as Readonly<Record<string, Json | undefined>>)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
