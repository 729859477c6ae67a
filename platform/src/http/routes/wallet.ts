import type { CampaignView, RedemptionView, WalletLimitsView, WalletView } from '@tanhui/sdk/client';
import { fen } from '@tanhui/sdk/model';
import { z } from 'zod';
import { required } from '../../kernel/index.ts';
import type {
  Campaign,
  Quote,
  RedemptionDocument,
  RewardDeps,
  SeenWallet,
  SettlementDocument,
} from '../../rewards/index.ts';
import {
  gramsOf,
  quote,
  reasonOfRejection,
  redeem,
  redemptionOf,
  redemptions,
  sealOfRedemption,
  settlementReceiptOf,
} from '../../rewards/index.ts';
import type { Stored } from '../../storage/index.ts';
import type { PaymentState } from '../../wallets/index.ts';
import { payments, walletBindings } from '../../wallets/index.ts';
import { citizens, nextOf, pageAsked, paging } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { RequestOf, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const tiers = ['class-1', 'class-2', 'class-3', 'class-4'] as const;

/** 钱包: binding, what can be redeemed, redemptions. */
export function walletRoutes(services: Services, rewards: RewardDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me/wallet',
      summary: 'Wallet, campaign, and what can be redeemed',
      roles: citizens,
      handle: ({ actor }) => walletView(services, rewards, actor.subject),
    }),
    route({
      method: 'post',
      path: '/v1/me/wallet',
      summary: 'Binds a simulated e-CNY wallet of a class',
      roles: citizens,
      isIdempotent: true,
      body: z.strictObject({ tier: z.enum(tiers) }),
      handle: async ({ actor, body }) => {
        const wallet = await rewards.gateway.openWallet({ holder: actor.subject, tier: body.tier });
        await services.store.unitOfWork(async (tx) => {
          const before = await tx.get(walletBindings, actor.subject);
          const value = { wallet, boundAt: services.clock.now() };
          await tx.replaceMany(walletBindings, [{ key: actor.subject, version: before?.version ?? 0, value }]);
        });
        return walletView(services, rewards, actor.subject);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/me/wallet',
      summary: 'Unbinds the wallet',
      roles: citizens,
      handle: async ({ actor }) => {
        await services.store.unitOfWork((tx) => tx.removeMany(walletBindings, [actor.subject]));
        return walletView(services, rewards, actor.subject);
      },
    }),
    ...redemptionRoutes(services, rewards),
  ];
}

function redemptionRoutes(services: Services, rewards: RewardDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/me/redemptions',
      summary: 'Redeems 兑换: burns grams, reserves fen, pays into the wallet',
      roles: citizens,
      isIdempotent: true,
      body: z.strictObject({ amountFen: z.string().regex(/^[1-9]\d{0,9}$/) }),
      handle: async ({ actor, body, idempotencyKey }) => {
        const { key } = await redeem(rewards, {
          citizen: actor.subject,
          amountFen: fen(body.amountFen),
          idempotencyKey,
        });
        await services.payNow();
        return redemptionView(services, await redemptionOf(services.store, { id: key, citizen: actor.subject }));
      },
    }),
    route({
      method: 'get',
      path: '/v1/me/redemptions/:redemption',
      summary: 'A redemption: how far its payment is, and its seal once it stands on the ledger',
      roles: citizens,
      handle: async (asked) => redemptionView(services, await redemptionAsked(services, asked)),
    }),
    route({
      method: 'get',
      path: '/v1/me/redemptions/:redemption/receipt',
      summary: 'Receipt of a settled redemption 结算收据, to be verified offline',
      roles: citizens,
      handle: async (asked) => settlementReceiptOf(services, await redemptionAsked(services, asked)),
    }),
    route({
      method: 'get',
      path: '/v1/me/redemptions',
      summary: 'Redemptions, newest first',
      roles: citizens,
      query: z.strictObject(paging()),
      handle: async ({ actor, query }) => {
        const page = await services.store.find(redemptions, {
          index: 'by_citizen',
          prefix: [actor.subject],
          order: 'descending',
          ...pageAsked(query),
        });
        const items = await Promise.all(page.items.map((item) => redemptionView(services, item)));
        return { items, ...nextOf(page) };
      },
    }),
  ];
}

/** The caller's own redemption that the path names. */
function redemptionAsked(
  { store }: Services,
  { actor, params }: Pick<RequestOf<never, never>, 'actor' | 'params'>,
): Promise<Stored<RedemptionDocument>> {
  return redemptionOf(store, { id: params['redemption'] ?? '', citizen: actor.subject });
}

async function walletView(services: Services, rewards: RewardDeps, citizen: string): Promise<WalletView> {
  const offer = await quote(rewards, citizen);
  const binding = await bindingView(services, rewards, { citizen, seen: offer.seen });
  const { clawback } = await gramsOf(services.store, citizen);
  return {
    ...(binding !== undefined && { binding }),
    redeemableMilligrams: String(offer.redeemableMilligrams),
    redeemableFen: String(offer.redeemableFen),
    clawbackMilligrams: String(clawback),
    ...(offer.campaign !== undefined && { campaign: campaignView(offer.campaign, offer) }),
    ...(offer.obstacle !== undefined && { obstacle: reasonOf(services.texts, offer.obstacle) }),
  };
}

function campaignView(campaign: Campaign, { leftTodayFen, leftThisMonthFen }: Quote): CampaignView {
  return {
    campaign: campaign.id,
    name: campaign.name,
    sponsor: campaign.sponsor,
    fenPerKilogram: { fen: String(campaign.price.fen), milligrams: String(campaign.price.milligrams) },
    dailyCapFen: String(campaign.dailyCapFen),
    monthlyCapFen: String(campaign.monthlyCapFen),
    leftTodayFen: String(leftTodayFen),
    leftThisMonthFen: String(leftThisMonthFen),
    isPaused: campaign.isPaused,
  };
}

/** The wallet as the gateway has just told of it; absent where it cannot be reached, which the obstacle says. */
async function bindingView(
  { store }: Services,
  { gateway }: RewardDeps,
  { citizen, seen }: { readonly citizen: string; readonly seen: SeenWallet | undefined },
): Promise<WalletView['binding']> {
  const binding = await store.get(walletBindings, citizen);
  if (binding === undefined || seen === undefined) return undefined;
  const { tier, state, limits, hasQuotaControl } = seen.inspection;
  return {
    lastFour: binding.value.wallet.lastFour,
    tier,
    state,
    balanceFen: String(seen.balanceFen ?? 0n),
    ...(limits.balanceFen !== undefined && { balanceCapFen: String(limits.balanceFen) }),
    limits: limitsView(seen.inspection),
    hasQuotaControl,
    isSimulated: gateway.capabilities().isSimulated,
  };
}

function limitsView({ limits, used }: SeenWallet['inspection']): WalletLimitsView {
  const { singleFen, dailyFen, yearlyFen } = limits;
  return {
    ...(singleFen !== undefined && { singleFen: String(singleFen) }),
    ...(dailyFen !== undefined && { dailyFen: String(dailyFen) }),
    ...(yearlyFen !== undefined && { yearlyFen: String(yearlyFen) }),
    ...(used !== undefined && {
      usedTodayFen: String(used.todayFen),
      usedThisYearFen: String(used.thisYearFen),
    }),
  };
}

/** A reserved redemption shows how far its payment is, and in words why it is not there yet. */
async function redemptionView(services: Services, { key, value }: Stored<RedemptionDocument>): Promise<RedemptionView> {
  const payment = value.status === 'reserved' ? await services.store.get(payments, key) : undefined;
  const state = payment?.value.state ?? value.status;
  const { amountFen, burnedMilligrams, createdAt } = value;
  return {
    redemption: key,
    amountFen,
    burnedMilligrams,
    status: state === 'manual' ? 'unknown' : state,
    createdAt,
    ...(await endView(services, value)),
    ...reasonView(services, codeOf(state, value)),
  };
}

/** When and how it was paid, and what of that stands on the ledger. */
async function endView(
  { store }: Services,
  redemption: RedemptionDocument,
): Promise<Pick<RedemptionView, 'settledAt' | 'bankReference' | 'seal'>> {
  const { settledAt, bankReference } = redemption;
  const seal = await sealOfRedemption(store, redemption);
  return {
    ...(settledAt !== undefined && { settledAt }),
    ...(bankReference !== undefined && { bankReference }),
    ...(seal !== undefined && { seal: sealView(seal) }),
  };
}

function reasonView({ texts }: Services, code: string | undefined): Pick<RedemptionView, 'reason'> {
  return code === undefined ? {} : { reason: reasonOf(texts, code) };
}

function sealView({
  key,
  value: { transaction, block },
}: Stored<SettlementDocument>): NonNullable<RedemptionView['seal']> {
  return { settlement: key, transaction: required(transaction, 'transaction of a seal'), block: block ?? 0 };
}

function codeOf(state: PaymentState, { rejectionCode }: RedemptionDocument): string | undefined {
  if (rejectionCode !== undefined) return reasonOfRejection[rejectionCode];
  if (state === 'manual') return 'REWARDS_IN_REVIEW';
  return state === 'settled' || state === 'rejected' ? undefined : 'REWARDS_BEING_CONFIRMED';
}
