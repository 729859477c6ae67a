import { createTrail } from '../audit/index.ts';
import type { Clock, Log, Random } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import type { CampaignDeps, ReconcileStepDeps, RewardDeps } from '../rewards/index.ts';
import { campaigns as campaignsKept, createCampaign, demoCampaign, finishRedemptions } from '../rewards/index.ts';
import { rest } from '../runtime/index.ts';
import type { DocumentStore, Lease } from '../storage/index.ts';
import type { EmbeddedGateway } from '../wallets/gateways/embedded/embedded-gateway.ts';
import { createEmbeddedGateway } from '../wallets/gateways/embedded/embedded-gateway.ts';
import { isPaused } from '../operations/index.ts';
import type { ResolvingDeps } from '../wallets/index.ts';
import { createPayer, createReconciler, createSettlementSealer } from '../workers/money.ts';
import type { Stepper } from '../workers/stepper.ts';
import { logTrouble } from '../workers/trouble.ts';

/** Longer than a bank takes; who still waits then is told that it is being confirmed. */
const answerWithinMs = 10_000;

export interface Money {
  readonly rewards: RewardDeps;
  readonly campaigns: CampaignDeps;
  readonly resolving: ResolvingDeps;
  /** Pays what is due and waits for it a while, and no longer: who has redeemed sees what became of it by then. */
  readonly payNow: () => Promise<void>;
  readonly reconciling: ReconcileStepDeps;
  /** All that pay, seal and reconcile. */
  readonly workers: readonly Stepper[];
}

/** The simulated gateway, campaigns, and the worker that pays; the demonstration's campaign runs from the first start. */
export async function wireMoney(parts: {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly catalogue: MethodologyCatalogue;
  readonly ledger: LedgerClient;
  readonly sealDelayMs: number;
  readonly commitTimeoutMs: number;
  readonly gateway: ((embedded: EmbeddedGateway) => EmbeddedGateway) | undefined;
  /** For each worker its own. */
  readonly leaseOf: (worker: string) => Lease;
}): Promise<Money> {
  const { store, clock, random, catalogue } = parts;
  const embedded = createEmbeddedGateway(parts);
  const gateway = parts.gateway?.(embedded) ?? embedded;
  const trail = createTrail(clock);
  const regimeOf = (programme: string) => catalogue.programme(programme)?.regime ?? 'no-money';
  const rewards: RewardDeps = { store, clock, random, gateway, regimeOf };
  const campaigns: CampaignDeps = {
    store,
    clock,
    gateway,
    trail,
    regimeOf,
    deposit: ({ id, wallet, amountFen }) => gateway.book({ entryId: id, wallet, kind: 'deposit', amountFen }),
  };
  const resolving: ResolvingDeps = {
    store,
    clock,
    log: parts.log.child({ module: 'pay' }),
    gateway,
    trail,
    onFinal: (tx, payments) => finishRedemptions(tx, rewards, payments),
  };
  const isDemo = catalogue.programme(demoCampaign.programme) !== undefined;
  // What stands of an earlier version stays as it is.
  if (isDemo && (await store.get(campaignsKept, demoCampaign.id)) === undefined)
    await createCampaign(campaigns, demoCampaign, { subject: 'system', role: 'system' });
  const { ledger, sealDelayMs: delayMs, commitTimeoutMs, leaseOf } = parts;
  const sealing = { store, clock, ledger, delayMs, commitTimeoutMs, log: parts.log.child({ module: 'settlement' }) };
  const programmes = catalogue.programmes.map(({ programme }) => programme).filter((one) => regimeOf(one) === 'ecny');
  const reconciling = { store, clock, ledger, gateway, programmes, log: parts.log.child({ module: 'reconcile' }) };
  const payer = createPayer(resolving, { lease: leaseOf('pay'), isPaused: () => isPaused(store, 'payments') });
  const workers = [
    payer,
    createSettlementSealer(sealing, { lease: leaseOf('settlement'), isPaused: () => isPaused(store, 'sealing') }),
    createReconciler(reconciling, leaseOf('reconcile')),
  ];
  return { rewards, campaigns, resolving, reconciling, payNow: () => payWithin(payer, resolving.log), workers };
}

/** What fails is logged here and tried again by the payer: it is not the failure of whoever happens to wait. */
async function payWithin(payer: Stepper, log: Log): Promise<void> {
  const waiting = new AbortController();
  const paid = payer.runAll().catch((error: unknown) => {
    logTrouble(log, 'pay', error);
  });
  await Promise.race([paid, rest(answerWithinMs, waiting.signal)]);
  waiting.abort();
}
