import Koa from 'koa';
import { startOfDay } from '@tanhui/sdk/model';
import { figuresOf, listControls, readBacklog } from '../operations/index.ts';
import type { ReconciliationFigures, UnbalancedDay } from '../rewards/index.ts';
import { reconciliationFigures } from '../rewards/index.ts';
import type { Readings } from '../runtime/metrics.ts';
import { guard } from './guard.ts';
import { readinessOf } from './readiness.ts';
import { refuseHttp } from './refusals.ts';
import type { FileAnswer } from './route.ts';
import type { Services } from './services.ts';

/** The figures of this moment in Prometheus' text format. */
export async function figures(services: Services): Promise<FileAnswer> {
  const { metrics } = services;
  return { file: await metrics.text(await readings(services)), type: metrics.contentType };
}

async function readings(services: Services): Promise<Readings> {
  const { store, clock, intake } = services;
  const { ledgerBlocks, ...ready } = await readinessOf(services);
  const backlog = figuresOf(await readBacklog(store));
  const controls = await listControls(store);
  const reconciled = await reconciliationFigures(store);
  const now = clock.now();
  const age = (since: number | undefined): number => (since === undefined ? 0 : Math.max(0, now - since) / 1_000);
  return {
    ...backlog,
    oldestWaitingSeconds: age(backlog.oldestWaitingAt),
    oldestBatchSeconds: age(backlog.oldestBatchAt),
    oldestUnresolvedSeconds: age(backlog.oldestUnresolvedAt),
    oldestUnsealedSeconds: age(backlog.oldestUnsealedAt),
    ledgerBlocks,
    ...reconciliationReadings(reconciled),
    ready,
    paused: Object.fromEntries(controls.map(({ control, isPaused }) => [control, isPaused])),
    stepMilliseconds: intake.steps.totals(),
  };
}

function reconciliationReadings({ reconciledDay, unbalanced }: ReconciliationFigures) {
  const programmes = new Set([...Object.keys(reconciledDay), ...unbalanced.map(({ programme }) => programme)]);
  const of = (state: UnbalancedDay['state']) => unbalanced.filter((day) => day.state === state).length;
  const sumOf = (programme: string) =>
    unbalanced
      .filter((day) => day.state === 'differs' && day.programme === programme)
      .reduce((sum, day) => sum + day.differences, 0);
  return {
    reconciledDaySeconds: Object.fromEntries(
      Object.entries(reconciledDay).map(([programme, day]) => [programme, startOfDay(day) / 1_000]),
    ),
    differences: Object.fromEntries([...programmes].map((programme) => [programme, sumOf(programme)])),
    unbalancedDays: { open: of('open'), differs: of('differs') },
  };
}

/** The door for a scraper inside: the figures and nothing else, without a credential. */
export function createFiguresApp(services: Services): Koa {
  const app = new Koa();
  app.use((ctx, next) => guard(services, ctx, next));
  app.use(async (ctx) => {
    if (ctx.path !== '/metrics' || ctx.method !== 'GET') throw refuseHttp('HTTP_NOT_FOUND');
    const { file, type } = await figures(services);
    ctx.type = type;
    ctx.body = file;
  });
  return app;
}
