import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { activate as activateGreenTravel } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import { accountRefusals, balances, holds, journal, postTransfer } from './accounts/index.ts';
import { activities, activityRefusals, claims, dayBooks, globalSourceKeys, refusalsKept } from './activities/index.ts';
import { batches, carbonRecords, carbonRefusals, programmeDays } from './carbon/index.ts';
import type { SealingDeps } from './carbon/index.ts';
import type { Config } from './config.ts';
import {
  auditRoutes,
  citizenRoutes,
  createApp,
  createTokens,
  httpRefusals,
  intakeRoutes,
  operationsRoutes,
  systemRoutes,
  walletRoutes,
} from './http/index.ts';
import type { RefusalTexts, Services } from './http/index.ts';
import { accountDocuments, citizenDocuments, identityRefusals, suppressions } from './identity/index.ts';
import type { IntakeDeps } from './intake/index.ts';
import { intakeRefusals, openJourneys, runs, seenRecords } from './intake/index.ts';
import type { RefusalText } from './kernel/index.ts';
import { canonicalJson, createStepTimes, Refusal } from './kernel/index.ts';
import { createEmbeddedLedger } from './ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from './ledger/index.ts';
import { loadCatalogue, methodologyRefusals } from './methodologies/index.ts';
import type { MethodologyCatalogue } from './methodologies/index.ts';
import { createPluginRegistry, pluginHostRefusals } from './plugin-host/index.ts';
import type { PluginRegistry } from './plugin-host/index.ts';
import { systemClock, systemRandom } from './runtime/index.ts';
import { loadKeys } from './runtime/keys.ts';
import { createLog } from './runtime/log.ts';
import { createSqliteStore } from './storage/sqlite/sqlite-store.ts';
import { createSealer } from './workers/sealer.ts';
import { createPayer } from './workers/payer.ts';
import {
  createEmbeddedGateway,
  simulatedPayments,
  simulatedWallets,
} from './wallets/gateways/embedded/embedded-gateway.ts';
import { payments, walletBindings } from './wallets/index.ts';
import {
  demoCampaign,
  finishRedemption,
  openBudget,
  redemptionCaps,
  redemptions,
  rewardRefusals,
} from './rewards/index.ts';
import type { RewardDeps } from './rewards/index.ts';

export const collections = [
  accountDocuments,
  activities,
  balances,
  batches,
  carbonRecords,
  citizenDocuments,
  claims,
  dayBooks,
  globalSourceKeys,
  holds,
  journal,
  openJourneys,
  programmeDays,
  refusalsKept,
  runs,
  seenRecords,
  suppressions,
  payments,
  redemptionCaps,
  redemptions,
  simulatedPayments,
  simulatedWallets,
  walletBindings,
];

const commitTimeoutMs = 15_000;

export interface Platform {
  readonly services: Services;
  /** Listens and starts the workers; gives the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

/** The composition root: Config → adapters → services → doors, in this order and nowhere else. */
export async function compose(config: Config): Promise<Platform> {
  const log = createLog(config.logLevel);
  const keys = loadKeys(config.dataFolder, systemRandom);
  const store = createSqliteStore({ path: join(config.dataFolder, 'tanhui.db'), collections });
  const ledger = await openLedger(config);
  const plugins = createPluginRegistry([{ manifest: greenTravelManifest as never, activate: activateGreenTravel }]);
  const catalogue = loadCatalogue(config.cityFolder);
  const intake: IntakeDeps = {
    store,
    clock: systemClock,
    random: systemRandom,
    keys,
    log: log.child({ module: 'intake' }),
    steps: createStepTimes(() => performance.now()),
    plugins,
    quantifier: {
      quantify: (subject) => catalogue.quantify(subject),
      methodologyOf: (reference) => catalogue.methodology(reference).reference,
      districtOf: (programme) => catalogue.programme(programme)?.region ?? '000000',
    },
    poster: { post: postTransfer },
  };
  const sealing: SealingDeps = {
    store,
    ledger,
    clock: systemClock,
    log: log.child({ module: 'seal' }),
    methodologyOf: intake.quantifier.methodologyOf,
    delayMs: config.sealDelayMs,
    commitTimeoutMs,
  };
  const sealer = createSealer(sealing);
  const gateway = createEmbeddedGateway({ store, clock: systemClock, random: systemRandom });
  const payer = createPayer({
    store,
    clock: systemClock,
    log: log.child({ module: 'pay' }),
    gateway,
    payer: await gateway.openWallet({ holder: demoCampaign.sponsor, tier: 'class-1' }),
    onFinal: (tx, payment) => finishRedemption(tx, systemClock, payment),
  });
  await registerMethodologies(ledger, catalogue);
  const texts = refusalTexts(plugins);
  const tokens = createTokens(keys.tokens, systemClock);
  const services: Services = {
    store,
    ledger,
    intake,
    catalogue,
    plugins,
    tokens,
    clock: systemClock,
    random: systemRandom,
    log,
    texts,
    isDemo: config.mode === 'demo',
    sealNow: () => sealer.sealAll(),
    payNow: () => payer.payAll(),
  };
  const rewards: RewardDeps = {
    store,
    clock: systemClock,
    gateway,
    campaign: demoCampaign,
  };
  await openBudget(rewards);
  return platformOf({ config, services, rewards, workers: [sealer, payer] });
}

function platformOf(parts: {
  readonly config: Config;
  readonly services: Services;
  readonly rewards: RewardDeps;
  readonly workers: readonly { start(): void; stop(): Promise<void> }[];
}): Platform {
  const { config, services, rewards, workers } = parts;
  const { tokens, texts, log, random } = services;
  const routes = [
    ...systemRoutes(services),
    ...intakeRoutes(services),
    ...operationsRoutes(services),
    ...citizenRoutes(services),
    ...auditRoutes(services),
    ...walletRoutes(services, rewards),
  ];
  const app = createApp({ routes, tokens, texts, log, random, webFolder: config.webFolder });
  const handle = app.callback();
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  return {
    services,
    async start() {
      const port = await listen(server, config);
      if (config.hasWorkers) for (const worker of workers) worker.start();
      return port;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      for (const worker of workers) await worker.stop();
      await services.ledger.close();
      await services.store.close();
    },
  };
}

function openLedger(config: Config): Promise<LedgerClient> {
  if (config.ledger === 'fabric') throw new Refusal('LEDGER_FABRIC_NOT_OFFERED', 'unavailable');
  const contractsModule = createRequire(import.meta.url).resolve('@tanhui/chaincode');
  return createEmbeddedLedger({ folder: join(config.dataFolder, 'ledger'), contractsModule, clock: systemClock });
}

/** Every methodology of the catalogue stands on the ledger before the first batch names it; registering again changes nothing. */
async function registerMethodologies(ledger: LedgerClient, catalogue: MethodologyCatalogue): Promise<void> {
  for (const { file, reference } of catalogue.all()) {
    const { validFrom, validTo } = file;
    const text = canonicalJson({ v: 1, ...reference, validFrom, ...(validTo !== undefined && { validTo }) });
    const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args: [text], as: 'registrar' });
    await ledger.submit(endorsed.envelope);
    await ledger.status(endorsed.transactionId, { timeoutMs: commitTimeoutMs });
  }
}

function refusalTexts(plugins: PluginRegistry): RefusalTexts {
  const own: Readonly<Record<string, RefusalText>> = {
    ...accountRefusals,
    ...activityRefusals,
    ...carbonRefusals,
    ...httpRefusals,
    ...identityRefusals,
    ...intakeRefusals,
    ...methodologyRefusals,
    ...pluginHostRefusals,
    ...rewardRefusals,
  };
  return (code) => {
    if (Object.hasOwn(own, code)) return own[code];
    const declared = plugins.refusalText(code);
    return declared === undefined
      ? undefined
      : { kind: 'invalid', 'zh-CN': declared.text['zh-CN'], en: declared.text.en, next: declared.next };
  };
}

function listen(server: Server, { host, port }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
