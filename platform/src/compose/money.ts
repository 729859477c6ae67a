import type { Clock, Log, Random } from '../kernel/index.ts';
import { demoCampaign, finishRedemption, openBudget } from '../rewards/index.ts';
import type { RewardDeps } from '../rewards/index.ts';
import type { DocumentStore } from '../storage/index.ts';
import { createEmbeddedGateway } from '../wallets/gateways/embedded/embedded-gateway.ts';
import { createPayer } from '../workers/payer.ts';
import type { Payer } from '../workers/payer.ts';

export interface Money {
  readonly rewards: RewardDeps;
  readonly payer: Payer;
}

/** Gateway, sponsor's budget, campaign and the worker that pays. */
export async function wireMoney(parts: {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): Promise<Money> {
  const { store, clock, log } = parts;
  const gateway = createEmbeddedGateway(parts);
  const payer = createPayer({
    store,
    clock,
    log: log.child({ module: 'pay' }),
    gateway,
    payer: await gateway.openWallet({ holder: demoCampaign.sponsor, tier: 'class-1' }),
    onFinal: (tx, payment) => finishRedemption(tx, clock, payment),
  });
  const rewards: RewardDeps = { store, clock, gateway, campaign: demoCampaign };
  await openBudget(rewards);
  return { rewards, payer };
}
