import type { BackupView, ControlView, PageOf, StuckView } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import { leftTooLate } from '../../carbon/index.ts';
import type { Control } from '../../operations/index.ts';
import { listControls, readBacklog, setControl, stuckOf } from '../../operations/index.ts';
import type { Backlog } from '../../operations/index.ts';
import { refuseBackup } from '../../backups/index.ts';
import { figures } from '../figures.ts';
import { because, operators } from '../parameters.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const minuteMs = 60_000;
const prometheusText = 'text/plain; version=0.0.4; charset=utf-8';

/** 运行: what an operator asks of the running process. */
export function operationsRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/metrics',
      summary:
        'The figures in Prometheus’ text format; without a credential on a port of its own (TANHUI_METRICS_PORT)',
      roles: operators,
      produces: prometheusText,
      handle: () => figures(services),
    }),
    route({
      method: 'get',
      path: '/v1/operations/steps',
      summary: 'Where the time of the intake went since the start: milliseconds by step',
      roles: operators,
      handle: () => Promise.resolve(services.intake.steps.totals()),
    }),
    route({
      method: 'get',
      path: '/v1/operations/stuck',
      summary: 'What should be sealed, paid or taken back by now and is not, the oldest first',
      roles: operators,
      query: z.strictObject({ minutes: z.coerce.number().int().min(0).max(10_080).default(5) }),
      handle: ({ query: { minutes } }) => stuckView(services, minutes),
    }),
    ...controlRoutes(services),
    ...backupRoutes(services),
  ];
}

function controlRoutes(services: Services): Route[] {
  const switching = (act: 'pause' | 'resume', summary: string): Route =>
    route({
      method: 'post',
      path: `/v1/operations/controls/:control/${act}`,
      summary,
      roles: operators,
      body: because,
      handle: ({ actor, params, body: { reason } }) =>
        change(services, { control: params['control'] ?? '', isPaused: act === 'pause', by: actor, reason }),
    });
  return [
    route({
      method: 'get',
      path: '/v1/operations/controls',
      summary: 'What can be paused 开关, and what is: intake, sealing, payments, and single sources as intake.<source>',
      roles: operators,
      handle: async (): Promise<PageOf<ControlView>> => ({ items: await listControls(services.store) }),
    }),
    switching('pause', 'Pauses work: what is under way ends, nothing new begins, nothing is lost'),
    switching('resume', 'Lets work go on'),
  ];
}

function backupRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/operations/backups',
      summary: 'Backups 备份 that this server made, newest first',
      roles: operators,
      handle: (): Promise<PageOf<BackupView>> => Promise.resolve({ items: services.backups?.list() ?? [] }),
    }),
    route({
      method: 'post',
      path: '/v1/operations/backups',
      summary: 'Copies store, ledger and keys as they are at one moment into the data folder, while the server goes on',
      roles: operators,
      body: z.strictObject({}),
      handle: async ({ actor }): Promise<BackupView> => {
        const { backups, store, trail } = services;
        if (backups === undefined) throw refuseBackup('BACKUPS_STORE_ELSEWHERE');
        const made = await backups.make();
        await store.unitOfWork((tx) => trail.append(tx, { actor, action: 'backup-made', subject: made.backup }));
        return made;
      },
    }),
  ];
}

function change(
  { store, clock, trail, plugins }: Services,
  act: { readonly control: string; readonly isPaused: boolean; readonly by: Actor; readonly reason: string },
): Promise<Control> {
  const sources = plugins.sources().map(({ source }) => source.id);
  return store.unitOfWork((tx) => setControl(tx, { clock, trail, sources }, act));
}

async function stuckView({ store, clock }: Services, minutes: number): Promise<StuckView> {
  const stuck = stuckOf(await readBacklog(store), clock.now() - minutes * minuteMs);
  const { days, batches, tooLate, due, unresolved, differing, undoing } = stuck;
  return {
    days: days.map(({ value }) => ({
      programme: value.programme,
      day: value.day as Day,
      records: value.lastRecord - value.lastPrepared,
      since: value.pendingAt ?? 0,
    })),
    batches: batches.map(({ key, value }) => ({
      batch: key,
      programme: value.programme,
      day: value.day as Day,
      records: value.count,
      state: value.state === 'submitted' ? 'submitted' : 'prepared',
      since: value.openAt ?? 0,
      ...(value.transaction !== undefined && { transaction: value.transaction }),
    })),
    tooLate: tooLate.map(({ value }) => {
      const { records, milligrams } = leftTooLate(value);
      const { programme, day, tooLateAt: since = 0 } = value;
      return { programme, day: day as Day, records, milligrams: String(milligrams), since };
    }),
    payments: [...due, ...unresolved].map(({ key, value }) => ({
      payment: key,
      amountFen: value.amountFen,
      state: value.state,
      since: value.unresolvedAt ?? value.dueAt ?? value.createdAt,
    })),
    ...unsealedView(stuck),
    reconciliations: differing.map(({ programme, day, differences, report }) => ({
      programme,
      day,
      differences,
      report,
    })),
    undos: undoing.map(({ key, value }) => ({
      run: key,
      source: value.source,
      programme: value.programme,
      batches: value.batches,
      batchesLeft: value.reversal?.batchesLeft ?? 0,
      since: value.reversal?.at ?? 0,
    })),
  };
}

function unsealedView({
  unsealed,
  seals,
}: Pick<Backlog, 'unsealed' | 'seals'>): Pick<StuckView, 'payouts' | 'settlements'> {
  return {
    payouts: payoutsOf(unsealed),
    settlements: seals.map(({ key, value: { programme, day, header, state, openAt, transaction } }) => ({
      settlement: key,
      programme,
      day: day as Day,
      payments: header.count,
      amountFen: header.amountFen,
      state: state === 'submitted' ? 'submitted' : 'prepared',
      since: openAt ?? 0,
      ...(transaction !== undefined && { transaction }),
    })),
  };
}

/** Of each programme's day one line, in the order of what waits longest. */
function payoutsOf(unsealed: Backlog['unsealed']): StuckView['payouts'] {
  const lines = new Map<string, StuckView['payouts'][number]>();
  for (const { value } of unsealed) {
    const { programme, settledOn = value.createdOn, unsealedAt: since = 0, amountFen } = value;
    const key = `${settledOn}/${programme}`;
    const line = lines.get(key) ?? { programme, day: settledOn as Day, payments: 0, amountFen: '0', since };
    const sum = String(BigInt(line.amountFen) + BigInt(amountFen));
    lines.set(key, { ...line, payments: line.payments + 1, amountFen: sum });
  }
  return [...lines.values()];
}
