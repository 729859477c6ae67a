import type { Day, DifferenceKind } from '@tanhui/sdk/model';
import type { JournalDocument } from '../accounts/index.ts';
import { journal } from '../accounts/index.ts';
import type { Reader } from '../storage/index.ts';
import { everyAt } from '../storage/index.ts';
import type { StatementLine, WalletGateway, WalletRef } from '../wallets/index.ts';
import { readStatement } from '../wallets/index.ts';
import type { Scope } from './books-side.ts';
import { budgetFen } from './books-side.ts';
import type { RedemptionDocument } from './collections.ts';
import { redemptions } from './collections.ts';
import type { Difference } from './differences.ts';
import { difference } from './differences.ts';

/** What the statements of a programme's funding wallets have on a day; what is other programmes' on the same wallets is left out. */
export interface BankSide {
  /** Movements by instruction: more than one where the bank has paid more than once. */
  readonly payouts: ReadonlyMap<string, readonly StatementLine[]>;
  readonly deposits: ReadonlyMap<string, readonly StatementLine[]>;
  readonly interestFen: bigint;
  readonly feesFen: bigint;
  readonly isComplete: boolean;
}

export interface BankDeps {
  readonly store: Reader;
  readonly gateway: WalletGateway;
}

/** Reads each funding wallet's statement once; a page that comes twice counts once. */
export async function bankSide(
  deps: BankDeps,
  scope: Scope & { readonly wallets: readonly WalletRef[]; readonly budgets: ReadonlySet<string> },
): Promise<BankSide> {
  const wallets = new Map(scope.wallets.map((wallet) => [wallet.token, wallet]));
  const { day } = scope;
  const reads = await Promise.all([...wallets.values()].map((wallet) => readStatement(deps.gateway, { wallet, day })));
  const lines = new Map(
    reads
      .flatMap((read) => read?.lines ?? [])
      .map((line) => [`${line.kind}/${line.entryId}/${line.bankReference}`, line]),
  );
  const of = (kind: StatementLine['kind']) => [...lines.values()].filter((line) => line.kind === kind);
  return {
    payouts: await ownPayouts(deps.store, scope.programme, byEntry(of('payout'))),
    deposits: await ownDeposits(deps.store, scope.budgets, byEntry(of('deposit'))),
    interestFen: sumOf(of('interest')),
    feesFen: sumOf(of('fee')),
    isComplete: reads.every((read) => read?.isComplete === true),
  };
}

type Lines = Map<string, readonly StatementLine[]>;

function byEntry(lines: readonly StatementLine[]): Lines {
  const entries: Lines = new Map();
  for (const line of lines) entries.set(line.entryId, [...(entries.get(line.entryId) ?? []), line]);
  return entries;
}

export function sumOf(lines: readonly StatementLine[]): bigint {
  return lines.reduce((sum, { amountFen }) => sum + amountFen, 0n);
}

/** A payout that no redemption of ours explains is anybody's, and so ours. */
async function ownPayouts(reader: Reader, programme: string, payouts: Lines): Promise<Lines> {
  const known = await everyAt(reader, redemptions, [...payouts.keys()]);
  for (const [id, { value }] of known) if (value.programme !== programme) payouts.delete(id);
  return payouts;
}

async function ownDeposits(reader: Reader, budgets: ReadonlySet<string>, deposits: Lines): Promise<Lines> {
  const known = await everyAt(reader, journal, [...deposits.keys()]);
  for (const [id, { value }] of known) if (budgetFen(value, budgets) === undefined) deposits.delete(id);
  return deposits;
}

/** What differs about payouts of the bank's that we do not hold for settled on this day. */
export async function strangeLines(reader: Reader, day: Day, payouts: BankSide['payouts']): Promise<Difference[]> {
  const known = await everyAt(reader, redemptions, [...payouts.keys()]);
  return [...payouts].flatMap(([id, lines]) => {
    const kind = kindOfLine(known.get(id)?.value, lines, day);
    return kind === undefined ? [] : [difference(kind, id, { booksFen: 0n, bankFen: sumOf(lines) })];
  });
}

function kindOfLine(
  redemption: RedemptionDocument | undefined,
  lines: readonly StatementLine[],
  day: Day,
): DifferenceKind | undefined {
  if (redemption === undefined) return 'UNKNOWN_TO_US';
  if (redemption.status === 'rejected') return 'PAID_THOUGH_REJECTED';
  if (redemption.status === 'reserved') return lines.length > 1 ? 'PAID_TWICE' : 'UNCONFIRMED';
  if ((redemption.settledOn as Day) === day) return undefined;
  const isOurs = lines.every(({ bankReference }) => bankReference === redemption.bankReference);
  return isOurs ? 'BOOKED_ON_ANOTHER_DAY' : 'PAID_TWICE';
}

/** What differs about what sponsors have paid in: by the deposits' ids, which stand in books and statement. */
export async function depositDifferences(
  reader: Reader,
  {
    booked,
    bank,
    budgets,
  }: { readonly booked: ReadonlyMap<string, bigint>; readonly bank: BankSide; readonly budgets: ReadonlySet<string> },
): Promise<Difference[]> {
  const entries = await everyAt(reader, journal, [...bank.deposits.keys()]);
  const ids = new Set([...booked.keys(), ...bank.deposits.keys()]);
  return [...ids].flatMap((id) => {
    const bankFen = sumOf(bank.deposits.get(id) ?? []);
    const booksFen = booked.get(id) ?? undatedFen(entries.get(id)?.value, budgets);
    if (bankFen === booksFen || (bankFen === 0n && !bank.isComplete)) return [];
    const isElsewhere = booksFen === 0n && entries.has(id);
    return [difference(kindOfDeposit({ booksFen, bankFen, isElsewhere }), id, { booksFen, bankFen })];
  });
}

/** Budgets that were filled before deposits carried their day are found by their id. */
function undatedFen(entry: JournalDocument | undefined, budgets: ReadonlySet<string>): bigint {
  return entry === undefined || entry.bookedOn !== undefined ? 0n : (budgetFen(entry, budgets) ?? 0n);
}

function kindOfDeposit(found: {
  readonly booksFen: bigint;
  readonly bankFen: bigint;
  readonly isElsewhere: boolean;
}): DifferenceKind {
  if (found.isElsewhere) return 'BOOKED_ON_ANOTHER_DAY';
  if (found.booksFen === 0n) return 'DEPOSIT_NOT_BOOKED';
  return found.bankFen === 0n ? 'DEPOSIT_NOT_AT_BANK' : 'DEPOSIT_DIFFERS';
}
