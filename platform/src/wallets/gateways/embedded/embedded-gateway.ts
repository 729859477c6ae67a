import { hash } from 'node:crypto';
import { dayOf, fen } from '@tanhui/sdk/model';
import type { Day, Fen, Instant } from '@tanhui/sdk/model';
import type { Clock } from '../../../kernel/index.ts';
import { assert, required } from '../../../kernel/index.ts';
import type { DocumentStore, Stored, Transaction } from '../../../storage/index.ts';
import type {
  Outcome,
  PaymentInstruction,
  RejectionCode,
  StatementLine,
  StatementPage,
  WalletGateway,
  WalletInspection,
  WalletRef,
  WalletState,
  WalletTier,
} from '../../gateway.ts';
import type { BankEntryDocument, WalletDocument } from './collections.ts';
import { simulatedPayments, simulatedWallets } from './collections.ts';
import { afterPaying, limitsOf, limitsSource, obstacleToPaying, obstacleToReceiving, usedOf } from './limits.ts';

export { simulatedPayments, simulatedWallets } from './collections.ts';

const adapter = 'embedded';
const statementPageSize = 1_000;

export interface EmbeddedGatewayDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
}

/** The embedded core, and what only a simulation can do to it. */
export interface EmbeddedGateway extends WalletGateway {
  /** Money from outside into a wallet (a sponsor's deposit), or an entry of the bank's own; the same id books once. Answers when it was booked. */
  book(entry: {
    readonly entryId: string;
    readonly wallet: WalletRef;
    readonly kind: 'deposit' | 'interest' | 'fee';
    readonly amountFen: Fen;
  }): Promise<Instant>;
  setState(wallet: WalletRef, state: WalletState): Promise<void>;
  setQuotaControl(wallet: WalletRef, hasQuotaControl: boolean): Promise<void>;
  /** What its holder has paid elsewhere today and this year, as the limits of payments count it. */
  setSpent(wallet: WalletRef, spent: { readonly todayFen: Fen; readonly thisYearFen: Fen }): Promise<void>;
}

/** 数字人民币钱包核心, simulated: the published tiers and limits, exact and idempotent; money moves from wallet to wallet and comes from nowhere. It says that it is simulated, and production refuses it. */
export function createEmbeddedGateway(deps: EmbeddedGatewayDeps): EmbeddedGateway {
  const { store, clock } = deps;
  return {
    capabilities: () => ({ adapter, isSameIdRetrySafe: true, isSimulated: true, settleWindowMs: 0, limitsSource }),
    openWallet: (request) => openWallet(deps, request),
    async inspect(wallet) {
      const stored = await store.get(simulatedWallets, wallet.token);
      return stored === undefined ? undefined : inspectionOf(stored.value, clock.now());
    },
    async balance(wallet) {
      const stored = await store.get(simulatedWallets, wallet.token);
      return stored === undefined ? undefined : fen(stored.value.balanceFen);
    },
    credit: (instruction) => store.unitOfWork((tx) => credit(tx, clock, instruction)),
    async query(instruction) {
      const stored = await store.get(simulatedPayments, instruction.instructionId);
      return stored === undefined ? { kind: 'not-found', isFinal: true } : outcomeFor(stored.value, instruction);
    },
    statement: (request) => statement(deps, request),
    book: (entry) => store.unitOfWork((tx) => book(tx, clock, entry)),
    setState: (wallet, state) => change(store, wallet, { state }),
    setQuotaControl: (wallet, hasQuotaControl) => change(store, wallet, { hasQuotaControl }),
    setSpent: (wallet, { todayFen, thisYearFen }) =>
      change(store, wallet, {
        paid: { day: dayOf(clock.now()), dayFen: String(todayFen), yearFen: String(thisYearFen) },
      }),
  };
}

async function openWallet(
  deps: EmbeddedGatewayDeps,
  { holder, tier }: { readonly holder: string; readonly tier: WalletTier },
): Promise<WalletRef> {
  const digest = hash('sha256', `${holder}\0${tier}`, 'hex');
  const token = `wal_${digest.slice(0, 24)}`;
  const openedAt = deps.clock.now();
  const value: WalletDocument = { holder, tier, state: 'active', hasQuotaControl: false, balanceFen: '0', openedAt };
  await deps.store.unitOfWork((tx) => tx.insertMany(simulatedWallets, [{ key: token, value }]));
  return { adapter, token, lastFour: lastFourOf(digest) };
}

/** Digits, as a wallet's number ends with; they need not be those of its token. */
function lastFourOf(digest: string): string {
  return String(Number.parseInt(digest.slice(-8), 16) % 10_000).padStart(4, '0');
}

function inspectionOf(wallet: WalletDocument, asOf: number): WalletInspection {
  const { state, tier, hasQuotaControl } = wallet;
  return { state, tier, hasQuotaControl, asOf, limits: limitsOf(wallet), used: usedOf(wallet, dayOf(asOf)) };
}

async function credit(tx: Transaction, clock: Clock, instruction: PaymentInstruction): Promise<Outcome> {
  const { instructionId, payer, payee, amountFen } = instruction;
  const [before, wallets] = await Promise.all([
    tx.get(simulatedPayments, instructionId),
    tx.getMany(simulatedWallets, [payer.token, payee.token]),
  ]);
  if (before !== undefined) return outcomeFor(before.value, instruction);
  const outcome = move(tx, instruction, { wallets, settledAt: clock.now() });
  const value: BankEntryDocument = {
    kind: 'payout',
    fingerprint: fingerprintOf(instruction),
    amountFen: String(amountFen),
    outcome,
    ...(outcome.kind === 'settled' && { settledOn: dayOf(outcome.settledAt), wallet: payer.token }),
  };
  tx.later.insertMany(simulatedPayments, [{ key: instructionId, value }]);
  return outcome;
}

function fingerprintOf({ payer, payee, amountFen }: PaymentInstruction): string {
  return hash('sha256', `${payer.token}\0${payee.token}\0${String(amountFen)}`, 'hex');
}

/** What an entry says of an instruction of its id: the outcome is only that of the one that made it. */
function outcomeFor({ fingerprint, outcome }: BankEntryDocument, instruction: PaymentInstruction): Outcome {
  return fingerprint === fingerprintOf(instruction) ? outcome : { kind: 'unknown', reason: 'IDEMPOTENCY_CONFLICT' };
}

function rejected(code: RejectionCode): Outcome {
  return { kind: 'rejected', code, detail: '' };
}

function move(
  tx: Transaction,
  { amountFen, instructionId, ...between }: PaymentInstruction,
  { wallets, settledAt }: { readonly wallets: ReadonlyMap<string, Stored<WalletDocument>>; readonly settledAt: number },
): Outcome {
  assert(amountFen > 0n && between.payer.token !== between.payee.token, 'an instruction moves money');
  const payer = wallets.get(between.payer.token);
  const payee = wallets.get(between.payee.token);
  if (payer === undefined || payee === undefined) return rejected('WALLET_UNKNOWN');
  const day = dayOf(settledAt);
  const obstacle = obstacleToReceiving(payee.value, amountFen) ?? obstacleToPaying(payer.value, amountFen, day);
  if (obstacle !== undefined) return rejected(obstacle);
  const received = { ...payee.value, balanceFen: String(BigInt(payee.value.balanceFen) + amountFen) };
  const moved = [
    { ...payer, value: afterPaying(payer.value, amountFen, day) },
    { ...payee, value: received },
  ];
  tx.later.replaceMany(simulatedWallets, moved);
  return { kind: 'settled', bankReference: referenceOf(instructionId), settledAt };
}

function referenceOf(id: string): string {
  return `SIM${hash('sha256', id, 'hex').slice(0, 16)}`;
}

async function book(tx: Transaction, clock: Clock, entry: Parameters<EmbeddedGateway['book']>[0]): Promise<Instant> {
  const { entryId, wallet, kind, amountFen } = entry;
  const at = clock.now();
  const value: BankEntryDocument = {
    kind,
    fingerprint: '',
    amountFen: String(amountFen),
    outcome: { kind: 'settled', bankReference: referenceOf(entryId), settledAt: at },
    settledOn: dayOf(at),
    wallet: wallet.token,
  };
  const [answer] = await tx.insertMany(simulatedPayments, [{ key: entryId, value }]);
  if (answer !== 'inserted') return bookedAt(required(await tx.get(simulatedPayments, entryId), 'entry').value);
  const stored = required(await tx.get(simulatedWallets, wallet.token), 'wallet');
  const before = BigInt(stored.value.balanceFen);
  const balance = kind === 'fee' ? before - amountFen : before + amountFen;
  await tx.replaceMany(simulatedWallets, [{ ...stored, value: { ...stored.value, balanceFen: String(balance) } }]);
  return at;
}

function bookedAt({ outcome }: BankEntryDocument): Instant {
  assert(outcome.kind === 'settled', 'an entry of the bank’s own is settled');
  return outcome.settledAt;
}

async function statement(
  { store, clock }: EmbeddedGatewayDeps,
  { wallet, day, cursor }: { readonly wallet: WalletRef; readonly day: Day; readonly cursor?: string },
): Promise<StatementPage> {
  const page = await store.find(simulatedPayments, {
    index: 'by_day',
    prefix: [day, wallet.token],
    limit: statementPageSize,
    ...(cursor !== undefined && { after: cursor }),
  });
  return {
    lines: page.items.flatMap(lineOf),
    ...(page.next !== undefined && { next: page.next }),
    isComplete: day < dayOf(clock.now()),
  };
}

function lineOf({ key, value: { kind, outcome, amountFen } }: Stored<BankEntryDocument>): StatementLine[] {
  if (outcome.kind !== 'settled') return [];
  const { settledAt, bankReference } = outcome;
  return [{ kind, entryId: key, amountFen: fen(amountFen), settledAt, bankReference }];
}

async function change(store: DocumentStore, wallet: WalletRef, to: Partial<WalletDocument>): Promise<void> {
  await store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(simulatedWallets, wallet.token), 'wallet');
    await tx.replaceMany(simulatedWallets, [{ ...stored, value: { ...stored.value, ...to } }]);
  });
}
