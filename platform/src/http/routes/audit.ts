import type {
  AuditDayLine,
  AuditDayView,
  BatchView,
  BlockView,
  PageOf,
  RecomputationView,
  RefusalLine,
} from '@tanhui/sdk/client';
import type { Day, EvidenceClass, Mode } from '@tanhui/sdk/model';
import { parseDay } from '@tanhui/sdk/model';
import { z } from 'zod';
import { balanceOf } from '../../accounts/index.ts';
import { activities, refusalsKept } from '../../activities/index.ts';
import type { BatchDocument, DayTotals, ProgrammeDayDocument } from '../../carbon/index.ts';
import {
  batches,
  carbonRecords,
  leavesOf,
  newProgrammeDay,
  programmeDayKey,
  programmeDays,
} from '../../carbon/index.ts';
import { Refusal, required, without } from '../../kernel/index.ts';
import { mspIdOf, readBlock } from '../../ledger/blocks.ts';
import { explain, quantify } from '../../methodologies/index.ts';
import { moneyDayOf } from '../../rewards/index.ts';
import type { Stored, Transaction } from '../../storage/index.ts';
import { everyOf } from '../../storage/index.ts';
import type { Look } from '../looks.ts';
import { writeLook } from '../looks.ts';
import { reasonOf } from '../reasons.ts';
import { refuseHttp } from '../refusals.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const auditors = ['agency', 'operator'] as const;
const programmeDefault = 'qingdao-demo';
const pageSize = 50;
const paging = { programme: z.string().max(40).default(programmeDefault), cursor: z.string().max(500).optional() };

/** 监管: every figure of a day, down to one gram recomputed. */
export function auditRoutes(services: Services): Route[] {
  const query = z.strictObject(paging);
  return [
    route({
      method: 'get',
      path: '/v1/audit/days',
      summary: 'Days, newest first',
      roles: auditors,
      query,
      handle: ({ query: asked }) => daysView(services, asked),
    }),
    route({
      method: 'get',
      path: '/v1/audit/days/:day',
      summary: 'A day: totals, refusals, and whether it adds up',
      roles: auditors,
      query: z.strictObject({ programme: paging.programme }),
      handle: ({ params, query: { programme } }) => dayView(services, programme, dayOfParams(params)),
    }),
    route({
      method: 'post',
      path: '/v1/audit/days/:day/close',
      summary: 'Closes a day 日结 with the agency’s own identity',
      roles: ['agency'],
      query: z.strictObject({ programme: paging.programme }),
      body: z.strictObject({}),
      handle: async ({ actor, params, query: { programme } }) => {
        const day = dayOfParams(params);
        const subject = programmeDayKey(programme, day);
        const record = (tx: Transaction) => services.trail.append(tx, { actor, action: 'day-closed', subject });
        await services.closeDay({ programme, day, record });
        return dayView(services, programme, day);
      },
    }),
    ...batchRoutes(services),
    ...blockRoutes(services),
    route({
      method: 'get',
      path: '/v1/audit/refusals',
      summary: 'Refusals of a day, by code',
      roles: auditors,
      query: z.strictObject({
        ...paging,
        day: z.string().max(10),
        code: z.string().max(64).optional(),
        limit: z.coerce.number().optional(),
      }),
      handle: ({ query: asked }) => refusalsView(services, asked),
    }),
    route({
      method: 'get',
      path: '/v1/audit/records/:record/recomputation',
      summary: 'One gram recomputed from the stored quantities and the pinned methodology',
      roles: auditors,
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
      query: z.strictObject({ ...paging, day: z.string().max(10).optional(), limit: z.coerce.number().optional() }),
      handle: async ({ query: { programme, day, cursor } }) => {
        const page = await services.store.find(batches, {
          index: 'by_day',
          prefix: [dayOfParams({ day: day ?? '' }), programme],
          order: 'descending',
          limit: pageSize,
          ...(cursor !== undefined && { after: cursor }),
        });
        return { items: page.items.map(batchView), ...(page.next !== undefined && { next: page.next }) };
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
      query: z.strictObject({ cursor: z.coerce.number().int().min(0).optional(), limit: z.coerce.number().optional() }),
      handle: async ({ query: { cursor } }) => {
        const newest = cursor ?? (await services.ledger.height()) - 1;
        const items: BlockView[] = [];
        for (let number = newest; number >= 0 && items.length < pageSize; number -= 1)
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
      handle: ({ params }) => blockView(services, z.coerce.number().int().min(0).parse(params['number'])),
    }),
  ];
}

function dayOfParams(params: Readonly<Record<string, string>>): Day {
  const day = parseDay(params['day'] ?? '');
  if (day === undefined) throw refuseHttp('HTTP_INPUT_INVALID', { field: 'day' });
  return day;
}

async function daysView(
  services: Services,
  asked: { readonly programme: string; readonly cursor?: string | undefined },
): Promise<PageOf<AuditDayLine>> {
  const page = await services.store.find(programmeDays, {
    index: 'by_programme',
    prefix: [asked.programme],
    order: 'descending',
    limit: pageSize,
    ...(asked.cursor !== undefined && { after: asked.cursor }),
  });
  const items = page.items.map(({ value }) => ({
    day: value.day as Day,
    isClosed: value.ledgerClosedAt !== undefined,
    accepted: value.totals.activities.accepted,
    reductionMilligrams: value.totals.milligrams,
  }));
  return { items, ...(page.next !== undefined && { next: page.next }) };
}

async function dayView(services: Services, programme: string, day: Day): Promise<AuditDayView> {
  const stored = await services.store.get(programmeDays, programmeDayKey(programme, day));
  const found = stored?.value ?? newProgrammeDay(programme, day);
  const { totals } = found;
  return {
    day,
    isClosed: found.ledgerClosedAt !== undefined,
    records: totals.records,
    activities: without(totals.activities, 'reversed'),
    reductionMilligrams: totals.milligrams,
    ...breakdowns(totals),
    refusals: Object.entries(totals.refusals).map(([code, count]) => ({
      code,
      text: reasonOf(services.texts, code).text,
      count,
    })),
    sealed: { batches: found.batches, records: found.lastSealed, milligrams: found.sealedMilligrams },
    paid: await paidOn(services, programme, day),
    adds: await claims(services, programme, stored?.value),
  };
}

async function paidOn({ store }: Services, programme: string, day: Day): Promise<AuditDayView['paid']> {
  const { taken, paid, returned, settled } = await moneyDayOf(store, programme, day);
  return {
    redeemedFen: taken.fen,
    paidFen: paid.fen,
    returnedFen: returned.fen,
    underWayFen: String(BigInt(taken.fen) - BigInt(paid.fen) - BigInt(returned.fen)),
    settledFen: settled.fen,
  };
}

function breakdowns(totals: DayTotals): Pick<AuditDayView, 'byMode' | 'byEvidence' | 'byHour'> {
  return {
    byMode: Object.entries(totals.byMode).map(([mode, [trips, milligrams]]) => ({
      mode: mode as Mode,
      trips,
      milligrams,
    })),
    byEvidence: Object.entries(totals.byEvidence).map(([evidence, [trips, milligrams]]) => ({
      evidence: evidence as EvidenceClass,
      trips,
      milligrams,
    })),
    byHour: Object.entries(totals.byHour).map(([cell, milligrams]) => {
      const [hour = '0', mode = 'metro'] = cell.split('/');
      return { hour: Number(hour), mode: mode as Mode, milligrams };
    }),
  };
}

/** Claims that an auditor can check by eye: each side comes from another place. */
async function claims(
  services: Services,
  programme: string,
  day: ProgrammeDayDocument | undefined,
): Promise<AuditDayView['adds']> {
  if (day === undefined) return [];
  const { records } = day.totals;
  const issued = -(await balanceOf(services.store, `issuance:${programme}`, 'milligrams')).amount;
  const allDays = await everyOf(services.store, programmeDays, { index: 'by_programme', prefix: [programme] });
  const posted = allDays.reduce((sum, { value }) => sum + BigInt(value.totals.milligrams), 0n);
  const claim = (words: readonly [string, string], left: string, right: string) => ({
    claim: { 'zh-CN': words[0], en: words[1] },
    holds: left === right,
    left,
    right,
  });
  return [
    claim(
      ['读入 = 使用 + 重复 + 拒绝 + 等待', 'read = used + duplicate + refused + open'],
      String(records.read),
      String(records.used + records.duplicate + records.refused + records.open),
    ),
    claim(
      ['全部减排量 = 复式账发行额（毫克）', 'all grams = issued in double entry (mg)'],
      String(posted),
      String(issued),
    ),
    claim(
      ['已封存记录 = 已准备记录', 'records sealed = records prepared'],
      String(day.lastSealed),
      String(day.lastPrepared),
    ),
  ];
}

async function batchStored(services: Services, key: string): Promise<Stored<BatchDocument>> {
  const stored = await services.store.get(batches, key);
  if (stored === undefined) throw refuseHttp('HTTP_NOT_FOUND');
  return stored;
}

function batchView({ key, value }: Stored<BatchDocument>): BatchView {
  return {
    batch: key,
    day: value.day as Day,
    state: value.state === 'sealed' ? 'sealed' : 'prepared',
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
  if (block === undefined) throw refuseHttp('HTTP_NOT_FOUND');
  return readBlock(block.bytes);
}

async function refusalsView(
  services: Services,
  asked: {
    readonly programme: string;
    readonly day: string;
    readonly code?: string | undefined;
    readonly cursor?: string | undefined;
  },
): Promise<PageOf<RefusalLine>> {
  const page = await services.store.find(refusalsKept, {
    index: 'by_day',
    prefix: [dayOfParams({ day: asked.day }), asked.programme, ...(asked.code === undefined ? [] : [asked.code])],
    limit: pageSize,
    ...(asked.cursor !== undefined && { after: asked.cursor }),
  });
  const items = page.items.map(({ key, value }) => ({
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
  return { items, ...(page.next !== undefined && { next: page.next }) };
}

async function recomputation(services: Services, id: string, look: Look): Promise<RecomputationView> {
  const record = await services.store.get(carbonRecords, id);
  if (record === undefined) throw new Refusal('CARBON_RECORD_UNKNOWN', 'not-found');
  if (record.value.erasedAt !== undefined) throw new Refusal('CARBON_RECORD_ERASED', 'not-found');
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
