import type { Day, DifferenceKind } from '@tanhui/sdk/model';
import { journal } from '../accounts/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { Reader, Stored } from '../storage/index.ts';
import { everyAt, everyOf } from '../storage/index.ts';
import type { WalletGateway } from '../wallets/index.ts';
import type { BankSide } from './bank-side.ts';
import { bankSide, depositDifferences, strangeLines, sumOf } from './bank-side.ts';
import type { BooksSide, BurnedSide, Scope } from './books-side.ts';
import { booksSide, burnedSide } from './books-side.ts';
import { budgetAccount } from './campaign.ts';
import type { RedemptionDocument } from './collections.ts';
import { campaigns, redemptions } from './collections.ts';
import type { Difference, ReconciliationState } from './differences.ts';
import { difference, isPassing } from './differences.ts';
import type { LedgerSide } from './ledger-side.ts';
import { ledgerSide } from './ledger-side.ts';

export interface ReconciliationDeps {
  readonly store: Reader;
  readonly ledger: LedgerClient;
  readonly gateway: WalletGateway;
}

export interface Side {
  readonly count: number;
  readonly fen: bigint;
}

export interface Reconciliation {
  readonly programme: string;
  readonly day: Day;
  readonly state: ReconciliationState;
  readonly isStatementComplete: boolean;
  readonly books: Side & { readonly milligrams: bigint };
  readonly bank: Side;
  readonly ledger: Side & { readonly milligrams: bigint };
  /** What sponsors have paid in on this day. */
  readonly deposits: { readonly books: Side; readonly bank: Side };
  /** Grams burned by what was redeemed on this day, whenever it is paid. */
  readonly burned: Pick<BurnedSide, 'booksMilligrams' | 'redemptionMilligrams'>;
  /** Entries of the bank's own on the funding wallets; no side of ours has them, and they are no difference. */
  readonly bankOwn: { readonly interestFen: bigint; readonly feesFen: bigint };
  readonly differences: readonly Difference[];
}

/**
 * 三方对账: what was paid to people, paid in by sponsors and burned on a programme's day, by the journal, by the bank's statement and by the ledger, and every
 * line in which they differ. Changes nothing.
 */
export async function reconcile(deps: ReconciliationDeps, scope: Scope): Promise<Reconciliation> {
  const first = await look(deps, scope);
  if (first.state !== 'differs') return first;
  const again = await look(deps, scope);
  const known = new Set(first.differences.map(nameOf));
  const differences = again.differences.filter((one) => known.has(nameOf(one)));
  return { ...again, differences, state: stateOf(differences, again) };
}

/** Payments go on while it is read: what is not there at a second look was only on its way. */
function nameOf({ kind, subject }: Difference): string {
  return `${kind} ${subject}`;
}

async function look(deps: ReconciliationDeps, scope: Scope): Promise<Reconciliation> {
  const { store } = deps;
  const { programme, day } = scope;
  const funded = await everyOf(store, campaigns, { index: 'by_programme', prefix: [programme] });
  const budgets = new Set(funded.map(({ key }) => budgetAccount(key)));
  const settled = await everyOf(store, redemptions, { index: 'by_settlement_day', prefix: [day, programme] });
  const booked = await booksSide(store, day, budgets);
  const bank = await bankSide(deps, { ...scope, wallets: funded.map(({ value }) => value.payer), budgets });
  const chain = await ledgerSide(deps, scope);
  const burned = await burnedSide(store, scope);
  const differences = [
    ...settled.flatMap((one) => ownDifferences(one, { booked, bank, chain })),
    ...unsettledBookings(settled, booked),
    ...(await strangeLines(store, day, bank.payouts)),
    ...(await depositDifferences(store, { booked: booked.deposits, bank, budgets })),
    ...burned.differences,
    ...chain.differences,
  ];
  const milligrams = await burnedBySettled(store, settled);
  return foundOf(scope, { booked, milligrams, bank, chain, burned, differences });
}

interface Found {
  readonly booked: BooksSide;
  readonly milligrams: bigint;
  readonly bank: BankSide;
  readonly chain: LedgerSide;
  readonly burned: BurnedSide;
  readonly differences: readonly Difference[];
}

function foundOf(scope: Scope, { booked, milligrams, bank, chain, burned, differences }: Found): Reconciliation {
  const { isComplete, interestFen, feesFen } = bank;
  const { count, fen, milligrams: onLedger } = chain;
  const sides = {
    isStatementComplete: isComplete,
    books: { ...sideOf([...booked.payouts.values()]), milligrams },
    bank: sideOf([...bank.payouts.values()].map(sumOf)),
    ledger: { count, fen, milligrams: onLedger },
  };
  return {
    ...scope,
    ...sides,
    state: stateOf(differences, sides),
    deposits: {
      books: sideOf([...booked.deposits.values()]),
      bank: sideOf([...bank.deposits.values()].map(sumOf)),
    },
    burned: { booksMilligrams: burned.booksMilligrams, redemptionMilligrams: burned.redemptionMilligrams },
    bankOwn: { interestFen, feesFen },
    differences,
  };
}

/** Balanced is only what is equal on every side; sums that differ without a line to show for it are looked at again. */
function stateOf(
  differences: readonly Difference[],
  {
    isStatementComplete,
    books,
    bank,
    ledger,
  }: Pick<Reconciliation, 'isStatementComplete' | 'books' | 'bank' | 'ledger'>,
): ReconciliationState {
  if (differences.some(({ kind }) => !isPassing(kind))) return 'differs';
  const isEqual = books.fen === bank.fen && books.fen === ledger.fen && books.milligrams === ledger.milligrams;
  return differences.length === 0 && isStatementComplete && isEqual ? 'balanced' : 'open';
}

function sideOf(amounts: readonly bigint[]): Side {
  return { count: amounts.length, fen: amounts.reduce((sum, amount) => sum + amount, 0n) };
}

/** What differs about a redemption that we hold for settled on this day. */
function ownDifferences(
  { key, value }: Stored<RedemptionDocument>,
  { booked, bank, chain }: Pick<Found, 'booked' | 'bank' | 'chain'>,
): Difference[] {
  const lines = bank.payouts.get(key) ?? [];
  const redemptionFen = BigInt(value.amountFen);
  const sides = { redemptionFen, booksFen: booked.payouts.get(key) ?? 0n, bankFen: sumOf(lines) };
  const checks: readonly (readonly [DifferenceKind, boolean])[] = [
    ['NOT_BOOKED', sides.booksFen !== redemptionFen],
    ['NOT_AT_BANK', lines.length === 0 && bank.isComplete],
    ['AMOUNT_DIFFERS', lines.length === 1 && sides.bankFen !== redemptionFen],
    ['PAID_TWICE', lines.length > 1],
  ];
  const found = checks.flatMap(([kind, holds]) => (holds ? [difference(kind, key, sides)] : []));
  if (chain.sealed.has(value.settlement ?? '')) return found;
  return [...found, difference('NOT_SEALED', key, { redemptionFen, ledgerFen: 0n })];
}

function unsettledBookings(settled: readonly Stored<RedemptionDocument>[], { payouts }: BooksSide): Difference[] {
  const ours = new Set(settled.map(({ key }) => key));
  return [...payouts].flatMap(([key, booksFen]) =>
    ours.has(key) ? [] : [difference('BOOKED_WITHOUT_REDEMPTION', key, { redemptionFen: 0n, booksFen })],
  );
}

/** Grams that the settled of a day have burned, by the journal. */
async function burnedBySettled(reader: Reader, settled: readonly Stored<RedemptionDocument>[]): Promise<bigint> {
  const keys = settled.map(({ key }) => `${key}:burn`);
  let sum = 0n;
  for (const { value } of (await everyAt(reader, journal, keys)).values())
    for (const { account, amount } of value.legs) if (account.startsWith('burned:')) sum += BigInt(amount);
  return sum;
}
