import { activate as activateGreenTravel } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import { openTransfer, postTransfer } from './accounts/index.ts';
import { createTrail } from './audit/index.ts';
import { closeDay } from './carbon/index.ts';
import { openCatalogue } from './compose/catalogue.ts';
import { longestLateness } from './compose/closing.ts';
import { commitTimeoutMs, openLedger } from './compose/ledger.ts';
import { wireBackups } from './compose/backups.ts';
import { wireMoney } from './compose/money.ts';
import type { Money } from './compose/money.ts';
import { refusalTexts } from './compose/refusal-texts.ts';
import { wireSealing } from './compose/sealing.ts';
import { leasesOf, openStore } from './compose/store.ts';
import { wireTidying } from './compose/tidying.ts';
import type { Config } from './config.ts';
import {
  auditFileRoutes,
  appealRoutes,
  auditDayRoutes,
  auditRoutes,
  citizenRoutes,
  consentRoutes,
  createAdmission,
  createApp,
  createFiguresApp,
  createHttpServer,
  createTokens,
  credentialRoutes,
  erasureRoutes,
  exportRoutes,
  intakeRoutes,
  moneyRoutes,
  operationsRoutes,
  runRoutes,
  systemRoutes,
  trailRoutes,
} from './http/index.ts';
import type { Route, Services } from './http/index.ts';
import type { IntakeDeps } from './intake/index.ts';
import { createTurns, gatherUnclaimed } from './intake/index.ts';
import type { Clock } from './kernel/index.ts';
import { createStepTimes } from './kernel/index.ts';
import type { LedgerClient } from './ledger/index.ts';
import { isPaused } from './operations/index.ts';
import { createPluginRegistry } from './plugin-host/index.ts';
import { systemClock, systemRandom } from './runtime/index.ts';
import { loadKeys } from './runtime/keys.ts';
import { createLog } from './runtime/log.ts';
import { createMetrics } from './runtime/metrics.ts';
import type { EmbeddedGateway } from './wallets/gateways/embedded/embedded-gateway.ts';
import { createSealer } from './workers/sealer.ts';

/** Batches in hand: one is decided while the next ones are read; while a commit holds up the answers that it waits for, there is something to read. */
const turnsAtATime = 3;

export interface Platform {
  readonly services: Services;
  /** Every operation that is served. */
  readonly routes: readonly Route[];
  /** Listens and starts the workers; gives the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
}

export interface Overrides {
  readonly clock?: Clock;
  /** A ledger other than the configured one; closed with the platform. */
  readonly ledger?: LedgerClient;
  /** What stands in front of the simulated gateway: a test's way to make it fail. */
  readonly gateway?: (embedded: EmbeddedGateway) => EmbeddedGateway;
}

/** The composition root: Config → adapters → services → doors, in this order and nowhere else. Where it fails, what was opened is closed again. */
export async function compose(config: Config, overrides: Overrides = {}): Promise<Platform> {
  const opened = new AsyncDisposableStack();
  try {
    return await wire(config, overrides, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** Does with a platform what may fail, and stops it where it does: nothing is left open that keeps the process alive or holds a lock. */
export async function orStop<Value>(platform: Platform, act: () => Promise<Value>): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

async function wire(config: Config, overrides: Overrides, opened: AsyncDisposableStack): Promise<Platform> {
  const { clock = systemClock } = overrides;
  const plugins = createPluginRegistry([{ manifest: greenTravelManifest as never, activate: activateGreenTravel }]);
  const catalogue = openCatalogue(config);
  const log = createLog(config.logLevel);
  const keys = loadKeys(config.dataFolder, systemRandom, config.mode);
  const steps = createStepTimes(() => performance.now());
  const store = await openStore(config, { random: systemRandom, keys, steps });
  opened.defer(() => store.close());
  const ledger = await openLedger(config, { ...overrides, store, catalogue });
  opened.defer(() => ledger.close());
  const intake: IntakeDeps = {
    store,
    clock,
    random: systemRandom,
    keys,
    log: log.child({ module: 'intake' }),
    steps,
    plugins,
    quantifier: {
      quantify: (subject) => catalogue.quantify(subject),
      methodologyOf: (reference) => catalogue.methodology(reference).reference,
      districtOf: (programme) => catalogue.programme(programme)?.region ?? '000000',
    },
    poster: { open: openTransfer, post: postTransfer },
    turns: createTurns(turnsAtATime),
  };
  await gatherUnclaimed(intake);
  const leaseOf = leasesOf(store, { clock, random: systemRandom, engine: config.store.engine });
  const sealer = createSealer(wireSealing({ ...config, commitTimeoutMs }, { ledger, intake, log }), {
    lease: leaseOf('seal'),
    isPaused: () => isPaused(store, 'sealing'),
  });
  const parts = { store, clock, random: systemRandom, log, catalogue, ledger, commitTimeoutMs, leaseOf };
  const money =
    config.gateway === 'none'
      ? undefined
      : await wireMoney({ ...parts, sealDelayMs: config.sealDelayMs, gateway: overrides.gateway });
  const texts = refusalTexts(plugins);
  const latenessMsOf = longestLateness({ plugins, catalogue });
  const sealAll = () => sealer.runAll();
  const tokens = createTokens(keys.tokens, clock);
  const services: Services = {
    store,
    ledger,
    intake,
    catalogue,
    plugins,
    tokens,
    clock,
    random: systemRandom,
    log,
    texts,
    trail: createTrail(clock),
    metrics: createMetrics(config),
    ...wireBackups(config, { clock, sealer, ledger }),
    isDemo: config.mode === 'demo',
    sealNow: sealAll,
    latenessMsOf,
    closeDay: (asked) => closeDay({ store, ledger, clock, commitTimeoutMs, latenessMsOf, sealAll }, asked),
    payNow: () => money?.payNow() ?? Promise.resolve(),
  };
  const tidying = wireTidying({ intake, answers: { store, clock }, leaseOf });
  const workers = [sealer, ...tidying, ...(money?.workers ?? [])];
  return platformOf({ config, services, money, workers, opened });
}

function platformOf(parts: {
  readonly config: Config;
  readonly services: Services;
  readonly money: Money | undefined;
  readonly workers: readonly { start(): void; stop(): Promise<void> }[];
  /** Closed in the reverse order of opening. */
  readonly opened: AsyncDisposableStack;
}): Platform {
  const { config, services, money, workers, opened } = parts;
  const { texts, log, random } = services;
  const routes = [
    ...systemRoutes(services),
    ...intakeRoutes(services),
    ...operationsRoutes(services),
    ...runRoutes(services),
    ...citizenRoutes(services),
    ...consentRoutes(services),
    ...exportRoutes(services),
    ...erasureRoutes(services),
    ...appealRoutes(services),
    ...auditDayRoutes(services),
    ...auditRoutes(services),
    ...auditFileRoutes(services),
    ...credentialRoutes(services),
    ...trailRoutes(services),
    ...(money === undefined ? [] : moneyRoutes(services, money)),
  ];
  const admission = createAdmission({ ...services, rates: config.rates });
  const { webFolder, proxyHops } = config;
  const { store, clock } = services;
  const idempotency = { store, clock };
  const { metrics } = services;
  const app = createApp({ routes, admission, idempotency, texts, log, random, metrics, webFolder, proxyHops });
  const server = createHttpServer(app, texts);
  const figures = createHttpServer(createFiguresApp(services), texts);
  return {
    services,
    routes,
    async start() {
      if (config.metrics !== undefined) await figures.listen({ ...config.metrics, setting: 'TANHUI_METRICS_PORT' });
      const port = await server.listen({ ...config, setting: 'TANHUI_PORT' });
      if (config.hasWorkers) for (const worker of workers) worker.start();
      return port;
    },
    async stop() {
      await server.drain();
      if (config.metrics !== undefined) await figures.drain();
      for (const worker of workers) await worker.stop();
      await opened.disposeAsync();
    },
  };
}
