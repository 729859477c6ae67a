import { hash } from 'node:crypto';
import { dayOf, fen } from '@tanhui/sdk/model';
import type { Day, Fen } from '@tanhui/sdk/model';
import type { Clock, Random } from '../../../kernel/index.ts';
import { required } from '../../../kernel/index.ts';
import type { Collection, DocumentStore, Transaction } from '../../../storage/index.ts';
import type {
  Outcome,
  PaymentInstruction,
  RejectionCode,
  WalletGateway,
  WalletInspection,
  WalletRef,
  WalletState,
  WalletTier,
} from '../../gateway.ts';
import table from './tiers.json' with { type: 'json' };

interface WalletDocument {
  readonly holder: string;
  readonly tier: WalletTier;
  readonly state: WalletState;
  readonly hasQuotaControl: boolean;
  readonly balanceFen: string;
  readonly openedAt: number;
}

interface PaymentDocument {
  readonly fingerprint: string;
  readonly amountFen: string;
  readonly settledOn?: string;
  readonly outcome: Outcome;
}

export const simulatedWallets: Collection<WalletDocument> = {
  name: 'simulated_wallets',
  keys: { exception: 'a wallet is asked for by its token' },
  indexes: [],
};

export const simulatedPayments: Collection<PaymentDocument> = {
  name: 'simulated_payments',
  keys: { exception: 'the instruction’s id is its caller’s and begins with its instant' },
  indexes: [{ name: 'by_day', fields: ['settledOn'], sparse: true }],
};

const adapter = 'embedded';
type Limits = WalletInspection['limits'];
type PublishedLimits = Readonly<
  Partial<Record<'balanceFen' | 'singleFen' | 'dailyFen' | 'yearlyFen' | 'source', string>>
>;

export interface EmbeddedGatewayDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly random: Random;
}

/** 数字人民币钱包核心, simulated: the published tiers and limits, exact and idempotent. It says that it is simulated, and production refuses it. */
export function createEmbeddedGateway(deps: EmbeddedGatewayDeps): WalletGateway {
  const { store } = deps;
  return {
    capabilities: () => ({ adapter, isSameIdRetrySafe: true, isSimulated: true, settleWindowMs: 0 }),
    openWallet: (request) => openWallet(deps, request),
    async inspect(wallet) {
      const stored = await store.get(simulatedWallets, wallet.token);
      return stored === undefined ? undefined : inspectionOf(stored.value, deps.clock.now());
    },
    async balance(wallet) {
      const stored = await store.get(simulatedWallets, wallet.token);
      return stored === undefined ? undefined : fen(stored.value.balanceFen);
    },
    credit: (instruction) => store.unitOfWork((tx) => credit(tx, deps, instruction)),
    async query(instructionId) {
      const stored = await store.get(simulatedPayments, instructionId);
      return stored?.value.outcome ?? { kind: 'not-found', isFinal: true };
    },
    statement: (day) => statement(store, day),
  };
}

async function openWallet(
  deps: EmbeddedGatewayDeps,
  { holder, tier }: { readonly holder: string; readonly tier: WalletTier },
): Promise<WalletRef> {
  const token = `wal_${hash('sha256', `${holder}\0${tier}`, 'hex').slice(0, 24)}`;
  const value: WalletDocument = {
    holder,
    tier,
    state: 'active',
    hasQuotaControl: false,
    balanceFen: '0',
    openedAt: deps.clock.now(),
  };
  await deps.store.unitOfWork((tx) => tx.insertMany(simulatedWallets, [{ key: token, value }]));
  return { adapter, token, lastFour: token.slice(-4) };
}

/** Quota control lowers the limits to class 4 without changing the tier. */
function limitsOf({ tier, hasQuotaControl }: WalletDocument): Limits {
  const published: PublishedLimits = (table.tiers as Readonly<Record<WalletTier, PublishedLimits>>)[
    hasQuotaControl ? 'class-4' : tier
  ];
  const limits: Record<string, Fen> = {};
  for (const name of ['balanceFen', 'singleFen', 'dailyFen', 'yearlyFen'] as const) {
    const limit = published[name];
    if (limit !== undefined) limits[name] = fen(limit);
  }
  return limits;
}

function inspectionOf(wallet: WalletDocument, asOf: number): WalletInspection {
  const { state, tier, hasQuotaControl } = wallet;
  return { state, tier, hasQuotaControl, asOf, limits: limitsOf(wallet) };
}

async function credit(tx: Transaction, deps: EmbeddedGatewayDeps, instruction: PaymentInstruction): Promise<Outcome> {
  const fingerprint = hash(
    'sha256',
    `${instruction.payer.token}\0${instruction.payee.token}\0${String(instruction.amountFen)}`,
    'hex',
  );
  const before = await tx.get(simulatedPayments, instruction.instructionId);
  if (before !== undefined)
    return before.value.fingerprint === fingerprint ? before.value.outcome : rejected('IDEMPOTENCY_CONFLICT');
  const outcome = await move(tx, deps, instruction);
  const settledOn = outcome.kind === 'settled' ? { settledOn: dayOf(outcome.settledAt) } : {};
  const value: PaymentDocument = { fingerprint, amountFen: String(instruction.amountFen), outcome, ...settledOn };
  await tx.insertMany(simulatedPayments, [{ key: instruction.instructionId, value }]);
  return outcome;
}

function rejected(code: RejectionCode): Outcome {
  return { kind: 'rejected', code, detail: code };
}

async function move(
  tx: Transaction,
  deps: EmbeddedGatewayDeps,
  { payee, amountFen, instructionId }: PaymentInstruction,
): Promise<Outcome> {
  const stored = await tx.get(simulatedWallets, payee.token);
  if (stored === undefined) return rejected('UNKNOWN_WALLET');
  if (stored.value.state !== 'active' && stored.value.state !== 'frozen-out') return rejected('WALLET_STATE');
  const limits = limitsOf(stored.value);
  const after = BigInt(stored.value.balanceFen) + amountFen;
  if (limits.balanceFen !== undefined && after > limits.balanceFen) return rejected('BALANCE_CAP');
  if (limits.singleFen !== undefined && amountFen > limits.singleFen) return rejected('LIMIT');
  await tx.replaceMany(simulatedWallets, [{ ...stored, value: { ...stored.value, balanceFen: String(after) } }]);
  return {
    kind: 'settled',
    bankReference: `SIM${hash('sha256', instructionId, 'hex').slice(0, 16)}`,
    settledAt: deps.clock.now(),
  };
}

async function statement(store: DocumentStore, day: Day) {
  const page = await store.find(simulatedPayments, { index: 'by_day', prefix: [day], limit: 1_000 });
  const lines = page.items.flatMap(({ key, value: { outcome, amountFen } }) =>
    outcome.kind === 'settled'
      ? [
          {
            instructionId: key,
            amountFen: fen(amountFen),
            settledAt: outcome.settledAt,
            bankReference: outcome.bankReference,
          },
        ]
      : [],
  );
  return { lines, isComplete: page.next === undefined };
}

/** For a demonstration or a test: freezes or thaws a wallet. */
export async function setWalletState(store: DocumentStore, token: string, state: WalletState): Promise<void> {
  await store.unitOfWork(async (tx) => {
    const stored = required(await tx.get(simulatedWallets, token), 'wallet');
    await tx.replaceMany(simulatedWallets, [{ ...stored, value: { ...stored.value, state } }]);
  });
}
