import { Readable } from 'node:stream';
import { dayOf } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { BatchResult, IntakeScope, RecordOutcome } from '../../intake/index.ts';
import { checkRunIsFor, dayRunId, openRun, runs, takeUnread } from '../../intake/index.ts';
import { checkIntakeOpen } from '../../operations/index.ts';
import { neededColumns, readSettings } from '../../plugin-host/index.ts';
import { refusalOf } from '../errors.ts';
import { intakeScope } from '../intake-scope.ts';
import { partners } from '../parameters.ts';
import type { UnreadBatch } from '../records.ts';
import { isNdjson, readRecordBatches } from '../records.ts';
import type { Actor, FileAnswer, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { ownRun } from './runs.ts';

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
          items: services.plugins.sources().map(({ plugin, source }) => ({
            ...{ source: source.id, plugin, name: source.title, modes: source.modes },
            columns: neededColumns(source, readSettings(source, null)),
          })),
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
        programme: z
          .string()
          .max(40)
          .optional()
          .describe('Of records without a run; left out, the server’s own (`TANHUI_PROGRAMME`). A run has its own.'),
      }),
      handle: ({ actor, params, query, stream, contentType }) =>
        takeRecords(services, { actor, source: params['source'] ?? '', ...query }, { stream, contentType }),
    }),
  ];
}

interface RecordsRequest {
  readonly source: string;
  readonly programme?: string | undefined;
  readonly run?: string | undefined;
}

async function takeRecords(
  services: Services,
  request: RecordsRequest & { readonly actor: Actor },
  body: { readonly stream: Readable; readonly contentType: string },
): Promise<FileAnswer | { readonly outcomes: readonly RecordOutcome[] }> {
  const scope = await scopeOf(services, request.actor, request);
  const batches = readRecordBatches(body.stream, body.contentType);
  if (isNdjson(body.contentType))
    return { file: Readable.from(outcomeLines(services, scope, batches)), type: 'application/x-ndjson' };
  const outcomes: RecordOutcome[] = [];
  for await (const batch of batches) outcomes.push(...(await takeOne(services, scope, batch)).outcomes);
  return { outcomes };
}

/** Of a run its own source, programme and settings; without one the day's. */
async function scopeOf(services: Services, actor: Actor, { run, ...request }: RecordsRequest): Promise<IntakeScope> {
  if (run !== undefined) return scopeOfRun(services, actor, { run, ...request });
  const { source, programme = services.catalogue.own().programme } = request;
  const asked = intakeScope(services, actor, { source, programme, settings: null, run: '' });
  await checkIntakeOpen(services.store, asked.source);
  return { ...asked, run: await openDayRun(services, actor, asked) };
}

async function scopeOfRun(
  services: Services,
  actor: Actor,
  { run, ...request }: RecordsRequest & { readonly run: string },
): Promise<IntakeScope> {
  const document = await ownRun(services, actor, run);
  const { source, programme = document.programme } = request;
  checkRunIsFor(document, { source, programme, run });
  const scope = intakeScope(services, actor, { source, programme, settings: document.settings ?? null, run });
  await checkIntakeOpen(services.store, scope.source);
  return scope;
}

async function takeOne(services: Services, scope: IntakeScope, batch: UnreadBatch): Promise<BatchResult> {
  const result = await takeUnread(services.intake, { scope, read: () => batch.read() });
  const { used, duplicate, refused, open } = result.counts.records;
  services.metrics.records(scope.source, { used, duplicate, refused, open });
  return result;
}

/**
 * Records that come without a run are gathered in one a day, source, programme and partner; opening it again changes nothing. One that was finished, or undone
 * after that, takes no more: what comes then is gathered in the next.
 */
async function openDayRun(services: Services, actor: Actor, { source, programme }: IntakeScope): Promise<string> {
  const at = services.clock.now();
  const first = dayRunId(dayOf(at), source, programme, actor.subject);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? first : `${first}_${String(number)}`;
    const stored = await services.store.get(runs, id);
    if (stored?.value.finishedAt !== undefined) continue;
    const sealedBefore = { batches: 0, records: 0 };
    const run = { id, source, programme, settings: null, partner: actor.subject, sealedBefore, at };
    if (stored === undefined) await openRun(services.store, run);
    return id;
  }
}

async function* outcomeLines(
  services: Services,
  scope: IntakeScope,
  batches: ReturnType<typeof readRecordBatches>,
): AsyncGenerator<string> {
  try {
    for await (const batch of batches) {
      // A stream may go on for hours, and its source be paused meanwhile.
      await checkIntakeOpen(services.store, scope.source);
      yield linesOf(services, await takeOne(services, scope, batch));
    }
  } catch (error) {
    // The status is out already: the last line says that the stream ended here, and what was not answered was not taken.
    const code = isCutOff(error) ? 'HTTP_BODY_INCOMPLETE' : (refusalOf(error)?.code ?? 'DEFECT');
    if (code === 'DEFECT') services.log.error('intake.stream', {}, error);
    yield `${JSON.stringify({ error: code })}\n`;
  }
}

/** The sender went away in the middle of its body. */
function isCutOff(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ECONNRESET';
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
