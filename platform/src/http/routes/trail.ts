import type { PageOf, TrailCheckView, TrailEntryView } from '@tanhui/sdk/client';
import { parseDay } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { TrailDocument } from '../../audit/index.ts';
import { checkTrail, looksAt, readTrail, trailTexts } from '../../audit/index.ts';
import type { Page } from '../../storage/index.ts';
import { refuseHttp } from '../refusals.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const auditors = ['agency', 'operator'] as const;
const limit = 50;
const cursor = z.string().max(500).optional();

/** 审计留痕: for those who audit, and for the person who was looked at. */
export function trailRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/trail',
      summary: 'The trail, newest first; of one day where it is named',
      roles: auditors,
      query: z.strictObject({ day: z.string().max(10).optional(), cursor }),
      handle: async ({ query }) => {
        const day = query.day === undefined ? undefined : dayParam(query.day);
        return pageView(await readTrail(services.store, { day, cursor: query.cursor, limit }));
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit/trail/days/:day/check',
      summary: 'Recomputes every hash of a day’s trail',
      roles: auditors,
      handle: async ({ params }): Promise<TrailCheckView> => {
        const day = dayParam(params['day'] ?? '');
        return { day, ...(await checkTrail(services.store, day)) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/me/looks',
      summary: 'Who looked at my data, and why',
      roles: ['citizen'],
      query: z.strictObject({ cursor }),
      handle: async ({ actor, query }) =>
        pageView(await looksAt(services.store, { person: actor.subject, cursor: query.cursor, limit })),
    }),
  ];
}

function dayParam(text: string): Day {
  const day = parseDay(text);
  if (day === undefined) throw refuseHttp('HTTP_INPUT_INVALID', { field: 'day' });
  return day;
}

function pageView(page: Page<TrailDocument>): PageOf<TrailEntryView> {
  const items = page.items.map(({ value }) => ({ ...value, text: trailTexts[value.action] }));
  return { items, ...(page.next !== undefined && { next: page.next }) };
}
