import type { BatchView, BlockView, PageOf, RecomputationView, RefusalLine } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import { activities, refusalsKept } from '../../activities/index.ts';
import type { BatchDocument } from '../../carbon/index.ts';
import { batches, carbonRecords, leavesOf, refuseCarbon } from '../../carbon/index.ts';
import { required } from '../../kernel/index.ts';
import { mspIdOf, readBlock } from '../../ledger/blocks.ts';
import { refuseLedger } from '../../ledger/index.ts';
import { explain, quantify } from '../../methodologies/index.ts';
import type { Stored } from '../../storage/index.ts';
import type { Look } from '../looks.ts';
import { writeLook } from '../looks.ts';
import type { Paging } from '../parameters.ts';
import { auditors, day, numberOfPath, pageAsked, pageView, paging, programmeOf, wholeNumber } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 监管: batches, blocks and refusals of a day, down to one gram recomputed. */
export function auditRoutes(services: Services): Route[] {
  return [
    ...batchRoutes(services),
    ...blockRoutes(services),
    route({
      method: 'get',
      path: '/v1/audit/refusals',
      summary: 'Refusals of a day, by code',
      roles: auditors,
      query: z.strictObject({
        programme: programmeOf(services),
        day,
        code: z.string().max(64).optional(),
        ...paging(),
      }),
      handle: ({ query: asked }) => refusalsView(services, asked),
    }),
    route({
      method: 'get',
      path: '/v1/audit/records/:record/recomputation',
      summary: 'One gram recomputed from the stored quantities and the pinned methodology; the look is written down',
      roles: auditors,
      isLook: true,
      handle: ({ actor, params, reason }) => recomputation(services, params['record'] ?? '', { actor, reason }),
    }),
  ];
}

function batchRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/batches',
      summary: 'Batches of a day',
      roles: auditors,
      query: z.strictObject({ programme: programmeOf(services), day, ...paging() }),
      handle: async ({ query }) => {
        const prefix = [query.day, query.programme];
        const ofDay = { index: 'by_day', prefix, order: 'descending' as const, ...pageAsked(query) };
        return pageView(await services.store.find(batches, ofDay), batchView);
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit/batches/:batch',
      summary: 'A batch with its header',
      roles: auditors,
      handle: async ({ params }) => {
        const batch = await batchStored(services, params['batch'] ?? '');
        return { ...batchView(batch), endorsedBy: await endorsersOf(services, batch.value) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit/batches/:batch/leaves',
      summary: 'Leaves of a batch, 64 bytes each',
      roles: auditors,
      produces: 'application/octet-stream',
      handle: async ({ params }) => {
        const batch = await batchStored(services, params['batch'] ?? '');
        const { leaves } = await leavesOf(
          { store: services.store, methodologyOf: services.intake.quantifier.methodologyOf },
          batch.value,
        );
        return { file: leaves, type: 'application/octet-stream', name: `${batch.key}.leaves` };
      },
    }),
  ];
}

function blockRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/blocks',
      summary: 'Blocks, newest first; their hashes are computed here',
      roles: auditors,
      query: z.strictObject({ ...paging(), cursor: wholeNumber.optional() }),
      handle: async ({ query: { cursor, limit } }) => {
        const newest = cursor ?? (await services.ledger.height()) - 1;
        const items: BlockView[] = [];
        for (let number = newest; number >= 0 && items.length < limit; number -= 1)
          items.push(await blockView(services, number));
        const next = newest - items.length;
        return { items, ...(next >= 0 && { next: String(next) }) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit/blocks/:number',
      summary: 'A block',
      roles: auditors,
      handle: ({ params }) => blockView(services, numberOfPath(params, 'number')),
    }),
  ];
}

async function batchStored(services: Services, key: string): Promise<Stored<BatchDocument>> {
  const stored = await services.store.get(batches, key);
  if (stored === undefined) throw refuseCarbon('CARBON_BATCH_UNKNOWN', { batch: key });
  return stored;
}

function batchView({ key, value }: Stored<BatchDocument>): BatchView {
  return {
    batch: key,
    day: value.day as Day,
    state: value.state === 'submitted' ? 'prepared' : value.state,
    count: value.count,
    milligrams: value.milligrams,
    root: value.header.root,
    ...(value.sealedAt !== undefined && { sealedAt: value.sealedAt }),
    ...(value.transaction !== undefined && { transaction: value.transaction }),
    ...(value.block !== undefined && { block: value.block }),
    header: value.header,
  };
}

/** Who signed, as it stands in the block; nothing is said of a batch that is not sealed. */
async function endorsersOf({ ledger }: Services, { state, transaction }: BatchDocument): Promise<string[]> {
  if (state !== 'sealed' || transaction === undefined) return [];
  const found = await ledger.transaction(transaction);
  return (found?.endorsements ?? []).map(({ endorser }) => mspIdOf(endorser)).sort();
}

async function blockView(services: Services, number: number): Promise<BlockView> {
  const block = await services.ledger.block(number);
  if (block === undefined) throw refuseLedger('LEDGER_BLOCK_UNKNOWN', { number });
  return readBlock(block.bytes);
}

async function refusalsView(
  services: Services,
  asked: Paging & { readonly programme: string; readonly day: Day; readonly code?: string | undefined },
): Promise<PageOf<RefusalLine>> {
  const page = await services.store.find(refusalsKept, {
    index: 'by_day',
    prefix: [asked.day, asked.programme, ...(asked.code === undefined ? [] : [asked.code])],
    ...pageAsked(asked),
  });
  return pageView(page, ({ key, value }) => ({
    refusal: key,
    source: value.source,
    day: value.day as Day,
    code: value.code,
    text: reasonOf(services.texts, value.code).text,
    records: value.records,
    ...(value.mode !== undefined && { mode: value.mode }),
    ...(value.line !== undefined && { line: value.line }),
    ...(value.field !== undefined && { field: value.field }),
  }));
}

async function recomputation(services: Services, id: string, look: Look): Promise<RecomputationView> {
  const record = await services.store.get(carbonRecords, id);
  if (record === undefined) throw refuseCarbon('CARBON_RECORD_UNKNOWN');
  if (record.value.erasedAt !== undefined) throw refuseCarbon('CARBON_RECORD_ERASED');
  await writeLook(services, look, { subject: id, account: record.value.account });
  const activity = required(await services.store.get(activities, record.value.activity), 'activity of a record');
  const methodology = services.catalogue.methodology(record.value.methodology);
  const quantities = Object.fromEntries(
    Object.entries(record.value.quantities).map(([name, value]) => [name, Number(value)]),
  );
  const again = String(
    required(quantify(methodology, { mode: activity.value.mode, ...quantities }), 'quantification').milligrams,
  );
  return {
    record: id,
    storedMilligrams: record.value.milligrams,
    recomputedMilligrams: again,
    agrees: again === record.value.milligrams,
    methodology: record.value.methodology,
    digest: methodology.reference.digest,
    explanation: explain(methodology, record.value).text,
  };
}
