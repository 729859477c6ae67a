import { hash } from 'node:crypto';
import { addDays, dayOf, fen, milligrams } from '@tanhui/sdk/model';
import type { Day, Fen } from '@tanhui/sdk/model';
import { balanceOf, hold, postHold, postTransfer, reverseTransfer, voidHold } from '../accounts/index.ts';
import type { Clock } from '../kernel/index.ts';
import { refuser, required } from '../kernel/index.ts';
import type { Collection, DocumentStore, Reader, Transaction } from '../storage/index.ts';
import type { Outcome, WalletGateway } from '../wallets/index.ts';
import { instruct, walletBindings } from '../wallets/index.ts';
import type { Campaign } from './campaign.ts';
import { fenFor, milligramsFor } from './campaign.ts';
import { gramsOf } from './grams.ts';
import type { RewardRefusalCode } from './refusals.ts';
import { rewardRefusals } from './refusals.ts';

/** 兑换: grams burned and fen reserved in one unit of work. Its id is its payment's id. */
export interface RedemptionDocument {
  readonly citizen: string;
  readonly campaign: string;
  readonly amountFen: string;
  readonly burnedMilligrams: string;
  readonly status: 'reserved' | 'settled' | 'rejected';
  readonly createdAt: number;
  readonly createdOn: string;
  readonly settledAt?: number;
  readonly bankReference?: string;
  readonly code?: RewardRefusalCode;
}

export const redemptions: Collection<RedemptionDocument> = {
  name: 'redemptions',
  keys: 'time-led',
  indexes: [
    { name: 'by_day', fields: ['createdOn', 'citizen'] },
    {
      name: 'by_citizen',
      fields: ['citizen', 'createdAt'],
      exception: 'a person’s redemptions are few and shown newest first',
    },
  ],
};

/** What was taken from a day's and a month's cap; money that comes back still counts for the day it was taken from. */
export const redemptionCaps: Collection<{ readonly day: string; readonly takenFen: string }> = {
  name: 'redemption_caps',
  keys: 'time-led',
  indexes: [],
};

export interface RewardDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly gateway: WalletGateway;
  readonly campaign: Campaign;
}

const refuse = refuser(rewardRefusals);
const realNameTiers: readonly string[] = ['class-1', 'class-2', 'class-3'];

export interface Quote {
  readonly redeemableMilligrams: bigint;
  /** What can be redeemed now, after caps and budget. */
  readonly redeemableFen: Fen;
  readonly leftTodayFen: Fen;
  readonly leftThisMonthFen: Fen;
  readonly obstacle?: RewardRefusalCode;
}

function budgetAccount({ id }: Campaign): string {
  return `budget:${id}`;
}

/** Opens the sponsor's budget once; money mirrors what the sponsor put in outside. */
export async function openBudget(deps: RewardDeps): Promise<void> {
  const amount = deps.campaign.budgetFen as bigint;
  const legs = [
    { account: `external:${deps.campaign.sponsor}`, asset: 'fen' as const, amount: -amount },
    { account: budgetAccount(deps.campaign), asset: 'fen' as const, amount },
  ];
  await deps.store.unitOfWork((tx) =>
    postTransfer(tx, { id: `txn_000000000_budget_${deps.campaign.id}`, at: 0, kind: 'budget', legs }),
  );
}

/** 报价: what a citizen can redeem now, and the first thing in the way. */
export async function quote(reader: Reader, deps: RewardDeps, citizen: string): Promise<Quote> {
  const { campaign } = deps;
  const { redeemable: redeemableMilligrams } = await gramsOf(reader, citizen);
  const taken = await takenFrom(reader, citizen, dayOf(deps.clock.now()));
  const leftTodayFen = rest(campaign.dailyCapFen, taken.today);
  const leftThisMonthFen = rest(campaign.monthlyCapFen, taken.month);
  const budget = await balanceOf(reader, budgetAccount(campaign), 'fen');
  const worth = fenFor(campaign, milligrams(redeemableMilligrams));
  const redeemableFen = fen(
    [worth, leftTodayFen, leftThisMonthFen, budget.amount - budget.held].reduce((least, one) =>
      one < least ? one : least,
    ),
  );
  const found = { redeemableMilligrams, redeemableFen, leftTodayFen, leftThisMonthFen };
  const obstacle =
    (await walletObstacle(reader, deps, citizen)) ??
    obstacleOf(campaign, { ...found, worth, budget: budget.amount - budget.held });
  return { ...found, ...(obstacle !== undefined && { obstacle }) };
}

function rest(cap: Fen, taken: bigint): Fen {
  return fen(cap > taken ? cap - taken : 0n);
}

function obstacleOf(
  campaign: Campaign,
  found: { readonly worth: Fen; readonly leftTodayFen: Fen; readonly leftThisMonthFen: Fen; readonly budget: bigint },
): RewardRefusalCode | undefined {
  if (campaign.isPaused) return 'REWARDS_PAUSED';
  if (found.budget <= 0n) return 'REWARDS_BUDGET_EMPTY';
  if (found.leftThisMonthFen === 0n) return 'REWARDS_MONTHLY_CAP';
  if (found.leftTodayFen === 0n) return 'REWARDS_DAILY_CAP';
  return found.worth === 0n ? 'REWARDS_NOTHING_REDEEMABLE' : undefined;
}

async function walletObstacle(
  reader: Reader,
  deps: RewardDeps,
  citizen: string,
): Promise<RewardRefusalCode | undefined> {
  const binding = await reader.get(walletBindings, citizen);
  if (binding === undefined) return 'REWARDS_NO_WALLET';
  const wallet = await deps.gateway.inspect(binding.value.wallet);
  if (wallet === undefined || (wallet.state !== 'active' && wallet.state !== 'frozen-out'))
    return 'REWARDS_WALLET_FROZEN';
  return realNameTiers.includes(wallet.tier) ? undefined : 'REWARDS_WALLET_CLASS';
}

/** A month has at most 31 days: its documents are read by key, not counted by scanning. */
async function takenFrom(
  reader: Reader,
  citizen: string,
  day: Day,
): Promise<{ readonly today: bigint; readonly month: bigint }> {
  const first = `${day.slice(0, 8)}01` as Day;
  const days = Array.from({ length: Number(day.slice(8)) }, (_, at) => addDays(first, at));
  const stored = await reader.getMany(
    redemptionCaps,
    days.map((one) => capKey(one, citizen)),
  );
  let [today, month] = [0n, 0n];
  for (const { value } of stored.values()) {
    month += BigInt(value.takenFen);
    if (value.day === day) today += BigInt(value.takenFen);
  }
  return { today, month };
}

function capKey(day: Day, citizen: string): string {
  return `${day}/${citizen}`;
}

/**
 * Redeems: burns ceil(fen × milligrams per fen), reserves the fen out of the budget, and writes the payment instruction; all or nothing. The id comes from
 * the caller's key, so that the same key is the same redemption.
 */
export async function redeem(
  deps: RewardDeps,
  request: { readonly citizen: string; readonly amountFen: Fen; readonly idempotencyKey: string },
): Promise<{ readonly id: string; readonly redemption: RedemptionDocument }> {
  const { citizen, amountFen } = request;
  return deps.store.unitOfWork(async (tx) => {
    const id = `pay_${hash('sha256', `${citizen}\0${request.idempotencyKey}`, 'hex').slice(0, 32)}`;
    const before = await tx.get(redemptions, id);
    if (before !== undefined) {
      if (before.value.amountFen !== String(amountFen)) throw refuse('REWARDS_KEY_REUSED');
      return { id, redemption: before.value };
    }
    const offer = await quote(tx, deps, citizen);
    if (offer.obstacle !== undefined) throw refuse(offer.obstacle);
    if (amountFen <= 0n || amountFen > offer.redeemableFen) throw refuse(tooMuch(offer, amountFen));
    return { id, redemption: await reserve(tx, deps, { id, citizen, amountFen }) };
  });
}

function tooMuch(offer: Quote, amount: Fen): RewardRefusalCode {
  if (amount > offer.leftTodayFen) return 'REWARDS_DAILY_CAP';
  return amount > offer.leftThisMonthFen ? 'REWARDS_MONTHLY_CAP' : 'REWARDS_NOTHING_REDEEMABLE';
}

async function reserve(
  tx: Transaction,
  deps: RewardDeps,
  { id, citizen, amountFen }: { readonly id: string; readonly citizen: string; readonly amountFen: Fen },
): Promise<RedemptionDocument> {
  const at = deps.clock.now();
  const burned = milligramsFor(deps.campaign, amountFen) as bigint;
  const binding = required(await tx.get(walletBindings, citizen), 'wallet of a redemption');
  await postTransfer(tx, { id: `${id}:burn`, at, kind: 'redemption', legs: burning(citizen, burned) });
  await hold(tx, { id: `${id}:hold`, at, account: budgetAccount(deps.campaign), asset: 'fen', amount: amountFen });
  await instruct(tx, { id, payee: binding.value.wallet, amountFen, memo: 'carbon reward', at });
  const day = dayOf(at);
  const cap = await tx.get(redemptionCaps, capKey(day, citizen));
  const taken = BigInt(cap?.value.takenFen ?? 0) + amountFen;
  await tx.replaceMany(redemptionCaps, [
    { key: capKey(day, citizen), version: cap?.version ?? 0, value: { day, takenFen: String(taken) } },
  ]);
  const redemption: RedemptionDocument = {
    citizen,
    campaign: deps.campaign.id,
    amountFen: String(amountFen),
    burnedMilligrams: String(burned),
    status: 'reserved',
    createdAt: at,
    createdOn: day,
  };
  await tx.insertMany(redemptions, [{ key: id, value: redemption }]);
  return redemption;
}

function burning(citizen: string, amount: bigint) {
  return [
    { account: `citizen:${citizen}`, asset: 'milligrams' as const, amount: -amount },
    { account: 'burned:redemptions', asset: 'milligrams' as const, amount },
  ];
}

/** The end of a payment: settled fen leave the budget; a rejection frees them and gives the grams back, as a new entry that points back. */
export async function finishRedemption(
  tx: Transaction,
  clock: Clock,
  payment: { readonly id: string; readonly outcome: Exclude<Outcome, { kind: 'unknown' }> },
): Promise<void> {
  const { id, outcome } = payment;
  const stored = required(await tx.get(redemptions, id), 'redemption of a payment');
  if (stored.value.status !== 'reserved') return;
  if (outcome.kind === 'settled') {
    await postHold(tx, { id: `${id}:hold`, at: clock.now(), to: 'external:ecny', kind: 'payout' });
    const { settledAt, bankReference } = outcome;
    await tx.replaceMany(redemptions, [
      { ...stored, value: { ...stored.value, status: 'settled', settledAt, bankReference } },
    ]);
    return;
  }
  const at = clock.now();
  await voidHold(tx, { id: `${id}:hold`, at });
  await reverseTransfer(tx, { of: `${id}:burn`, at, kind: 'redemption-returned' });
  await tx.replaceMany(redemptions, [
    { ...stored, value: { ...stored.value, status: 'rejected', code: 'REWARDS_PAYMENT_REJECTED' } },
  ]);
}
