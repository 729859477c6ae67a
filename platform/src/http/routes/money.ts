import type { CampaignDeps, ReconcilingDeps, RewardDeps } from '../../rewards/index.ts';
import type { ResolvingDeps } from '../../wallets/index.ts';
import { programmeOf } from '../parameters.ts';
import type { Route } from '../route.ts';
import type { Services } from '../services.ts';
import { campaignRoutes } from './campaigns.ts';
import { paymentRoutes } from './payments.ts';
import { reconciliationRoutes } from './reconciliations.ts';
import { settlementRoutes } from './settlements.ts';
import { walletRoutes } from './wallet.ts';

/** 资金: everything that a programme which pays money has, and no other. */
export function moneyRoutes(
  services: Services,
  money: {
    readonly rewards: RewardDeps;
    readonly campaigns: CampaignDeps;
    readonly resolving: ResolvingDeps;
    readonly reconciling: ReconcilingDeps;
  },
): Route[] {
  const programme = programmeOf(services);
  return [
    ...walletRoutes(services, money.rewards),
    ...campaignRoutes(money.campaigns, programme),
    ...paymentRoutes(services, money.resolving),
    ...settlementRoutes(services),
    ...reconciliationRoutes(money.reconciling, programme),
  ];
}
