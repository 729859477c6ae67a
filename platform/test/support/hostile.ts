import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What nobody means, for a place of any type. */
export const hostileValues: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1e308,
  Number.MIN_VALUE,
  '',
  ' ',
  '\ud800',
  '\u0000',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '9'.repeat(400),
  'x'.repeat(100_000),
  '😀'.repeat(300),
  '2026-02-30',
  [],
  [[[]]],
  {},
  { toString: 1 },
  { $gt: '' },
];

/** As one segment of a path, or the value of a query parameter; each is encoded before it is sent, and sent as it is too. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  'none',
  '-1',
  '1e9',
  '99999999999999999999',
  '0x10',
  'NaN',
  '2026-02-30',
  '9999-99-99',
  '..',
  '../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  '__proto__',
  'constructor',
  'acc_\u0000',
  '\u202e',
  '💥'.repeat(50),
  'x'.repeat(600),
  'e30',
  'WyJrZXkiLFtdLDFd',
  '{"$gt":""}',
  "' OR 1=1 --",
];

/** A JSON Schema, as far as the interface uses it. */
export interface Schema {
  readonly type?: string;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const samples: Readonly<Record<string, (schema: Schema, known: Known, name: string) => Json>> = {
  object: ({ properties = {} }, known) =>
    Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, sampleOf(of, known, name)])),
  array: ({ items = {} }, known, name) => [sampleOf(items, known, name)],
  integer: ({ minimum = 1 }) => minimum,
  number: ({ minimum = 1 }) => minimum,
  boolean: () => false,
  string: ({ pattern }) => (pattern === undefined ? 'text' : fitting(pattern)),
};

type Known = Readonly<Record<string, Json>>;

/** A value that fits a schema, with every member that it names; `known` gives what means something here, by the name of its member. */
export function sampleOf(schema: Schema, known: Known, name = ''): Json {
  const [only = schema.const] = schema.enum ?? [];
  if (only !== undefined) return only;
  return known[name] ?? samples[schema.type ?? 'string']?.(schema, known, name) ?? null;
}

function fitting(pattern: string): string {
  const [text = ''] = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: 1, seed: 7 });
  return text;
}

export interface Version {
  readonly where: string;
  readonly value: Json;
}

/** Every version of a value in which one place, however deep, holds what does not belong there, is missing, is there too often, or has company. */
export function* hostileVersions(value: Json, where = '$'): Generator<Version> {
  for (const hostile of hostileValues) yield { where, value: hostile };
  if (typeof value !== 'object' || value === null) return;
  if (isList(value)) yield* versionsOfList(value, where);
  else yield* versionsOfObject(value, where);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function* versionsOfList(list: readonly Json[], where: string): Generator<Version> {
  const [first = null] = list;
  yield { where: `${where}[] too often`, value: Array.from({ length: 2_000 }, () => first) };
  for (const { where: within, value } of hostileVersions(first, `${where}[0]`))
    yield { where: within, value: [value, ...list.slice(1)] };
}

function* versionsOfObject(object: Readonly<Record<string, Json>>, where: string): Generator<Version> {
  yield { where: `${where} with company`, value: { ...object, admin: true, 'constructor.prototype': {} } };
  for (const [name, member] of Object.entries(object)) {
    const others = Object.entries(object).filter(([other]) => other !== name);
    yield { where: `${where} without ${name}`, value: Object.fromEntries(others) };
    for (const { where: within, value } of hostileVersions(member, `${where}.${name}`))
      yield { where: within, value: { ...object, [name]: value } };
  }
}
