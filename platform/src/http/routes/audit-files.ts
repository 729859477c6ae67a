import { Readable } from 'node:stream';
import type { DayRootView, PageOf } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { BatchDocument, RecordDocument } from '../../carbon/index.ts';
import { batches, carbonRecords, parseSequenceId, programmeDays, sequenceId } from '../../carbon/index.ts';
import { required } from '../../kernel/index.ts';
import type { Stored } from '../../storage/index.ts';
import { pagesOf } from '../../storage/index.ts';
import type { Paging } from '../parameters.ts';
import { auditors, dayOfPath, everybody, nextOf, pageAsked, paging, programmeOf } from '../parameters.ts';
import type { FileAnswer, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const columns = [
  'record',
  'kind',
  'mode',
  'district',
  'evidence',
  'methodology',
  'reduction_milligrams',
  'retrospective',
  'reverses',
  'erased',
  'nullifier',
  'batch',
  'batch_root',
  'transaction',
  'block',
] as const;

/** 带走: what an auditor takes home of a day, and the roots that everybody may note down. */
export function auditFileRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/days/:day/records',
      summary:
        'Every carbon record of a day as CSV, with its batch and transaction; nothing in it names a person or an account',
      roles: auditors,
      produces: 'text/csv',
      query: z.strictObject({ programme: programmeOf(services) }),
      handle: async ({ actor, params, query }): Promise<FileAnswer> => {
        const day = dayOfPath(params);
        const subject = `${query.programme}/${day}`;
        await services.store.unitOfWork((tx) => services.trail.append(tx, { actor, action: 'exported', subject }));
        const name = `${query.programme}-${day}.csv`;
        return { file: Readable.from(csvOf(services, query.programme, day)), type: 'text/csv; charset=utf-8', name };
      },
    }),
    route({
      method: 'get',
      path: '/v1/roots',
      summary: 'Roots of closed days 日根 as they stand on the ledger, newest first: to be noted down by anybody',
      roles: everybody,
      query: z.strictObject({ programme: programmeOf(services), ...paging() }),
      handle: ({ query }) => rootsOf(services, query),
    }),
  ];
}

/** A page of records at a time, in their order, each beside the batch whose range holds it. */
async function* csvOf({ store }: Services, programmeId: string, day: Day): AsyncGenerator<string> {
  yield `${columns.join(',')}\n`;
  const scope = { programme: programmeId, day };
  let batch: Stored<BatchDocument> | undefined;
  const ofDay = { from: sequenceId('rec', scope, 1), before: sequenceId('rec', scope, lastSequence) };
  for await (const page of pagesOf(store, carbonRecords, { index: 'key', ...ofDay })) {
    let text = '';
    for (const record of page) {
      const { sequence } = required(parseSequenceId(record.key), 'record id');
      if (batch === undefined || sequence >= batch.value.first + batch.value.count)
        batch = await batchAt(store, scope, sequence);
      text += lineOf(record, batch);
    }
    yield text;
  }
}

const lastSequence = 999_999_999;

async function batchAt(
  store: Services['store'],
  scope: { readonly programme: string; readonly day: Day },
  sequence: number,
): Promise<Stored<BatchDocument> | undefined> {
  const { items } = await store.find(batches, {
    index: 'by_day',
    prefix: [scope.day, scope.programme],
    before: sequence + 1,
    order: 'descending',
    limit: 1,
  });
  const [found] = items;
  return found !== undefined && sequence < found.value.first + found.value.count ? found : undefined;
}

/** No cell holds free text, so none needs quotes, and none can be taken for a formula. */
function lineOf({ key, value }: Stored<RecordDocument>, batch: Stored<BatchDocument> | undefined): string {
  const cells = [
    key,
    value.kind,
    value.mode,
    value.district,
    value.evidence,
    value.methodology,
    value.milligrams,
    value.retrospective === true ? 'yes' : '',
    value.reverses ?? '',
    value.erasedAt === undefined ? '' : 'yes',
    value.nullifier,
    ...sealCells(batch),
  ];
  return `${cells.join(',')}\n`;
}

/** Empty until the batch is on the ledger. */
function sealCells(batch: Stored<BatchDocument> | undefined): readonly string[] {
  if (batch?.value.state !== 'sealed') return ['', '', '', ''];
  const { header, transaction = '', block } = batch.value;
  return [batch.key, header.root, transaction, String(block ?? '')];
}

const closedDay = z.object({ root: z.string(), batches: z.number(), records: z.number() });

async function rootsOf(
  { store, ledger }: Services,
  asked: Paging & { readonly programme: string },
): Promise<PageOf<DayRootView>> {
  const page = await store.find(programmeDays, {
    index: 'by_programme',
    prefix: [asked.programme],
    order: 'descending',
    ...pageAsked(asked),
  });
  const closed = page.items.filter(({ value }) => value.ledgerClosedAt !== undefined);
  const items = await Promise.all(
    closed.map(async ({ value }) => {
      const call = { function: 'ReadDay', args: [asked.programme, value.day], as: 'auditor' as const };
      const read = closedDay.parse(JSON.parse(Buffer.from(await ledger.evaluate(call)).toString()));
      return { programme: asked.programme, day: value.day as Day, ...read };
    }),
  );
  return { items, ...nextOf(page) };
}
