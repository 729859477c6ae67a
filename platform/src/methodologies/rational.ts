import { assert } from '../kernel/index.ts';

/** An exact fraction; the denominator is above zero. Nothing on the way from metres to milligrams is ever a float. */
export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const zero: Rational = { n: 0n, d: 1n };

export function rational(n: bigint, d = 1n): Rational {
  assert(d !== 0n, 'denominator is not zero');
  return d < 0n ? { n: -n, d: -d } : { n, d };
}

const decimal = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/;

/** Reads a decimal text exactly, e.g. `46.7` as 467/10; undefined for anything else. */
export function parseDecimal(text: string): Rational | undefined {
  const found = decimal.exec(text);
  if (found === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = found;
  return reduce(rational(BigInt(`${sign}${whole}${fraction}`), 10n ** BigInt(fraction.length)));
}

export function plus(first: Rational, second: Rational): Rational {
  return { n: first.n * second.d + second.n * first.d, d: first.d * second.d };
}

export function minus(first: Rational, second: Rational): Rational {
  return { n: first.n * second.d - second.n * first.d, d: first.d * second.d };
}

export function times(first: Rational, second: Rational): Rational {
  return { n: first.n * second.n, d: first.d * second.d };
}

export function over(first: Rational, second: Rational): Rational {
  return rational(first.n * second.d, first.d * second.n);
}

export function isLess(first: Rational, second: Rational): boolean {
  return first.n * second.d < second.n * first.d;
}

/** The one rounding there is: down to a whole number. */
export function floor({ n, d }: Rational): bigint {
  const quotient = n / d;
  return n < 0n && n % d !== 0n ? quotient - 1n : quotient;
}

export function reduce({ n, d }: Rational): Rational {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return a <= 1n ? { n, d } : { n: n / a, d: d / a };
}
