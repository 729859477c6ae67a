import type { DifferenceKind } from '@tanhui/sdk/model';

const passing: readonly DifferenceKind[] = ['UNCONFIRMED', 'NOT_SEALED'];

/** Whether it ends by itself: the day stays open, and nothing is wrong yet. */
export function isPassing(kind: DifferenceKind): boolean {
  return passing.includes(kind);
}

/** `open`: the statement is not complete, or something still ends by itself. `differs`: a person has to look. */
export type ReconciliationState = 'balanced' | 'open' | 'differs';

const fenSides = ['redemptionFen', 'booksFen', 'bankFen', 'ledgerFen'] as const;
const milligramSides = ['redemptionMilligrams', 'booksMilligrams', 'ledgerMilligrams'] as const;

/** What each side says; 0 where it says that there is nothing, absent where it is not asked. */
export type Sides = Readonly<Partial<Record<(typeof fenSides)[number] | (typeof milligramSides)[number], bigint>>>;
export type DifferenceAmount = keyof Sides | 'byFen' | 'byMilligrams';

export interface Difference extends Sides {
  readonly kind: DifferenceKind;
  /** The payment, the deposit, the seal, the account, or the bank's own id of a line. */
  readonly subject: string;
  /** What the sides are apart: the most that one says less the least. */
  readonly byFen?: bigint;
  readonly byMilligrams?: bigint;
}

export function difference(kind: DifferenceKind, subject: string, sides: Sides): Difference {
  const byFen = spread(fenSides.map((side) => sides[side]));
  const byMilligrams = spread(milligramSides.map((side) => sides[side]));
  return {
    kind,
    subject,
    ...sides,
    ...(byFen !== undefined && { byFen }),
    ...(byMilligrams !== undefined && { byMilligrams }),
  };
}

function spread(amounts: readonly (bigint | undefined)[]): bigint | undefined {
  const said = amounts.filter((amount) => amount !== undefined);
  const [first] = said;
  if (first === undefined) return undefined;
  const most = said.reduce((found, one) => (one > found ? one : found), first);
  return most - said.reduce((found, one) => (one < found ? one : found), first);
}
