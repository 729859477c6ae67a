import { Readable } from 'node:stream';
import type { FinishedRunView, RunRefusal, RunReversalView, RunView } from '@tanhui/sdk/client';
import type { JsonValue } from '@tanhui/sdk/plugin';
import { z } from 'zod';
import type { RefusalDocument } from '../../activities/index.ts';
import { refusalsKept } from '../../activities/index.ts';
import { countOnLedger, programmeDays } from '../../carbon/index.ts';
import type { RunDocument } from '../../intake/index.ts';
import {
  beginUndo,
  finishRun,
  listRuns,
  openRun,
  runOf,
  runStateOf,
  settleAll,
  undoSteps,
} from '../../intake/index.ts';
import { required } from '../../kernel/index.ts';
import { checkIntakeOpen } from '../../operations/index.ts';
import { everyOf, pagesOf } from '../../storage/index.ts';
import { intakeScope } from '../intake-scope.ts';
import { because, pageAsked, pageView, paging, partners } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 导入运行: what was sent, what became of it, and why something was refused; a partner sees its own runs only. */
export function runRoutes(services: Services): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/runs',
      summary: 'Opens a run 导入运行: one set of records of one source',
      roles: partners,
      body: z.strictObject({
        source: z.string().max(64),
        programme: z.string().max(40),
        settings: z.json().optional(),
      }),
      handle: ({ actor, body }) => open(services, actor, { ...body, settings: body.settings ?? null }),
    }),
    route({
      method: 'get',
      path: '/v1/runs',
      summary: 'One’s own runs, newest first; an operator sees all',
      roles: partners,
      query: z.strictObject(paging()),
      handle: async ({ actor, query }) => {
        const partner = actor.role === 'operator' ? undefined : actor.subject;
        return pageView(await listRuns(services.store, { partner, ...query }), ({ key, value }) =>
          runView(services, key, value),
        );
      },
    }),
    route({
      method: 'get',
      path: '/v1/runs/:run',
      summary: 'Counts of a run',
      roles: partners,
      handle: async ({ actor, params }) => {
        const id = params['run'] ?? '';
        return runView(services, id, await ownRun(services, actor, id));
      },
    }),
    route({
      method: 'post',
      path: '/v1/runs/:run/finish',
      summary: 'Ends a run: settles what waits, seals, answers the counts',
      roles: partners,
      handle: ({ actor, params }) => finish(services, actor, params['run'] ?? ''),
    }),
    reversalRoute(services),
    ...refusalRoutes(services),
  ];
}

function reversalRoute(services: Services): Route {
  return route({
    method: 'post',
    path: '/v1/runs/:run/reversal',
    summary:
      'Undoes a finished run 撤销, with a reason: begins it, or takes it further; a server goes on with it by itself. Says how far it is',
    roles: partners,
    isIdempotent: true,
    body: because,
    handle: ({ actor, params, body }) => undo(services, actor, { run: params['run'] ?? '', ...body }),
  });
}

function refusalRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/runs/:run/refusals',
      summary: 'Refused records of a run with line, field and code',
      roles: partners,
      query: z.strictObject(paging(100)),
      handle: async ({ actor, params, query }) => {
        const id = params['run'] ?? '';
        await ownRun(services, actor, id);
        const ofRun = { index: 'by_run', prefix: [id], ...pageAsked(query) };
        return pageView(await services.store.find(refusalsKept, ofRun), ({ value }) => refusalView(services, value));
      },
    }),
    route({
      method: 'get',
      path: '/v1/runs/:run/report',
      summary:
        'The refused records of a run as a file, one JSON object for each record or for records that stand together; to be had again at any time',
      roles: partners,
      produces: 'application/x-ndjson',
      handle: async ({ actor, params }) => {
        const id = params['run'] ?? '';
        await ownRun(services, actor, id);
        return { file: Readable.from(reportLines(services, id)), type: 'application/x-ndjson', name: `${id}.ndjson` };
      },
    }),
  ];
}

async function open(
  services: Services,
  actor: Actor,
  request: { readonly source: string; readonly programme: string; readonly settings: JsonValue },
): Promise<{ run: string }> {
  const at = services.clock.now();
  const id = `run_${String(at)}_${Buffer.from(services.random.bytes(6)).toString('hex')}`;
  intakeScope(services, actor, { ...request, run: id });
  await checkIntakeOpen(services.store, request.source);
  const sealedBefore = await sealedOf(services, request.programme);
  await openRun(services.store, { id, ...request, partner: actor.subject, at, sealedBefore });
  return { run: id };
}

async function finish(services: Services, actor: Actor, id: string): Promise<FinishedRunView> {
  const { source, programme, settings } = await ownRun(services, actor, id);
  await checkIntakeOpen(services.store, source);
  await settleAll(
    services.intake,
    intakeScope(services, actor, { run: id, source, programme, settings: settings ?? null }),
  );
  await services.sealNow();
  const finished = await finishRun(services.store, id, services.clock.now());
  const now = await sealedOf(services, programme);
  const { batches, records } = finished.sealedBefore ?? { batches: 0, records: 0 };
  return { ...finished.counts, sealed: { batches: now.batches - batches, records: now.records - records } };
}

/** Some steps at a time, so that no request is held up by the millions of records that a run may have. */
const undoStepsACall = 10;

async function undo(
  services: Services,
  actor: Actor,
  { run, reason }: { readonly run: string; readonly reason: string },
): Promise<RunReversalView> {
  const { source, programme, settings } = await ownRun(services, actor, run);
  intakeScope(services, actor, { run, source, programme, settings: settings ?? null });
  await services.store.unitOfWork(async (tx) => {
    const isNew = await beginUndo(tx, services.intake, { run, by: actor.subject, reason });
    if (isNew) await services.trail.append(tx, { actor, action: 'run-reversed', subject: run, reason });
  });
  const undone = await undoSteps(services.intake, run, undoStepsACall);
  if (undone.reversal?.finishedAt !== undefined) await services.sealNow();
  return required(reversalView(undone), 'reversal that was begun');
}

/** A run of this partner; another's is as good as none. */
export async function ownRun(services: Services, actor: Actor, id: string): Promise<RunDocument> {
  const run = await runOf(services.store, id);
  if (actor.role !== 'operator' && run.partner !== actor.subject) return runOf(services.store, '');
  return run;
}

function runView({ clock }: Services, run: string, value: RunDocument): RunView {
  const { source, programme, partner, openedAt, takenAt, finishedAt, counts } = value;
  const reversal = reversalView(value);
  return {
    run,
    source,
    programme,
    ...(partner !== undefined && { partner }),
    state: runStateOf(run, value, clock.now()),
    openedAt,
    ...(takenAt !== undefined && { takenAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    counts,
    ...(reversal !== undefined && { reversal }),
  };
}

function reversalView({ reversal, batches }: RunDocument): RunReversalView | undefined {
  if (reversal === undefined) return undefined;
  const { at, by, reason, finishedAt, batchesLeft } = reversal;
  return {
    ...{ state: finishedAt === undefined ? 'under-way' : 'done', at, by, reason, batches, batchesLeft },
    ...(finishedAt !== undefined && { finishedAt }),
    reversedRecords: reversal.records,
    reversedMilligrams: reversal.milligrams,
    withdrawnTrips: reversal.withdrawn,
    endedRecords: reversal.ended,
    restoredTrips: reversal.restored,
  };
}

function refusalView(services: Services, value: RefusalDocument): RunRefusal {
  const { day, kind, code, records, line, lines, field } = value;
  const { text, next } = reasonOf(services.texts, code);
  return {
    day,
    kind,
    code,
    text,
    next,
    records,
    ...(line !== undefined && { line }),
    ...(lines !== undefined && { lines }),
    ...(field !== undefined && { field }),
  };
}

async function* reportLines(services: Services, run: string): AsyncGenerator<string> {
  for await (const page of pagesOf(services.store, refusalsKept, { index: 'by_run', prefix: [run] }))
    yield page
      .flatMap(({ value }) => rowsOf(refusalView(services, value)))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join('');
}

/** A row for each range of lines, so that every refused record can be found by its own. */
function rowsOf({ lines, ...refusal }: RunRefusal): readonly RunRefusal[] {
  if (lines === undefined) return [refusal];
  return lines.map(({ first, last, records }) => ({
    ...refusal,
    records,
    line: first,
    ...(last > first && { lastLine: last }),
  }));
}

/** What of a programme is on the ledger, over all of its days. */
async function sealedOf(services: Services, programme: string): Promise<{ batches: number; records: number }> {
  const days = await everyOf(services.store, programmeDays, { index: 'by_programme', prefix: [programme] });
  return {
    batches: days.reduce((sum, { value }) => sum + value.batches, 0),
    records: days.reduce((sum, { value }) => sum + countOnLedger(value), 0),
  };
}
