declare const unit: unique symbol;
type Unit<Name extends string> = bigint & { readonly [unit]: Name };

/** 分: whole fen of e-CNY, a hundredth of a yuan. */
export type Fen = Unit<'fen'>;

/** 毫克: whole milligrams of CO2. */
export type Milligrams = Unit<'milligrams'>;

/** 积分: whole points of a points programme; neither grams nor money. */
export type Points = Unit<'points'>;

const fenPerYuan = 100n;

export function fen(value: bigint | number | string): Fen {
  return BigInt(value) as Fen;
}

export function milligrams(value: bigint | number | string): Milligrams {
  return BigInt(value) as Milligrams;
}

export function points(value: bigint | number | string): Points {
  return BigInt(value) as Points;
}

/** Adds amounts of one unit; the compiler refuses a mixture. */
export function add<Amount extends Fen | Milligrams | Points>(first: Amount, second: NoInfer<Amount>): Amount {
  return ((first as bigint) + (second as bigint)) as Amount;
}

/** Subtracts amounts of one unit; the result may be negative, and callers that forbid that check it. */
export function subtract<Amount extends Fen | Milligrams | Points>(from: Amount, amount: NoInfer<Amount>): Amount {
  return ((from as bigint) - (amount as bigint)) as Amount;
}

/** Sums amounts of one unit; an empty list is zero. */
export function sum<Amount extends Fen | Milligrams | Points>(amounts: Iterable<Amount>): Amount {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as Amount;
}

/** Exact yuan with two decimals, e.g. `3.18`; for people, never for arithmetic. */
export function yuanText(amount: Fen): string {
  const sign = amount < 0n ? '-' : '';
  const size = amount < 0n ? 0n - amount : amount;
  return `${sign}${String(size / fenPerYuan)}.${String(size % fenPerYuan).padStart(2, '0')}`;
}
