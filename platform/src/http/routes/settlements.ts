import type { SettlementView } from '@tanhui/sdk/client';
import { z } from 'zod';
import type { SettlementDocument } from '../../rewards/index.ts';
import { settlementLeaves, settlementPage, settlementStored } from '../../rewards/index.ts';
import type { Stored } from '../../storage/index.ts';
import { auditors, day, pageAsked, pageView, paging, programmeOf } from '../parameters.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 结算封存 as an auditor sees them: the seals of a day, and the leaves of one to recompute its root and sums from. Neither names a person. */
export function settlementRoutes(services: Services): Route[] {
  const { store } = services;
  return [
    route({
      method: 'get',
      path: '/v1/audit/settlements',
      summary: 'Settlement seals 结算封存 of a day, the latest first',
      roles: auditors,
      query: z.strictObject({ programme: programmeOf(services), day, ...paging() }),
      handle: async ({ query }) =>
        pageView(
          await settlementPage(store, { programme: query.programme, day: query.day, ...pageAsked(query) }),
          viewOf,
        ),
    }),
    route({
      method: 'get',
      path: '/v1/audit/settlements/:settlement',
      summary: 'A settlement seal',
      roles: auditors,
      handle: async ({ params }) => viewOf(await settlementStored(store, params['settlement'] ?? '')),
    }),
    route({
      method: 'get',
      path: '/v1/audit/settlements/:settlement/leaves',
      summary: 'Leaves of a settlement seal, 64 bytes each',
      roles: auditors,
      handle: async ({ params }) => {
        const stored = await settlementStored(store, params['settlement'] ?? '');
        const { leaves } = await settlementLeaves(store, stored);
        return { file: leaves, type: 'application/octet-stream', name: `${stored.key}.leaves` };
      },
    }),
  ];
}

function viewOf({ key, value }: Stored<SettlementDocument>): SettlementView {
  const { programme, header, state, transaction, block } = value;
  const { count, root, amountFen, burnedMilligrams } = header;
  return {
    settlement: key,
    programme,
    day: header.day,
    count,
    root,
    amountFen,
    burnedMilligrams,
    state,
    ...(transaction !== undefined && { transaction }),
    ...(block !== undefined && { block }),
  };
}
