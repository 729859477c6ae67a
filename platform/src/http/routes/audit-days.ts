import type { AuditDayLine, AuditDayView, PageOf } from '@tanhui/sdk/client';
import type { Day, EvidenceClass, Mode } from '@tanhui/sdk/model';
import { z } from 'zod';
import { balanceOf } from '../../accounts/index.ts';
import type { DayTotals, ProgrammeDayDocument } from '../../carbon/index.ts';
import { newProgrammeDay, programmeDayKey, programmeDays } from '../../carbon/index.ts';
import { moneyDayOf } from '../../rewards/index.ts';
import type { Transaction } from '../../storage/index.ts';
import { everyOf } from '../../storage/index.ts';
import type { Paging } from '../parameters.ts';
import { auditors, dayOfPath, pageAsked, pageView, paging, programme } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 账本日 as an auditor sees it: its figures, whether they add up, and its close. */
export function auditDayRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/days',
      summary: 'Days, newest first',
      roles: auditors,
      query: z.strictObject({ programme, ...paging() }),
      handle: ({ query: asked }) => daysView(services, asked),
    }),
    route({
      method: 'get',
      path: '/v1/audit/days/:day',
      summary: 'A day: totals, refusals, and whether it adds up',
      roles: auditors,
      query: z.strictObject({ programme }),
      handle: ({ params, query }) => dayView(services, query.programme, dayOfPath(params)),
    }),
    route({
      method: 'post',
      path: '/v1/audit/days/:day/close',
      summary: 'Closes a day 日结 with the agency’s own identity',
      roles: ['agency'],
      query: z.strictObject({ programme }),
      body: z.strictObject({}),
      handle: async ({ actor, params, query }) => {
        const scope = { programme: query.programme, day: dayOfPath(params) };
        const subject = programmeDayKey(scope.programme, scope.day);
        const record = (tx: Transaction) => services.trail.append(tx, { actor, action: 'day-closed', subject });
        await services.closeDay({ ...scope, record });
        return dayView(services, scope.programme, scope.day);
      },
    }),
  ];
}

async function daysView(
  services: Services,
  asked: Paging & { readonly programme: string },
): Promise<PageOf<AuditDayLine>> {
  const page = await services.store.find(programmeDays, {
    index: 'by_programme',
    prefix: [asked.programme],
    order: 'descending',
    ...pageAsked(asked),
  });
  return pageView(page, ({ value }) => ({
    day: value.day as Day,
    isClosed: value.ledgerClosedAt !== undefined,
    accepted: value.totals.activities.accepted,
    reversed: value.totals.activities.reversed,
    reductionMilligrams: value.totals.milligrams,
  }));
}

async function dayView(services: Services, programme: string, day: Day): Promise<AuditDayView> {
  const stored = await services.store.get(programmeDays, programmeDayKey(programme, day));
  const found = stored?.value ?? newProgrammeDay(programme, day);
  const { totals } = found;
  return {
    day,
    isClosed: found.ledgerClosedAt !== undefined,
    records: totals.records,
    activities: totals.activities,
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
