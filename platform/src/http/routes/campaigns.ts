import type { BudgetView, CampaignAdminView, CampaignBudgetView, DepositView, PageOf } from '@tanhui/sdk/client';
import { fen, milligrams } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { Budget, Campaign, CampaignDeps, DepositDocument } from '../../rewards/index.ts';
import { budgetOf, campaignsOf, createCampaign, depositsOf, extendCampaign, setPaused } from '../../rewards/index.ts';
import type { Stored } from '../../storage/index.ts';
import { auditors, because, day, operators, organisations, pageAsked, pageView, paging } from '../parameters.ts';
import type { ProgrammeParameter } from '../parameters.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';

const amount = z.string().regex(/^[1-9]\d{0,14}$/);
const text = z.string().trim().min(1).max(80);
const campaignId = z.string().regex(/^cmp_[a-z0-9-]{1,40}$/);

const newCampaign = z.strictObject({
  campaign: campaignId,
  programme: z.string().max(40),
  name: z.strictObject({ 'zh-CN': text, en: text }),
  sponsor: text,
  organisation: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  priceFen: amount,
  priceMilligrams: amount,
  dailyCapFen: amount,
  monthlyCapFen: amount,
  budgetFen: amount,
  from: day,
  to: day.optional(),
});

/** 活动: an operator makes, pauses, resumes and extends campaigns; an agency sees them with their budgets. */
export function campaignRoutes(deps: CampaignDeps, programme: ProgrammeParameter): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/campaigns',
      summary: 'Campaigns 活动 of a programme with their budgets, newest first',
      roles: auditors,
      query: z.strictObject({ programme }),
      handle: async ({ query }): Promise<PageOf<CampaignAdminView>> => ({
        items: await Promise.all((await campaignsOf(deps.store, query.programme)).map((one) => viewOf(deps, one))),
      }),
    }),
    route({
      method: 'post',
      path: '/v1/campaigns',
      summary: 'Makes a campaign and opens its budget; the same again changes nothing',
      roles: operators,
      isIdempotent: true,
      body: newCampaign,
      handle: async ({ actor, body }) => viewOf(deps, await createCampaign(deps, wantedOf(body), actor)),
    }),
    budgetRoute(deps, programme),
    depositRoute(deps, programme),
    ...changeRoutes(deps),
  ];
}

/** A sponsor is a partner whose organisation a campaign names; it sees what became of its own money and of nobody else's. */
function budgetRoute({ store }: CampaignDeps, programme: ProgrammeParameter): Route {
  return route({
    method: 'get',
    path: '/v1/budgets',
    summary:
      'Budgets 预算: what was paid in, reserved, paid, returned and is left; a sponsor’s organisation sees its own',
    roles: organisations,
    query: z.strictObject({ programme }),
    handle: async ({ actor, query }): Promise<PageOf<CampaignBudgetView>> => {
      const all = await campaignsOf(store, query.programme);
      const seen = actor.role === 'partner' ? all.filter(({ organisation }) => organisation === actor.subject) : all;
      return {
        items: await Promise.all(seen.map(async (one) => budgetLine(one, await budgetOf(store, one.id)))),
      };
    },
  });
}

function depositRoute({ store }: CampaignDeps, programme: ProgrammeParameter): Route {
  return route({
    method: 'get',
    path: '/v1/deposits',
    summary: 'Deposits 存入 of sponsors into their budgets, newest first; a sponsor’s organisation sees its own',
    roles: organisations,
    query: z.strictObject({ programme, ...paging() }),
    handle: async ({ actor, query }) => {
      const organisation = actor.role === 'partner' ? actor.subject : undefined;
      const scope = { programme: query.programme, organisation };
      return pageView(await depositsOf(store, { ...scope, ...pageAsked(query) }), depositView);
    },
  });
}

function depositView({ key, value }: Stored<DepositDocument>): DepositView {
  const { campaign, programme, name, sponsor, amountFen, paidInAt } = value;
  return { deposit: key, campaign, programme, name, sponsor, amountFen, paidInAt };
}

/** Below a tenth of what was paid in, a sponsor has to think of paying in more. */
const lowShare = 10n;

function standingOf({ paidInFen, leftFen }: Budget): CampaignBudgetView['standing'] {
  if (leftFen <= 0n) return 'used-up';
  return leftFen * lowShare < paidInFen ? 'low' : 'ample';
}

function budgetLine(campaign: Campaign, budget: Budget): CampaignBudgetView {
  const { id, programme, name, sponsor, from, to, isPaused } = campaign;
  return {
    ...{ campaign: id, programme, name, sponsor, from, isPaused },
    ...(to !== undefined && { to }),
    standing: standingOf(budget),
    budget: budgetView(budget),
  };
}

function budgetView(budget: Budget): BudgetView {
  return {
    paidInFen: String(budget.paidInFen),
    reservedFen: String(budget.reservedFen),
    paidFen: String(budget.paidFen),
    payments: budget.payments,
    returnedFen: String(budget.returnedFen),
    returns: budget.returns,
    leftFen: String(budget.leftFen),
  };
}

function changeRoutes(deps: CampaignDeps): Route[] {
  const pausing = (act: 'pause' | 'resume', summary: string) =>
    route({
      method: 'post',
      path: `/v1/campaigns/:campaign/${act}`,
      summary,
      roles: operators,
      body: because,
      handle: async ({ actor, params, body: { reason } }) => {
        const id = params['campaign'] ?? '';
        return viewOf(deps, await setPaused(deps, { id, isPaused: act === 'pause', by: actor, reason }));
      },
    });
  return [
    pausing('pause', 'Pauses a campaign: nothing can be redeemed; what was redeemed is still paid'),
    pausing('resume', 'Lets a campaign go on'),
    route({
      method: 'post',
      path: '/v1/campaigns/:campaign/extend',
      summary: 'Gives a campaign a later last day, more budget, or both',
      roles: operators,
      isIdempotent: true,
      body: z
        .strictObject({ to: day.optional(), addBudgetFen: amount.optional() })
        .refine(({ to, addBudgetFen }) => to !== undefined || addBudgetFen !== undefined, 'nothing to extend'),
      handle: async ({ actor, params, body: { to, addBudgetFen }, idempotencyKey }) => {
        const more = addBudgetFen === undefined ? undefined : fen(addBudgetFen);
        const extension = { id: params['campaign'] ?? '', key: idempotencyKey, to, by: actor };
        return viewOf(deps, await extendCampaign(deps, { ...extension, addBudgetFen: more }));
      },
    }),
  ];
}

function wantedOf(body: z.output<typeof newCampaign>) {
  return {
    id: body.campaign,
    programme: body.programme,
    name: body.name,
    sponsor: body.sponsor,
    ...(body.organisation !== undefined && { organisation: body.organisation }),
    price: { fen: fen(body.priceFen), milligrams: milligrams(body.priceMilligrams) },
    dailyCapFen: fen(body.dailyCapFen),
    monthlyCapFen: fen(body.monthlyCapFen),
    budgetFen: fen(body.budgetFen),
    from: body.from,
    ...(body.to !== undefined && { to: body.to }),
  };
}

async function viewOf({ store }: CampaignDeps, campaign: Campaign): Promise<CampaignAdminView> {
  const { price, organisation } = campaign;
  return {
    ...budgetLine(campaign, await budgetOf(store, campaign.id)),
    ...(organisation !== undefined && { organisation }),
    price: { fen: String(price.fen), milligrams: String(price.milligrams) },
    dailyCapFen: String(campaign.dailyCapFen),
    monthlyCapFen: String(campaign.monthlyCapFen),
  };
}
