import type { AuditDayLine, AuditDayView, PageOf } from '@tanhui/sdk/client';
import type { Day, EvidenceClass, Mode } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { DayTotals } from '../../carbon/index.ts';
import {
  closableAt,
  closeStateOf,
  newProgrammeDay,
  programmeDayKey,
  programmeDays,
  whereaboutsOf,
} from '../../carbon/index.ts';
import { moneyDayOf } from '../../rewards/index.ts';
import type { Transaction } from '../../storage/index.ts';
import { claimsOf } from '../day-claims.ts';
import type { Paging } from '../parameters.ts';
import { auditors, dayOfPath, pageAsked, pageView, paging, programmeOf } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 账本日 as an auditor sees it: its figures, whether they add up, and its close. */
export function auditDayRoutes(services: Services): Route[] {
  const programme = programmeOf(services);
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
    closeState: closeStateOf(value),
    accepted: value.totals.activities.accepted,
    reversed: value.totals.activities.reversed,
    reductionMilligrams: value.totals.milligrams,
  }));
}

async function dayView(services: Services, programme: string, day: Day): Promise<AuditDayView> {
  const stored = await services.store.get(programmeDays, programmeDayKey(programme, day));
  const found = stored?.value ?? newProgrammeDay(programme, day);
  const { totals } = found;
  const { sealed, waiting, tooLate, standIns } = whereaboutsOf(found);
  return {
    day,
    isClosed: found.ledgerClosedAt !== undefined,
    closeState: closeStateOf(found),
    closableAt: closableAt(day, services.latenessMsOf(programme)),
    records: totals.records,
    activities: totals.activities,
    reductionMilligrams: totals.milligrams,
    ...breakdowns(totals),
    refusals: Object.entries(totals.refusals).map(([code, count]) => ({
      code,
      text: reasonOf(services.texts, code).text,
      count,
    })),
    sealed: { batches: found.batches, ...sealed },
    waiting,
    tooLate,
    standIns,
    paid: await paidOn(services, programme, day),
    adds: stored === undefined ? [] : await claimsOf(services, stored.value),
  };
}

async function paidOn({ store }: Services, programme: string, day: Day): Promise<AuditDayView['paid']> {
  const { taken, paid, returned, settled, seals } = await moneyDayOf(store, programme, day);
  return {
    redeemedFen: taken.fen,
    paidFen: paid.fen,
    returnedFen: returned.fen,
    underWayFen: String(BigInt(taken.fen) - BigInt(paid.fen) - BigInt(returned.fen)),
    settledFen: settled.fen,
    settledPayments: settled.count,
    settledMilligrams: settled.milligrams,
    seals,
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
