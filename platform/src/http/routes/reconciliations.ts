import type { DifferenceView, PageOf, ReconciledSides, ReconciliationReportView } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { ReconcilingDeps, ReconciliationDocument, ReconciliationReport } from '../../rewards/index.ts';
import {
  askReconciliation,
  differencesOf,
  isSuperseded,
  reconcile,
  reconciliationsOf,
  reconciliationStored,
  reportOf,
} from '../../rewards/index.ts';
import type { Reader, Stored } from '../../storage/index.ts';
import { auditors, day, nextOf, pageAsked, pageView, paging } from '../parameters.ts';
import type { ProgrammeParameter } from '../parameters.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

/** 三方对账: what stands now, and the reports that were stored of each day. Neither names a person. */
export function reconciliationRoutes(deps: ReconcilingDeps, programme: ProgrammeParameter): Route[] {
  const { store } = deps;
  return [
    route({
      method: 'get',
      path: '/v1/audit/reconciliation',
      summary:
        'Three-way reconciliation 三方对账 of a day as it stands now: books, bank and ledger, with every difference',
      roles: auditors,
      query: z.strictObject({ programme, day }),
      handle: async ({ query }) => {
        const report = reportOf(await reconcile(deps, query), '');
        return { ...sidesOf(report), differences: report.differences };
      },
    }),
    route({
      method: 'post',
      path: '/v1/audit/reconciliations',
      summary: 'Reconciles a day now and stores the report; it supersedes the one before, which stays as it is',
      roles: auditors,
      body: z.strictObject({ programme, day }),
      handle: async ({ actor, body }) =>
        reportView(store, await askReconciliation(deps, { ...body, by: actor.subject })),
    }),
    ...readingRoutes(deps, programme),
  ];
}

function readingRoutes({ store }: ReconcilingDeps, programme: ProgrammeParameter): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/reconciliations',
      summary: 'Reconciliation reports 对账报告, newest day first; every day that has ended has one',
      roles: auditors,
      query: z.strictObject({ programme, day: day.optional(), ...paging() }),
      handle: async ({ query }): Promise<PageOf<ReconciliationReportView>> => {
        const scope = { programme: query.programme, day: query.day };
        const page = await reconciliationsOf(store, { ...scope, ...pageAsked(query) });
        return { items: await Promise.all(page.items.map((one) => reportView(store, one))), ...nextOf(page) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit/reconciliations/:report',
      summary: 'A reconciliation report',
      roles: auditors,
      handle: async ({ params }) => reportView(store, await reconciliationStored(store, params['report'] ?? '')),
    }),
    route({
      method: 'get',
      path: '/v1/audit/reconciliations/:report/differences',
      summary: 'Differences of a report: what each side says, and by how much',
      roles: auditors,
      query: z.strictObject(paging(100)),
      handle: async ({ params, query }): Promise<PageOf<DifferenceView>> => {
        const { key } = await reconciliationStored(store, params['report'] ?? '');
        return pageView(await differencesOf(store, key, pageAsked(query)), ({ value }) => value);
      },
    }),
  ];
}

function sidesOf(report: ReconciliationReport | ReconciliationDocument): ReconciledSides {
  const { books, bank, ledger, deposits, burned, bankOwn } = report;
  return {
    programme: report.programme,
    day: report.day as Day,
    state: report.state,
    isStatementComplete: report.isStatementComplete,
    books: { count: books.count, amountFen: books.fen, burnedMilligrams: books.milligrams },
    bank: { count: bank.count, amountFen: bank.fen },
    ledger: { count: ledger.count, amountFen: ledger.fen, burnedMilligrams: ledger.milligrams },
    deposits: {
      books: { count: deposits.books.count, amountFen: deposits.books.fen },
      bank: { count: deposits.bank.count, amountFen: deposits.bank.fen },
    },
    burned,
    bankOwn,
  };
}

async function reportView(
  reader: Pick<Reader, 'get'>,
  stored: Stored<ReconciliationDocument>,
): Promise<ReconciliationReportView> {
  const { at, by, differences, kinds, digest, supersedes } = stored.value;
  return {
    report: stored.key,
    ...sidesOf(stored.value),
    at,
    by,
    differences,
    kinds,
    digest,
    ...(supersedes !== undefined && { supersedes }),
    isSuperseded: await isSuperseded(reader, stored),
  };
}
