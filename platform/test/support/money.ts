import { dayBooks } from '../../src/activities/index.ts';
import type { Leg } from '../../src/accounts/index.ts';
import { balances, holds, journal, postTransfer } from '../../src/accounts/index.ts';
import { batches, programmeDays } from '../../src/carbon/index.ts';
import { citizenDocuments } from '../../src/identity/index.ts';
import type { AuditTrail, TrailEntry } from '../../src/kernel/index.ts';
import type { CampaignDeps, NewCampaign, RewardDeps } from '../../src/rewards/index.ts';
import {
  budgetTotals,
  campaigns,
  createCampaign,
  demoCampaign,
  deposits,
  finishRedemptions,
  moneyDays,
  reconciledDays,
  reconciliationDifferences,
  reconciliationMarks,
  reconciliations,
  redemptionCaps,
  redemptions,
  settlements,
} from '../../src/rewards/index.ts';
import type { DocumentStore, Transaction } from '../../src/storage/index.ts';
import { createSqliteStore } from '../../src/storage/sqlite/sqlite-store.ts';
import type { EmbeddedGateway } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import {
  createEmbeddedGateway,
  simulatedPayments,
  simulatedWallets,
} from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import type { PaymentDeps, WalletGateway, WalletRef, WalletTier } from '../../src/wallets/index.ts';
import { payments, walletBindings } from '../../src/wallets/index.ts';
import { seededRandom, silentLog } from './intake.ts';

export const moneyCollections = [
  balances,
  batches,
  budgetTotals,
  campaigns,
  citizenDocuments,
  dayBooks,
  deposits,
  holds,
  journal,
  moneyDays,
  payments,
  programmeDays,
  reconciledDays,
  reconciliationDifferences,
  reconciliationMarks,
  reconciliations,
  redemptionCaps,
  redemptions,
  settlements,
  simulatedPayments,
  simulatedWallets,
  walletBindings,
];

export const operator = { subject: 'operator-test', role: 'operator' as const };

export interface MoneyFixture {
  readonly store: DocumentStore;
  readonly bank: EmbeddedGateway;
  readonly deps: RewardDeps;
  readonly paying: PaymentDeps & { readonly trail: AuditTrail<Transaction> };
  readonly campaigning: CampaignDeps;
  readonly trail: readonly TrailEntry[];
  now(): number;
  advance(milliseconds: number): void;
  /** A citizen with a wallet and grams that are all sealed. */
  person(citizen: string, options?: { readonly grams?: bigint; readonly tier?: WalletTier }): Promise<WalletRef>;
  grams(id: string, legs: readonly Leg[], mayOwe?: boolean): Promise<void>;
}

/** Rewards and payments on a store in memory, with the demo campaign running. */
export async function moneyFixture(
  options: {
    readonly store?: DocumentStore;
    readonly gateway?: (bank: WalletGateway) => WalletGateway;
    readonly campaign?: Partial<NewCampaign>;
    readonly collections?: readonly (typeof moneyCollections)[number][];
  } = {},
): Promise<MoneyFixture> {
  let now = Date.UTC(2026, 10, 24, 4);
  const clock = { now: () => (now += 1) };
  const store = options.store ?? createSqliteStore({ path: ':memory:', collections: moneyCollections });
  const bank = createEmbeddedGateway({ store, clock });
  const gateway = options.gateway?.(bank) ?? bank;
  const entries: TrailEntry[] = [];
  const trail: AuditTrail<Transaction> = {
    append: (_tx, entry) => {
      entries.push(entry);
      return Promise.resolve();
    },
  };
  const deps: RewardDeps = { store, clock, random: seededRandom('money'), gateway, regimeOf: () => 'ecny' };
  const onFinal: PaymentDeps['onFinal'] = (tx, ended) => finishRedemptions(tx, deps, ended);
  const campaigning: CampaignDeps = {
    store,
    clock,
    gateway,
    trail,
    regimeOf: deps.regimeOf,
    deposit: ({ id, wallet, amountFen }) => bank.book({ entryId: id, wallet, kind: 'deposit', amountFen }),
  };
  const paying = { store, clock, log: silentLog, gateway, onFinal, trail };
  await createCampaign(campaigning, { ...demoCampaign, ...options.campaign }, operator);
  const fixture: MoneyFixture = {
    store,
    bank,
    deps,
    paying,
    campaigning,
    trail: entries,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    person: (citizen, person = {}) => addPerson(fixture, citizen, person),
    grams: (id, legs, mayOwe = false) =>
      store.unitOfWork((tx) => postTransfer(tx, { id, at: now, kind: 'intake', legs, mayOwe })),
  };
  return fixture;
}

async function addPerson(
  money: MoneyFixture,
  citizen: string,
  { grams: amount = 10_000_000n, tier = 'class-3' }: { readonly grams?: bigint; readonly tier?: WalletTier },
): Promise<WalletRef> {
  const wallet = await money.bank.openWallet({ holder: citizen, tier });
  const { programme } = demoCampaign;
  const value = { name: citizen, programme, isSimulated: true, createdAt: 0, accounts: [] };
  await money.store.unitOfWork(async (tx) => {
    await tx.insertMany(citizenDocuments, [{ key: citizen, value }]);
    await tx.insertMany(walletBindings, [{ key: citizen, value: { wallet, boundAt: 0 } }]);
  });
  await money.grams(`txn_0_${citizen}`, credit(citizen, amount));
  return wallet;
}

/** Legs of grams that a person earned; below zero, of grams that are taken back. */
export function credit(citizen: string, amount: bigint): Leg[] {
  return [
    { account: 'issuance:x', asset: 'milligrams', amount: -amount },
    { account: `citizen:${citizen}`, asset: 'milligrams', amount },
  ];
}
