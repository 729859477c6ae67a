import type { Day, SettlementHeader } from '@tanhui/sdk/model';
import { journal } from '../accounts/index.ts';
import { required } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure } from '../ledger/index.ts';
import type { Reader, Stored } from '../storage/index.ts';
import { everyAt, everyOf } from '../storage/index.ts';
import type { StatementLine, WalletGateway } from '../wallets/index.ts';
import { readStatement } from '../wallets/index.ts';
import { campaignsOf } from './campaigns.ts';
import type { RedemptionDocument, SettlementDocument } from './collections.ts';
import { redemptions } from './collections.ts';
import { settlementsOf } from './settlement-receipt.ts';
import { settlementLeaves, settlementText } from './settlement-sealing.ts';

export interface ReconciliationDeps {
  readonly store: Reader;
  readonly ledger: LedgerClient;
  readonly gateway: WalletGateway;
}

type DifferenceKind =
  /** Settled by our word, and no posting in the journal, or one of another amount. */
  | 'NOT_BOOKED'
  /** In the books, and absent from a complete statement. */
  | 'NOT_AT_BANK'
  /** In books and statement with two amounts. */
  | 'AMOUNT_DIFFERS'
  /** On the statement, and no redemption of ours: never turned into a reward. */
  | 'UNKNOWN_TO_US'
  /** On the statement, and given back by us. */
  | 'PAID_THOUGH_REJECTED'
  /** On the statement of this day, and booked on another. */
  | 'BOOKED_ON_ANOTHER_DAY'
  /** On the statement, and our payment still waits for its answer: it ends by being asked for. */
  | 'UNCONFIRMED'
  /** Settled, and in no seal on the ledger yet. */
  | 'NOT_SEALED'
  /** The ledger holds another header than the redemptions give, or none. */
  | 'SEAL_DIFFERS';

/** These end by themselves: the day stays open, and nothing is wrong yet. */
const passing: readonly DifferenceKind[] = ['UNCONFIRMED', 'NOT_SEALED'];

export interface Difference {
  readonly kind: DifferenceKind;
  /** The payment, the seal, or the bank's own id of a line. */
  readonly subject: string;
  readonly booksFen?: bigint;
  readonly bankFen?: bigint;
}

export interface Side {
  readonly count: number;
  readonly fen: bigint;
}

export interface Reconciliation {
  readonly programme: string;
  readonly day: Day;
  /** `open`: the statement is not complete, or something still ends by itself. `differs`: a person has to look. */
  readonly state: 'balanced' | 'open' | 'differs';
  readonly isStatementComplete: boolean;
  readonly books: Side & { readonly milligrams: bigint };
  readonly bank: Side;
  readonly ledger: Side & { readonly milligrams: bigint };
  readonly differences: readonly Difference[];
}

/** 三方对账: what a programme has paid on a day by the journal, by the bank's statement and by the ledger, and every line in which they differ. Changes nothing. */
export async function reconcile(
  deps: ReconciliationDeps,
  scope: { readonly programme: string; readonly day: Day },
): Promise<Reconciliation> {
  const settled = await everyOf(deps.store, redemptions, {
    index: 'by_settlement_day',
    prefix: [scope.day, scope.programme],
  });
  const booked = await bookedOn(deps.store, scope.day);
  const bank = await statementOf(deps, scope);
  const chain = await sealsOf(deps, scope);
  const differences = [
    ...settled.flatMap((one) => ownDifferences(one, { booked, bank, sealed: chain.sealed })),
    ...bankDifferences(bank, scope.day),
    ...chain.differences,
  ];
  const ours = settled.filter(({ key }) => booked.has(key));
  return {
    ...scope,
    state: stateOf(differences, bank.isComplete),
    isStatementComplete: bank.isComplete,
    books: {
      count: ours.length,
      fen: total(ours.map(({ key }) => booked.get(key) ?? 0n)),
      milligrams: total(ours.map(({ value }) => BigInt(value.burnedMilligrams))),
    },
    bank: { count: bank.lines.size, fen: total([...bank.lines.values()].map(({ amountFen }) => amountFen)) },
    ledger: chain.side,
    differences,
  };
}

function stateOf(differences: readonly Difference[], isComplete: boolean): Reconciliation['state'] {
  if (differences.some(({ kind }) => !passing.includes(kind))) return 'differs';
  return differences.length === 0 && isComplete ? 'balanced' : 'open';
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

/** Fen that the journal has paid out under a day, by payment. */
async function bookedOn(reader: Reader, day: Day): Promise<Map<string, bigint>> {
  const entries = await everyOf(reader, journal, { index: 'by_booking', prefix: [day, 'payout'] });
  return new Map(
    entries.map(({ key, value }) => {
      const paid = value.legs.find(({ account }) => account === 'external:ecny');
      return [key.replace(/:hold:posted$/, ''), BigInt(required(paid, 'leg of a payout').amount)];
    }),
  );
}

interface Bank {
  /** Payouts by their instruction, those of other programmes that share the wallet left out. */
  readonly lines: ReadonlyMap<string, StatementLine>;
  /** What we have of them. */
  readonly known: ReadonlyMap<string, Stored<RedemptionDocument>>;
  readonly isComplete: boolean;
}

async function statementOf(
  { store, gateway }: ReconciliationDeps,
  { programme, day }: { readonly programme: string; readonly day: Day },
): Promise<Bank> {
  const wallets = new Map((await campaignsOf(store, programme)).map(({ payer }) => [payer.token, payer]));
  const reads = await Promise.all([...wallets.values()].map((wallet) => readStatement(gateway, { wallet, day })));
  const payouts = reads.flatMap((read) => read?.lines ?? []).filter(({ kind }) => kind === 'payout');
  const lines = new Map(payouts.map((line) => [line.entryId, line]));
  const known = await everyAt(store, redemptions, [...lines.keys()]);
  for (const [id, { value }] of known) if (value.programme !== programme) lines.delete(id);
  return { lines, known, isComplete: reads.every((read) => read?.isComplete === true) };
}

/** What differs about a redemption that we hold for settled on this day. */
function ownDifferences(
  { key, value }: Stored<RedemptionDocument>,
  found: { readonly booked: ReadonlyMap<string, bigint>; readonly bank: Bank; readonly sealed: ReadonlySet<string> },
): Difference[] {
  const amount = BigInt(value.amountFen);
  const booksFen = found.booked.get(key);
  const bankFen = found.bank.lines.get(key)?.amountFen;
  const amounts = { ...(booksFen !== undefined && { booksFen }), ...(bankFen !== undefined && { bankFen }) };
  const checks: readonly (readonly [DifferenceKind, boolean])[] = [
    ['NOT_BOOKED', booksFen !== amount],
    ['NOT_AT_BANK', bankFen === undefined && found.bank.isComplete],
    ['AMOUNT_DIFFERS', bankFen !== undefined && bankFen !== amount],
    ['NOT_SEALED', !found.sealed.has(value.settlement ?? '')],
  ];
  return checks.flatMap(([kind, holds]) => (holds ? [{ kind, subject: key, ...amounts }] : []));
}

/** What differs about lines of the bank's that we do not hold for settled on this day. */
function bankDifferences({ lines, known }: Bank, day: Day): Difference[] {
  return [...lines.values()].flatMap(({ entryId, amountFen }) => {
    const kind = kindOfLine(known.get(entryId)?.value, day);
    return kind === undefined ? [] : [{ kind, subject: entryId, bankFen: amountFen }];
  });
}

function kindOfLine(redemption: RedemptionDocument | undefined, day: Day): DifferenceKind | undefined {
  if (redemption === undefined) return 'UNKNOWN_TO_US';
  if (redemption.status === 'rejected') return 'PAID_THOUGH_REJECTED';
  if (redemption.status === 'reserved') return 'UNCONFIRMED';
  return (redemption.settledOn as Day) === day ? undefined : 'BOOKED_ON_ANOTHER_DAY';
}

interface Chain {
  readonly side: Reconciliation['ledger'];
  /** Seals that the ledger holds as we do. */
  readonly sealed: ReadonlySet<string>;
  readonly differences: readonly Difference[];
}

/** Reads each seal of the day back from the ledger and holds it against what its redemptions give. */
async function sealsOf(
  deps: ReconciliationDeps,
  scope: { readonly programme: string; readonly day: Day },
): Promise<Chain> {
  const sealed = new Set<string>();
  const differences: Difference[] = [];
  let side = { count: 0, fen: 0n, milligrams: 0n };
  for (const seal of await settlementsOf(deps.store, scope)) {
    if (seal.value.state !== 'sealed') continue;
    sealed.add(seal.key);
    const text = await textOnLedger(deps.ledger, seal);
    const { header } = await settlementLeaves(deps.store, seal);
    if (text !== settlementText(header)) differences.push({ kind: 'SEAL_DIFFERS', subject: seal.key });
    if (text === undefined) continue;
    const { count, amountFen, burnedMilligrams } = JSON.parse(text) as SettlementHeader;
    side = {
      count: side.count + count,
      fen: side.fen + BigInt(amountFen),
      milligrams: side.milligrams + BigInt(burnedMilligrams),
    };
  }
  return { side, sealed, differences };
}

async function textOnLedger(
  ledger: LedgerClient,
  { key, value: { programme, day } }: Stored<SettlementDocument>,
): Promise<string | undefined> {
  const args = [JSON.stringify({ programme, day, settlement: key })];
  try {
    return Buffer.from(await ledger.evaluate({ function: 'ReadSettlement', args, as: 'auditor' })).toString();
  } catch (failure) {
    if (failure instanceof LedgerFailure && failure.contractCode === 'SETTLEMENT_UNKNOWN') return undefined;
    throw failure;
  }
}
