import { Readable } from 'node:stream';
import { dayOf } from '@tanhui/sdk/model';
import { SettingsError } from '@tanhui/sdk/plugin';
import type { JsonValue } from '@tanhui/sdk/plugin';
import { z } from 'zod';
import { refusalsKept } from '../../activities/index.ts';
import { programmeDays } from '../../carbon/index.ts';
import type { BatchResult, IntakeScope, RecordOutcome, RunDocument } from '../../intake/index.ts';
import { finishRun, openRun, runOf, settleAll, takeBatch } from '../../intake/index.ts';
import { Refusal } from '../../kernel/index.ts';
import { readRecordBatches } from '../records.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const partners = ['partner', 'operator'] as const;
const maxPage = 500;

/** 接入: what operators of sources and the import command use. */
export function intakeRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sources',
      summary: 'Sources that plugins contribute',
      roles: partners,
      handle: () =>
        Promise.resolve({
          items: services.plugins
            .sources()
            .map(({ plugin, source }) => ({ source: source.id, plugin, name: source.title, modes: source.modes })),
        }),
    }),
    route({
      method: 'post',
      path: '/v1/sources/:source/records',
      summary: 'Takes records: a JSON array, or NDJSON of any length; answers an outcome for each',
      roles: partners,
      isStream: true,
      query: z.strictObject({
        run: z.string().max(120).optional(),
        programme: z.string().max(40).default('qingdao-demo'),
      }),
      handle: ({ params, query, stream, contentType }) =>
        takeRecords(services, { source: params['source'] ?? '', ...query }, { stream, contentType }),
    }),
    ...runRoutes(services),
  ];
}

function runRoutes(services: Services): Route[] {
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
      handle: ({ body }) =>
        open(services, {
          source: body.source,
          programme: body.programme,
          settings: body.settings ?? null,
        }),
    }),
    route({
      method: 'get',
      path: '/v1/runs/:run',
      summary: 'Counts of a run',
      roles: partners,
      handle: ({ params }) => runOf(services.store, params['run'] ?? ''),
    }),
    route({
      method: 'post',
      path: '/v1/runs/:run/finish',
      summary: 'Ends a run: settles what waits, seals, answers the counts',
      roles: partners,
      handle: async ({ params }) => {
        const id = params['run'] ?? '';
        const run = await runOf(services.store, id);
        await settleAll(
          services.intake,
          scopeOf(services, { run: id, source: run.source, programme: run.programme, settings: run.settings ?? null }),
        );
        await services.sealNow();
        const finished = await finishRun(services.store, id, services.clock.now());
        return { ...finished.counts, sealed: sealedSince(finished, await sealedOf(services, run.programme)) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/runs/:run/refusals',
      summary: 'Refused records of a run with line and code',
      roles: partners,
      query: z.strictObject({ cursor: z.string().max(500).optional() }),
      handle: async ({ params, query }) => {
        const page = await services.store.find(refusalsKept, {
          index: 'by_run',
          prefix: [params['run'] ?? ''],
          limit: maxPage,
          ...(query.cursor !== undefined && { after: query.cursor }),
        });
        return { items: page.items.map(({ value }) => value), ...(page.next !== undefined && { next: page.next }) };
      },
    }),
  ];
}

async function open(
  services: Services,
  request: { readonly source: string; readonly programme: string; readonly settings: JsonValue },
): Promise<{ run: string }> {
  const at = services.clock.now();
  const id = `run_${String(at)}_${Buffer.from(services.random.bytes(6)).toString('hex')}`;
  scopeOf(services, { ...request, run: id });
  await openRun(services.store, { id, ...request, at, sealedBefore: await sealedOf(services, request.programme) });
  return { run: id };
}

/** Settings are checked by the source itself before anything is read. */
function scopeOf(
  services: Services,
  request: { readonly source: string; readonly programme: string; readonly settings: JsonValue; readonly run: string },
): IntakeScope {
  const { source } = services.plugins.source(request.source);
  if (services.catalogue.programme(request.programme) === undefined)
    throw new Refusal('INTAKE_PROGRAMME_UNKNOWN', 'not-found');
  try {
    return {
      source: source.id,
      programme: request.programme,
      settings: source.parseSettings(request.settings),
      run: request.run,
    };
  } catch (error) {
    if (error instanceof SettingsError)
      throw new Refusal('PLUGINS_SETTINGS_INVALID', 'invalid', { details: { field: error.field }, cause: error });
    throw error;
  }
}

async function takeRecords(
  services: Services,
  request: { readonly source: string; readonly programme: string; readonly run?: string | undefined },
  body: { readonly stream: Readable; readonly contentType: string },
): Promise<unknown> {
  const run = request.run === undefined ? undefined : await runOf(services.store, request.run);
  const scope = scopeOf(services, {
    source: request.source,
    programme: run?.programme ?? request.programme,
    settings: run?.settings ?? null,
    run: request.run ?? `run_${dayOf(services.clock.now())}_${request.source}_stream`,
  });
  const batches = readRecordBatches(body.stream, body.contentType, services.intake.steps);
  if (body.contentType.includes('ndjson'))
    return { file: Readable.from(outcomeLines(services, scope, batches)), type: 'application/x-ndjson' };
  const outcomes: RecordOutcome[] = [];
  for await (const batch of batches) outcomes.push(...(await takeBatch(services.intake, { scope, ...batch })).outcomes);
  return { outcomes };
}

async function* outcomeLines(
  services: Services,
  scope: IntakeScope,
  batches: ReturnType<typeof readRecordBatches>,
): AsyncGenerator<string> {
  try {
    for await (const batch of batches) yield linesOf(services, await takeBatch(services.intake, { scope, ...batch }));
  } catch (error) {
    // The status is out already: the last line says that the stream ended here, and what was not answered was not taken.
    const code = error instanceof Refusal ? error.code : 'DEFECT';
    if (code === 'DEFECT') services.log.error('intake.stream', {}, error);
    yield `${JSON.stringify({ error: code })}\n`;
  }
}

function linesOf({ intake }: Services, { outcomes }: BatchResult): string {
  const watch = intake.steps.start();
  let text = '';
  for (const outcome of outcomes) text += lineOf(outcome);
  watch.lap('answer');
  return text;
}

/** Nearly every record is used: its line is laid down without a serialiser. */
function lineOf(outcome: RecordOutcome): string {
  return outcome.outcome === 'refused'
    ? `${JSON.stringify(outcome)}\n`
    : `{"line":${String(outcome.line)},"outcome":"${outcome.outcome}"}\n`;
}

interface Sealed {
  readonly batches: number;
  readonly records: number;
}

/** What of a programme is on the ledger, over all of its days. */
async function sealedOf(services: Services, programme: string): Promise<Sealed> {
  const days = await services.store.find(programmeDays, { index: 'by_programme', prefix: [programme], limit: 1_000 });
  return {
    batches: days.items.reduce((sum, { value }) => sum + value.batches, 0),
    records: days.items.reduce((sum, { value }) => sum + value.lastSealed, 0),
  };
}

function sealedSince({ sealedBefore }: RunDocument, now: Sealed): Sealed {
  return { batches: now.batches - (sealedBefore?.batches ?? 0), records: now.records - (sealedBefore?.records ?? 0) };
}
