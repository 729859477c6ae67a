import type { Rational } from './rational.ts';
import { over, rational, times } from './rational.ts';

/** Exponents of the base units: gram, metre, watt-hour, litre, step, yuan's fen. A passenger-kilometre counts as a kilometre of one passenger. */
export type Dimensions = readonly [
  mass: number,
  length: number,
  energy: number,
  volume: number,
  steps: number,
  money: number,
];

export interface Unit {
  readonly dimensions: Dimensions;
  /** How many base units one of it is. */
  readonly scale: Rational;
}

const base: Readonly<Record<string, readonly [dimension: number, numerator: bigint, denominator: bigint]>> = {
  mg: [0, 1n, 1000n],
  g: [0, 1n, 1n],
  kg: [0, 1000n, 1n],
  t: [0, 1_000_000n, 1n],
  m: [1, 1n, 1n],
  km: [1, 1000n, 1n],
  pkm: [1, 1000n, 1n],
  Wh: [2, 1n, 1n],
  kWh: [2, 1000n, 1n],
  L: [3, 1n, 1n],
  step: [4, 1n, 1n],
  fen: [5, 1n, 1n],
};

export const dimensionless: Dimensions = [0, 0, 0, 0, 0, 0];
export const massDimensions: Dimensions = [1, 0, 0, 0, 0, 0];

/** Reads `1`, `km`, `g/km`, `kg/kWh`; undefined for a unit that is not known. */
export function parseUnit(text: string): Unit | undefined {
  if (text === '1') return { dimensions: dimensionless, scale: rational(1n) };
  const [above, below, ...more] = text.split('/');
  const top = above === undefined ? undefined : baseUnit(above);
  if (top === undefined || more.length > 0) return undefined;
  if (below === undefined) return top;
  const bottom = baseUnit(below);
  return bottom === undefined
    ? undefined
    : { dimensions: combine(top.dimensions, bottom.dimensions, -1), scale: over(top.scale, bottom.scale) };
}

function baseUnit(name: string): Unit | undefined {
  const found = Object.hasOwn(base, name) ? base[name] : undefined;
  if (found === undefined) return undefined;
  const [dimension, numerator, denominator] = found;
  const dimensions = dimensionless.map((_, at) => (at === dimension ? 1 : 0)) as unknown as Dimensions;
  return { dimensions, scale: rational(numerator, denominator) };
}

export function combine(first: Dimensions, second: Dimensions, sign: 1 | -1): Dimensions {
  return first.map((exponent, at) => exponent + sign * (second[at] ?? 0)) as unknown as Dimensions;
}

export function areEqual(first: Dimensions, second: Dimensions): boolean {
  return first.every((exponent, at) => exponent === second[at]);
}

/** A value in base units. */
export function toBase(value: Rational, unit: Unit): Rational {
  return times(value, unit.scale);
}
