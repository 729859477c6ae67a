import type { Instant } from '@tanhui/sdk/model';
import type { Language } from './language.ts';
import { language as current } from './language.ts';

/** A number as a person reads it, with its unit apart so that the unit may be set smaller. */
export interface Figure {
  readonly value: string;
  readonly unit: string;
}

export type GramUnit = 'gram' | 'kilogram' | 'tonne';

const milligramsPer = { gram: 1_000n, kilogram: 1_000_000n, tonne: 1_000_000_000n } as const;
const decimalsOf = { gram: 0, kilogram: 1, tonne: 2 } as const;
const unitNames = {
  'zh-CN': { gram: '克', kilogram: '千克', tonne: '吨' },
  en: { gram: 'g', kilogram: 'kg', tonne: 't' },
} as const;

/** Below 10 kg grams, below 10 t kilograms, then tonnes: the unit for one figure. */
export function gramUnitOf(milligrams: string): GramUnit {
  const size = absolute(BigInt(milligrams));
  if (size < 10n * milligramsPer.kilogram) return 'gram';
  return size < 10n * milligramsPer.tonne ? 'kilogram' : 'tonne';
}

/** One unit for a whole column: the one its largest figure takes. */
export function columnUnitOf(column: readonly string[]): GramUnit {
  const largest = column.map((text) => absolute(BigInt(text))).reduce((most, size) => (size > most ? size : most), 0n);
  return gramUnitOf(String(largest));
}

/** Grams for people, rounded down: `1,284` 克. Less than ten grams keep one decimal so that a small trip is not zero. */
export function grams(
  milligrams: string,
  language: Language = current.value,
  unit: GramUnit = gramUnitOf(milligrams),
): Figure {
  const amount = BigInt(milligrams);
  const isSmall = unit === 'gram' && amount !== 0n && absolute(amount) < 10n * milligramsPer.gram;
  const decimals = isSmall ? 1 : decimalsOf[unit];
  return { value: decimal(amount, milligramsPer[unit], decimals), unit: unitNames[language][unit] };
}

export function gramsText(milligrams: string, language: Language = current.value, unit?: GramUnit): string {
  const figure = grams(milligrams, language, unit);
  return `${figure.value} ${figure.unit}`;
}

/** Grams as the second part of a sum: `+ 12 克`, `− 12 克`. */
export function addedText(milligrams: string, language: Language = current.value): string {
  const amount = BigInt(milligrams);
  return `${amount < 0n ? '−' : '+'} ${gramsText(String(absolute(amount)), language)}`;
}

/** Money: always ¥ and two decimals, `¥1,234.50`. */
export function yuan(fen: string): string {
  const amount = BigInt(fen);
  return `${amount < 0n ? '−' : ''}¥${decimal(absolute(amount), 100n, 2)}`;
}

/** Whole fen of what a person typed as yuan (`3`, `3.1`, `3.18`); undefined for anything else. */
export function fenOf(text: string): string | undefined {
  const match = /^(\d{1,9})(?:[.](\d{1,2}))?$/.exec(text.trim());
  if (match === null) return undefined;
  return String(BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0')));
}

/** The text a money field starts with: fen as yuan without sign or separators. */
export function yuanInput(fen: string): string {
  return decimal(BigInt(fen), 100n, 2).replaceAll(',', '');
}

export function count(number: number | string | bigint): string {
  return withSeparators(String(number));
}

export function distance(meters: number, language: Language = current.value): string {
  const isShort = meters < 1_000;
  const unit = language === 'en' ? (isShort ? 'm' : 'km') : isShort ? '米' : '公里';
  return `${isShort ? count(meters) : decimal(BigInt(Math.round(meters)), 1_000n, 1)} ${unit}`;
}

export function energy(wattHours: number, language: Language = current.value): string {
  return `${decimal(BigInt(Math.round(wattHours)), 1_000n, 1)} ${language === 'en' ? 'kWh' : '度'}`;
}

/**
 * A share in per cent, rounded down: only the whole is 100 %, and something is never nothing. Takes whole numbers, as the server gives them; the caller
 * says of what.
 */
export function percent(part: number | string, whole: number | string): string {
  const [some, all] = [BigInt(part), BigInt(whole)];
  if (all === 0n) return '—';
  const isBelowOneDecimal = some > 0n && some * 1_000n < all;
  return isBelowOneDecimal ? '< 0.1 %' : `${decimal(some * 100n, all, 1)} %`;
}

/** Height of a bar from 0 to 1 against the largest of its picture. */
export function share(part: string, largest: string): number {
  const whole = BigInt(largest);
  return whole === 0n ? 0 : Number((BigInt(part) * 1_000n) / whole) / 1_000;
}

/** The largest of amounts given as decimal strings; `0` for none. */
export function largestOf(amounts: readonly string[]): string {
  return String(amounts.map((text) => BigInt(text)).reduce((most, amount) => (amount > most ? amount : most), 0n));
}

const zone = { timeZone: 'Asia/Shanghai' } as const;

export function clock(at: Instant): string {
  return new Intl.DateTimeFormat('en-GB', { ...zone, hour: '2-digit', minute: '2-digit' }).format(at);
}

/** `11月24日 星期二`, `Tuesday 24 November`. */
export function longDay(day: string, language: Language = current.value): string {
  const at = Date.parse(`${day}T00:00:00+08:00`);
  const date = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...zone,
    month: 'long',
    day: 'numeric',
  }).format(at);
  const weekday = new Intl.DateTimeFormat(language, { ...zone, weekday: 'long' }).format(at);
  return language === 'en' ? `${weekday} ${date}` : `${date} ${weekday}`;
}

export function fullDay(day: string, language: Language = current.value): string {
  const options = { ...zone, dateStyle: 'long' } as const;
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options).format(
    Date.parse(`${day}T00:00:00+08:00`),
  );
}

/** One letter or character for a bar: `二`, `T`. */
export function weekdayMark(day: string, language: Language = current.value): string {
  return new Intl.DateTimeFormat(language, { ...zone, weekday: 'narrow' }).format(Date.parse(`${day}T00:00:00+08:00`));
}

export function dateTime(at: Instant, language: Language = current.value): string {
  return `${longDay(new Date(at + 8 * 3_600_000).toISOString().slice(0, 10), language)} ${clock(at)}`;
}

/** An instant with its year, for what may lie years away: `2027年11月29日 03:38`. */
export function fullTime(at: Instant, language: Language = current.value): string {
  return `${fullDay(new Date(at + 8 * 3_600_000).toISOString().slice(0, 10), language)} ${clock(at)}`;
}

/** First and last of a long hash, for the eye only: `8f1c…a27e`. */
export function shortHash(hex: string): string {
  return hex.length <= 12 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** The time a check on the device took: tenths below ten milliseconds. */
export function milliseconds(duration: number): string {
  return duration < 10 ? duration.toFixed(1) : duration.toFixed(0);
}

/** A quantity of a formula as the record has it, exactly: milligrams as grams, metres as kilometres, watt-hours as kWh; only the point moves. */
export function quantity(value: string, unit: string, language: Language = current.value): Figure {
  const larger = thousandsOf[unit];
  if (larger === undefined || !/^\d+$/.test(value))
    return { value: /^\d+$/.test(value) ? withSeparators(value) : value, unit: unitText(unit, language) };
  const exact = decimal(BigInt(value), 1_000n, 3).replace(/[.]?0+$/, '');
  return { value: exact, unit: unitText(larger, language) };
}

const thousandsOf: Readonly<Record<string, string>> = { m: 'km', Wh: 'kWh', mg: 'g' };

const unitWords: Readonly<Record<string, string>> = {
  g: '克',
  'g/km': '克/公里',
  'kg/km': '千克/公里',
  'g/kWh': '克/度',
  'kg/kWh': '千克/度',
  km: '公里',
  kWh: '度',
  'kWh/km': '度/公里',
  'L/km': '升/公里',
  'kg/L': '千克/升',
  step: '步',
  '1': '',
};

function unitText(unit: string, language: Language): string {
  return language === 'en' ? (unit === '1' ? '' : unit) : (unitWords[unit] ?? unit);
}

function absolute(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

function withSeparators(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

function decimal(amount: bigint, per: bigint, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const scaled = (absolute(amount) * scale) / per;
  const whole = withSeparators(String(scaled / scale));
  const fraction = decimals === 0 ? '' : `.${String(scaled % scale).padStart(decimals, '0')}`;
  return `${amount < 0n ? '−' : ''}${whole}${fraction}`;
}
