import { MalformedError } from './bytes.ts';

/** Canonical JSON of docs/spec/canonical-v1.md §1, over a value that was parsed from untrusted text. */
export function canonicalText(value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new MalformedError('number');
    return JSON.stringify(value);
  }
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) throw new MalformedError('value');
  const object = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(object)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(object[name])}`);
  return `{${members.join(',')}}`;
}
