import type { Fen } from '@tanhui/sdk/model';
import { fen } from '@tanhui/sdk/model';
import type { Reader } from '../storage/index.ts';
import type { WalletGateway, WalletInspection } from '../wallets/index.ts';
import { walletBindings } from '../wallets/index.ts';
import type { RewardRefusalCode } from './refusals.ts';

const realNameTiers: readonly string[] = ['class-1', 'class-2', 'class-3'];

/** What a wallet lets in now; absent where it has no such limit, or nobody can tell. */
export interface WalletLimits {
  /** Under its balance cap. */
  readonly walletRoomFen?: Fen;
  readonly walletSingleFen?: Fen;
  readonly walletTodayFen?: Fen;
  readonly walletThisYearFen?: Fen;
}

export interface SeenWallet {
  readonly inspection: WalletInspection;
  readonly balanceFen?: Fen;
}

/** What a wallet says of itself before a payment: advisory, it may change before the payment comes. */
export interface WalletStanding {
  readonly obstacle?: RewardRefusalCode;
  readonly limits: WalletLimits;
  readonly seen?: SeenWallet;
}

/** Asks the gateway; outside any unit of work, because it may be far away and may not answer. */
export async function walletStanding(
  deps: { readonly store: Pick<Reader, 'get'>; readonly gateway: WalletGateway },
  citizen: string,
): Promise<WalletStanding> {
  const binding = await deps.store.get(walletBindings, citizen);
  if (binding === undefined) return { obstacle: 'REWARDS_NO_WALLET', limits: {} };
  try {
    const { wallet } = binding.value;
    const [inspection, balanceFen] = await Promise.all([deps.gateway.inspect(wallet), deps.gateway.balance(wallet)]);
    if (inspection === undefined) return { obstacle: 'REWARDS_WALLET_CLOSED', limits: {} };
    const seen = { inspection, ...(balanceFen !== undefined && { balanceFen }) };
    const obstacle = obstacleOfWallet(inspection);
    return { ...(obstacle !== undefined && { obstacle }), limits: limitsOf(seen), seen };
  } catch {
    return { obstacle: 'REWARDS_GATEWAY_UNAVAILABLE', limits: {} };
  }
}

function obstacleOfWallet({ state, tier }: WalletInspection): RewardRefusalCode | undefined {
  if (state === 'closed') return 'REWARDS_WALLET_CLOSED';
  if (state !== 'active' && state !== 'frozen-out') return 'REWARDS_WALLET_FROZEN';
  return realNameTiers.includes(tier) ? undefined : 'REWARDS_WALLET_CLASS';
}

/**
 * The published single, daily and yearly figures are limits of payments, and no rule text says whether money that comes in counts. So a redemption keeps within what
 * is left of each by the count of who runs the wallet: then no bank has a reason to refuse it after the grams are burned.
 */
function limitsOf({ inspection: { limits, used }, balanceFen }: SeenWallet): WalletLimits {
  return {
    ...left('walletRoomFen', limits.balanceFen, balanceFen),
    ...left('walletSingleFen', limits.singleFen, fen(0)),
    ...left('walletTodayFen', limits.dailyFen, used?.todayFen),
    ...left('walletThisYearFen', limits.yearlyFen, used?.thisYearFen),
  };
}

function left(name: keyof WalletLimits, limit: Fen | undefined, used: Fen | undefined): WalletLimits {
  return limit === undefined || used === undefined ? {} : { [name]: fen(limit > used ? limit - used : 0n) };
}
