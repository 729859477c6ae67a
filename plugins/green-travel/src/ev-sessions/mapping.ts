import { SettingsError } from '@tanhui/sdk/plugin';
import type { JsonValue } from '@tanhui/sdk/plugin';
import usWorkplace from '../../data/mappings/us-workplace.json' with { type: 'json' };
import { realTime } from '../dates.ts';

const columns = ['session', 'user', 'energy', 'startedAt', 'endedAt', 'station'] as const;
type Column = (typeof columns)[number];
const maxColumnCharacters = 200;
const maxFieldCharacters = 64;
/** What a mapping may hold; `mapping` and `source` say what it is and where it comes from, `separator` is for the reader of the file. */
const members = [
  ...['mapping', 'source', 'separator', 'columns', 'decimalMark', 'energyUnit', 'dateFormat', 'yearOffset'],
  ...['utcOffsetMinutes', 'unknownUser', 'maxMeanKilowatts'],
];

/** 映射: how an operator's export is read. Another operator's export needs another mapping and no code. */
export interface EvMapping {
  readonly columns: Readonly<Record<Column, string>>;
  readonly decimalMark: '.' | ',';
  readonly energyUnit: 'kWh' | 'Wh';
  /** Order of the parts of a date, e.g. `DD.MM.YYYY hh:mm`. */
  readonly dateFormat: string;
  /** Added to a year below 1000: some files write 0014 for 2014. */
  readonly yearOffset: number;
  /** Of the file's times. Declared, never assumed: a wrong one moves sessions to another day. */
  readonly utcOffsetMinutes: number;
  readonly unknownUser: string;
  readonly maxMeanKilowatts: number;
}

/** The settings of the source: a mapping in full, or nothing for the bundled one. */
export function parseMapping(raw: JsonValue): EvMapping {
  const given: JsonValue = isNothing(raw) ? usWorkplace : raw;
  if (!isObject(given)) throw new SettingsError('', 'is a mapping');
  checkMembers(given, members, '');
  checkSeparator(given['separator'] ?? ',');
  return {
    columns: columnsOf(given),
    decimalMark: oneOf(given, 'decimalMark', ['.', ',']),
    energyUnit: oneOf(given, 'energyUnit', ['kWh', 'Wh']),
    dateFormat: dateFormatOf(given),
    yearOffset: wholeNumberOf(given, 'yearOffset', 0),
    utcOffsetMinutes: utcOffsetOf(given),
    unknownUser: textOf(given, 'unknownUser'),
    maxMeanKilowatts: numberOf(given, 'maxMeanKilowatts', 25),
  };
}

/** A member that nobody reads is one that was meant to be another. */
function checkMembers(given: Raw, known: readonly string[], within: string): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new SettingsError(`${within}${unknown.slice(0, maxFieldCharacters)}`, 'is no member of a mapping');
}

function checkSeparator(separator: JsonValue): void {
  if (typeof separator !== 'string' || !/^[^"\r\n]$/.test(separator))
    throw new SettingsError('separator', 'is the one character between two fields');
}

/** The columns that the source reads, and no others; where a station stands nobody has to say. */
function columnsOf(raw: Raw): EvMapping['columns'] {
  const named = raw['columns'] ?? null;
  if (!isObject(named)) throw new SettingsError('columns', 'names the columns');
  checkMembers(named, columns, 'columns.');
  const known = columns.filter((column) => column !== 'station' || named[column] !== undefined);
  const entries = known.map((column): [Column, string] => {
    const name = named[column];
    const isName = typeof name === 'string' && name !== '' && name.length <= maxColumnCharacters;
    if (!isName) throw new SettingsError(`columns.${column}`, 'names a column');
    return [column, name];
  });
  return Object.fromEntries(entries) as EvMapping['columns'];
}

type Raw = Readonly<Record<string, JsonValue>>;

function isNothing(raw: JsonValue): boolean {
  return raw === null || (isObject(raw) && Object.keys(raw).length === 0);
}

function isObject(value: JsonValue): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneOf<Choice extends string>(raw: Raw, field: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === raw[field]);
  if (found === undefined) throw new SettingsError(field, `is one of ${choices.join(' ')}`);
  return found;
}

function textOf(raw: Raw, field: string): string {
  const value = raw[field];
  if (typeof value !== 'string' || value.length > 100) throw new SettingsError(field, 'is a text');
  return value;
}

function numberOf(raw: Raw, field: string, otherwise: number): number {
  const value = raw[field] ?? otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new SettingsError(field, 'is a number');
  return value;
}

function wholeNumberOf(raw: Raw, field: string, otherwise: number): number {
  const value = numberOf(raw, field, otherwise);
  if (!Number.isSafeInteger(value)) throw new SettingsError(field, 'is a whole number');
  return value;
}

/** From 12 hours behind UTC to 14 before it. */
function utcOffsetOf(raw: Raw): number {
  const value = raw['utcOffsetMinutes'];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < -720 || value > 840)
    throw new SettingsError('utcOffsetMinutes', 'is the offset of the file’s times from UTC, in whole minutes');
  return value;
}

const datePart = /YYYY|MM|DD|hh|mm|ss/g;

/** Each part once: a date is then read in bounded time, whatever stands in a file. */
function dateFormatOf(raw: Raw): string {
  const format = textOf(raw, 'dateFormat');
  const found: string[] = format.match(datePart) ?? [];
  const isWhole = ['YYYY', 'MM', 'DD'].every((part) => found.includes(part)) && new Set(found).size === found.length;
  if (!isWhole) throw new SettingsError('dateFormat', 'holds YYYY, MM and DD, and no part twice');
  return format;
}

const partNames = ['YYYY', 'MM', 'DD', 'hh', 'mm', 'ss'] as const;
const minuteMs = 60_000;

/** Reads a date in the mapping's own format; undefined where it is none. */
export function instantIn(mapping: EvMapping, text: string): number | undefined {
  const order: string[] = mapping.dateFormat.match(datePart) ?? [];
  const shape = mapping.dateFormat.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(datePart, '(\\d{1,4})');
  const found = new RegExp(`^${shape}$`).exec(text.trim());
  if (found === null) return undefined;
  const numbers = partNames.map((name) => (order.includes(name) ? Number(found[order.indexOf(name) + 1]) : 0));
  const [year = 0, ...rest] = numbers;
  const at = realTime([year < 1000 ? year + mapping.yearOffset : year, ...rest]);
  return at === undefined ? undefined : at - mapping.utcOffsetMinutes * minuteMs;
}
