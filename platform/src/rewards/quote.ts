import { dayOf, fen, milligrams } from '@tanhui/sdk/model';
import type { Day, Fen } from '@tanhui/sdk/model';
import { citizenOf } from '../identity/index.ts';
import type { Clock, Random } from '../kernel/index.ts';
import type { DocumentStore, Reader } from '../storage/index.ts';
import type { WalletGateway } from '../wallets/index.ts';
import { budgetLeft } from './budget.ts';
import type { Campaign, RegimeOf } from './campaign.ts';
import { fenFor } from './campaign.ts';
import { campaignOn } from './campaigns.ts';
import { redemptionCaps } from './collections.ts';
import { gramsOf } from './grams.ts';
import type { RewardRefusalCode } from './refusals.ts';
import type { WalletLimits, WalletStanding } from './wallet-standing.ts';
import { walletStanding } from './wallet-standing.ts';

export interface RewardDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly gateway: WalletGateway;
  /** 制度: whether a programme pays money at all. */
  readonly regimeOf: RegimeOf;
}

export interface Quote extends WalletLimits {
  readonly campaign?: Campaign;
  readonly redeemableMilligrams: bigint;
  /** What can be redeemed now, after caps, budget and the room in the wallet. */
  readonly redeemableFen: Fen;
  readonly leftTodayFen: Fen;
  readonly leftThisMonthFen: Fen;
  readonly budgetLeftFen: Fen;
  /** The first thing in the way. */
  readonly obstacle?: RewardRefusalCode;
}

/** 报价: what a citizen can redeem now, and the first thing in the way. */
export async function quote(deps: RewardDeps, citizen: string): Promise<Quote & Pick<WalletStanding, 'seen'>> {
  const [standing, person] = await Promise.all([walletStanding(deps, citizen), citizenOf(deps.store, citizen)]);
  const asked = { citizen, programme: person.value.programme, standing, today: dayOf(deps.clock.now()) };
  const offer = await quoteWith(deps.store, deps, asked);
  return { ...offer, ...(standing.seen !== undefined && { seen: standing.seen }) };
}

interface Asked {
  readonly citizen: string;
  /** The person's, which never changes: known beforehand, it lets what depends on it be asked in one go with the person. */
  readonly programme: string;
  readonly standing: WalletStanding;
  readonly today: Day;
}

/** As `quote`, from a reader: inside a unit of work it is exact but for the wallet. */
export async function quoteWith(reader: Reader, deps: RewardDeps, asked: Asked): Promise<Quote> {
  const { standing } = asked;
  const isPaid = deps.regimeOf(asked.programme) === 'ecny';
  const [{ redeemable: redeemableMilligrams }, offer] = await Promise.all([
    gramsOf(reader, asked.citizen),
    isPaid ? offerTo(reader, asked) : undefined,
  ]);
  if (offer === undefined) return nothingOffered(redeemableMilligrams, isPaid);
  const { campaign, ...left } = offer;
  const limits = { worthFen: fenFor(campaign, milligrams(redeemableMilligrams)), ...left, ...standing.limits };
  const obstacle = standing.obstacle ?? obstacleOf(campaign, limits);
  return {
    campaign,
    redeemableMilligrams,
    redeemableFen: obstacle === undefined ? least(Object.values(limits)) : fen(0),
    ...left,
    ...standing.limits,
    ...(obstacle !== undefined && { obstacle }),
  };
}

function nothingOffered(redeemableMilligrams: bigint, isPaid: boolean): Quote {
  const none = fen(0);
  return {
    redeemableMilligrams,
    redeemableFen: none,
    leftTodayFen: none,
    leftThisMonthFen: none,
    budgetLeftFen: none,
    obstacle: isPaid ? 'REWARDS_NO_CAMPAIGN' : 'REWARDS_NO_MONEY_REGIME',
  };
}

/** The campaign that is on, and what of its caps and its budget is left to a person. */
async function offerTo(
  reader: Reader,
  { citizen, programme, today }: Asked,
): Promise<
  (Pick<Quote, 'leftTodayFen' | 'leftThisMonthFen' | 'budgetLeftFen'> & { readonly campaign: Campaign }) | undefined
> {
  const campaign = await campaignOn(reader, programme, today);
  if (campaign === undefined) return undefined;
  const [taken, budgetLeftFen] = await Promise.all([
    takenFrom(reader, { citizen, campaign: campaign.id, day: today }),
    budgetLeft(reader, campaign.id),
  ]);
  return {
    campaign,
    leftTodayFen: rest(campaign.dailyCapFen, taken.today),
    leftThisMonthFen: rest(campaign.monthlyCapFen, taken.month),
    budgetLeftFen,
  };
}

function least(amounts: readonly Fen[]): Fen {
  return amounts.reduce((found, one) => (one < found ? one : found));
}

function rest(cap: Fen, taken: bigint): Fen {
  return fen(cap > taken ? cap - taken : 0n);
}

interface Limits extends WalletLimits {
  readonly worthFen: Fen;
  readonly leftTodayFen: Fen;
  readonly leftThisMonthFen: Fen;
  readonly budgetLeftFen: Fen;
}

/** In the order in which a person can do least about them; `wanted` is one fen where it is only asked whether anything can be redeemed. */
export function obstacleOf(campaign: Campaign, limits: Limits, wanted = 1n): RewardRefusalCode | undefined {
  if (campaign.isPaused) return 'REWARDS_PAUSED';
  const checks = [
    [limits.budgetLeftFen, limits.budgetLeftFen > 0n ? 'REWARDS_BUDGET_SHORT' : 'REWARDS_BUDGET_EMPTY'],
    [limits.leftThisMonthFen, 'REWARDS_MONTHLY_CAP'],
    [limits.leftTodayFen, 'REWARDS_DAILY_CAP'],
    [limits.walletRoomFen, 'REWARDS_WALLET_FULL'],
    [limits.walletThisYearFen, 'REWARDS_WALLET_YEARLY'],
    [limits.walletTodayFen, 'REWARDS_WALLET_DAILY'],
    [limits.walletSingleFen, 'REWARDS_WALLET_SINGLE'],
    [limits.worthFen, 'REWARDS_NOTHING_REDEEMABLE'],
  ] as const;
  return checks.find(([left]) => left !== undefined && left < wanted)?.[1];
}

/** A month has at most 31 days: its documents are read by key, not counted by scanning. */
async function takenFrom(
  reader: Reader,
  { citizen, campaign, day }: { readonly citizen: string; readonly campaign: string; readonly day: Day },
): Promise<{ readonly today: bigint; readonly month: bigint }> {
  const inMonth = day.slice(0, 8);
  const days = Array.from(
    { length: Number(day.slice(8)) },
    (_, at) => `${inMonth}${String(at + 1).padStart(2, '0')}` as Day,
  );
  const stored = await reader.getMany(
    redemptionCaps,
    days.map((one) => capKey(one, { citizen, campaign })),
  );
  let [today, month] = [0n, 0n];
  for (const { value } of stored.values()) {
    month += BigInt(value.takenFen);
    if (value.day === day) today += BigInt(value.takenFen);
  }
  return { today, month };
}

export function capKey(day: Day, of: { readonly citizen: string; readonly campaign: string }): string {
  return `${day}/${of.campaign}/${of.citizen}`;
}
