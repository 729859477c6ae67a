import type { TrailCheckView, TrailEntryView } from '@tanhui/sdk/client';
import { z } from 'zod';
import type { TrailDocument } from '../../audit/index.ts';
import { checkTrail, looksAt, readTrail, trailTexts } from '../../audit/index.ts';
import type { Stored } from '../../storage/index.ts';
import { auditors, citizens, day, dayOfPath, pageView, paging } from '../parameters.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 审计留痕: for those who audit, and for the person who was looked at. */
export function trailRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit/trail',
      summary: 'The trail, newest first; of one day where it is named',
      roles: auditors,
      query: z.strictObject({ day: day.optional(), ...paging() }),
      handle: async ({ query }) => pageView(await readTrail(services.store, query), entryView),
    }),
    route({
      method: 'get',
      path: '/v1/audit/trail/days/:day/check',
      summary: 'Recomputes every hash of a day’s trail',
      roles: auditors,
      handle: async ({ params }): Promise<TrailCheckView> => {
        const asked = dayOfPath(params);
        return { day: asked, ...(await checkTrail(services.store, asked)) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/me/looks',
      summary: 'Who looked at my data, and why',
      roles: citizens,
      query: z.strictObject(paging()),
      handle: async ({ actor, query }) =>
        pageView(await looksAt(services.store, { person: actor.subject, ...query }), entryView),
    }),
  ];
}

function entryView({ value }: Stored<TrailDocument>): TrailEntryView {
  return { ...value, text: trailTexts[value.action] };
}
