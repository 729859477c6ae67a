import type { DifferenceView, ReconciledSides } from '@tanhui/sdk/client';
import { count, gramsText, yuan } from '../../shared/format.ts';
import { sayMoney } from './texts.ts';

type Kind = DifferenceView['kind'];

/** Differences that end by themselves; every other one needs a person. */
const passing: readonly Kind[] = ['UNCONFIRMED', 'NOT_SEALED'];

export interface Verdict {
  readonly tone: 'proof' | 'look';
  readonly icon: 'seal' | 'clock' | 'look';
  readonly text: string;
  /** What is still awaited. */
  readonly notes: readonly string[];
}

export type KindCounts = Readonly<Record<string, number>>;

export function kindsOf(differences: readonly DifferenceView[]): KindCounts {
  const kinds: Record<string, number> = {};
  for (const { kind } of differences) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
}

/** 三方对账 in one plain sentence. */
export function verdictOf({ state, isStatementComplete, books }: ReconciledSides, kinds: KindCounts): Verdict {
  const ending = sum(passing.map((kind) => kinds[kind] ?? 0));
  const notes = [
    ...(isStatementComplete ? [] : [sayMoney('verdict.incomplete')]),
    ...(ending === 0 ? [] : [sayMoney('verdict.passing', { n: ending })]),
  ];
  if (state === 'differs') {
    const n = sum(Object.values(kinds)) - ending;
    return { tone: 'look', icon: 'look', text: sayMoney('verdict.differs', { n }), notes };
  }
  if (state === 'open') return { tone: 'look', icon: 'clock', text: sayMoney('verdict.open'), notes };
  const text =
    books.count === 0
      ? sayMoney('verdict.balanced.none')
      : sayMoney('verdict.balanced', { n: count(books.count), yuan: yuan(books.amountFen) });
  return { tone: 'proof', icon: 'seal', text, notes };
}

const sides = ['redemption', 'books', 'bank', 'ledger'] as const;

/** What each side says of a difference, and how far they are apart: `平台账 ¥1.20`, `银行 ¥1.00`, `相差 ¥0.20`. */
export function amountsOf(difference: DifferenceView): readonly string[] {
  const { byFen, byMilligrams } = difference;
  const said = sides.flatMap((side) => [
    ...named(sayMoney(`side.${side}`), difference[`${side}Fen`], yuan),
    ...named(sayMoney(`side.${side}`), side === 'bank' ? undefined : difference[`${side}Milligrams`], gramsText),
  ]);
  const apart = sayMoney('differences.apart');
  return [
    ...said,
    ...named(apart, byFen === '0' ? undefined : byFen, yuan),
    ...named(apart, byMilligrams === '0' ? undefined : byMilligrams, gramsText),
  ];
}

function named(name: string, amount: string | undefined, text: (amount: string) => string): string[] {
  return amount === undefined ? [] : [`${name} ${text(amount)}`];
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
