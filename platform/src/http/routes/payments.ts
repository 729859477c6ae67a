import type { PaymentView, UnresolvedPaymentView } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import { reasonOfRejection } from '../../rewards/index.ts';
import type { Stored } from '../../storage/index.ts';
import type { PaymentDocument, ResolvingDeps } from '../../wallets/index.ts';
import { askNow, paymentOf, resolveByStatement, unresolvedPayments } from '../../wallets/index.ts';
import { auditors, operators, pageAsked, pageView, paging } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

/** 支付: what an operator sees of payments whose outcome is unknown, and the two things to do about one. Neither pays again. */
export function paymentRoutes(services: Services, deps: ResolvingDeps): Route[] {
  const view = async (id: string) => paymentView(services, await paymentOf(deps.store, id));
  return [
    route({
      method: 'get',
      path: '/v1/payments/unresolved',
      summary: 'Payments whose outcome is unknown 待处理支付, the longest first',
      roles: auditors,
      query: z.strictObject(paging()),
      handle: async ({ query }) => pageView(await unresolvedPayments(deps.store, pageAsked(query)), unresolvedView),
    }),
    route({
      method: 'get',
      path: '/v1/payments/:payment',
      summary: 'A payment and how it ended',
      roles: auditors,
      handle: ({ params }) => view(params['payment'] ?? ''),
    }),
    route({
      method: 'post',
      path: '/v1/payments/:payment/ask',
      summary: 'Asks the gateway for the outcome now',
      roles: operators,
      body: z.strictObject({}),
      handle: async ({ actor, params }) => {
        const id = params['payment'] ?? '';
        await deps.store.unitOfWork((tx) => askNow(tx, deps, { id, at: deps.clock.now(), by: actor }));
        await services.payNow();
        return view(id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/payments/:payment/decide',
      summary: 'Ends an unknown outcome by the bank’s statement, with a note that stands in the trail',
      roles: operators,
      body: z.strictObject({ note: z.string().trim().min(1).max(200) }),
      handle: async ({ actor, params, body: { note } }) => {
        const id = params['payment'] ?? '';
        await resolveByStatement(deps, { id, by: actor, note });
        return view(id);
      },
    }),
  ];
}

function unresolvedView({ key, value }: Stored<PaymentDocument>): UnresolvedPaymentView {
  return {
    payment: key,
    amountFen: value.amountFen,
    state: value.state === 'manual' ? 'manual' : 'unknown',
    unresolvedAt: value.unresolvedAt ?? value.createdAt,
    ...(value.sentAt !== undefined && { sentAt: value.sentAt }),
    ...(value.dueAt !== undefined && { nextAskAt: value.dueAt }),
    attempts: value.attempts,
    gatewayReason: value.unknownReason ?? '',
  };
}

function paymentView({ texts }: Services, { key, value }: Stored<PaymentDocument>): PaymentView {
  const { amountFen, state, settledAt, bankReference, rejectionCode, evidence } = value;
  return {
    payment: key,
    amountFen,
    state,
    ...(settledAt !== undefined && { settledAt }),
    ...(bankReference !== undefined && { bankReference }),
    ...(rejectionCode !== undefined && { rejectionCode, reason: reasonOf(texts, reasonOfRejection[rejectionCode]) }),
    ...(evidence !== undefined && { evidence: { ...evidence, statementDays: evidence.statementDays as Day[] } }),
  };
}
