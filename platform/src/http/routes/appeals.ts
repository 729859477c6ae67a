import type { AppealCaseView, AppealLineView, AppealView, CaseTripView } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { ActivityDocument } from '../../activities/index.ts';
import { activities } from '../../activities/index.ts';
import type { AppealDocument } from '../../intake/index.ts';
import { appealOf, appealsOf, decideAppeal, decidedAppeals, fileAppeal, openAppeals } from '../../intake/index.ts';
import { required } from '../../kernel/index.ts';
import type { Stored } from '../../storage/index.ts';
import type { Look } from '../looks.ts';
import { writeLook } from '../looks.ts';
import { auditors, citizens, pageView, paging } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const text = z.string().trim().min(1).max(500);

/** 申诉: a person objects to what became of a trip; the agency or the operator decides, in words and with its effect. */
export function appealRoutes(services: Services): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/me/appeals',
      summary: 'Appeals 申诉 what became of a trip; one appeal a trip',
      roles: citizens,
      isIdempotent: true,
      body: z.strictObject({ activity: z.string().max(120), statement: text }),
      handle: async ({ actor, body }) => {
        const filing = { ...body, citizen: actor.subject, at: services.clock.now() };
        return appealView(await services.store.unitOfWork((tx) => fileAppeal(tx, filing)));
      },
    }),
    route({
      method: 'get',
      path: '/v1/me/appeals',
      summary: 'One’s own appeals, newest first, with what was decided',
      roles: citizens,
      query: z.strictObject(paging()),
      handle: async ({ actor, query }) =>
        pageView(await appealsOf(services.store, { citizen: actor.subject, ...query }), appealView),
    }),
    ...decisionRoutes(services),
  ];
}

function decisionRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/appeals',
      summary:
        'Appeals that wait for a decision, the oldest first, or those decided, the latest first; without the person’s words',
      roles: auditors,
      query: z.strictObject({ state: z.enum(['open', 'decided']).default('open'), ...paging() }),
      handle: async ({ query: { state, ...asked } }) => {
        const list = state === 'open' ? openAppeals : decidedAppeals;
        return pageView(await list(services.store, asked), (stored) => lineView(services, stored));
      },
    }),
    route({
      method: 'get',
      path: '/v1/appeals/:appeal',
      summary:
        'An appeal with its trip, and the trip on another account where it is held against one; the look is written down',
      roles: auditors,
      isLook: true,
      handle: ({ actor, params, reason }) => caseView(services, params['appeal'] ?? '', { actor, reason }),
    }),
    route({
      method: 'post',
      path: '/v1/appeals/:appeal/decision',
      summary:
        'Decides an appeal: the trip counts after all, or is taken back, or stays as it is; answers the case as it stands then',
      roles: auditors,
      isIdempotent: true,
      body: z.strictObject({
        decision: z.enum(['uphold', 'decline']),
        answer: text,
        alsoReverse: z.boolean().default(false),
      }),
      handle: ({ actor, params, body }) => decide(services, actor, { appeal: params['appeal'] ?? '', ...body }),
    }),
  ];
}

async function decide(
  services: Services,
  actor: Actor,
  body: {
    readonly appeal: string;
    readonly decision: 'uphold' | 'decline';
    readonly answer: string;
    readonly alsoReverse: boolean;
  },
): Promise<AppealCaseView> {
  const { appeal, decision, answer, alsoReverse } = body;
  const stored = await services.store.unitOfWork(async (tx) => {
    const isUpheld = decision === 'uphold';
    const before = await appealOf(tx, appeal);
    const decided = await decideAppeal(tx, services.intake, {
      appeal,
      isUpheld,
      answer,
      alsoReverse,
      by: actor.subject,
    });
    // The answer shows the case: who decides is written down as that, and who only sees what was decided before has looked.
    const made = isUpheld ? 'appeal-upheld' : 'appeal-declined';
    const action = before.value.status === 'open' ? made : 'person-looked-at';
    const person = decided.value.citizen;
    await services.trail.append(tx, { actor, action, subject: appeal, person, reason: answer });
    return decided;
  });
  return caseOf(services, stored, await tripOf(services, stored));
}

async function tripOf({ store }: Services, { value }: Stored<AppealDocument>): Promise<Stored<ActivityDocument>> {
  return required(await store.get(activities, value.activity), 'activity of an appeal');
}

async function caseView(services: Services, key: string, look: Look): Promise<AppealCaseView> {
  const stored = await appealOf(services.store, key);
  const trip = await tripOf(services, stored);
  await writeLook(services, look, { subject: key, account: trip.value.account });
  return caseOf(services, stored, trip);
}

async function caseOf(
  services: Services,
  stored: Stored<AppealDocument>,
  trip: Stored<ActivityDocument>,
): Promise<AppealCaseView> {
  const against =
    trip.value.claim === undefined ? undefined : await services.store.get(activities, trip.value.claim.against);
  return {
    ...appealView(stored),
    about: stored.value.about,
    ...(stored.value.decidedBy !== undefined && { decidedBy: stored.value.decidedBy }),
    ...reasonIn(services, stored.value.code),
    trip: caseTrip(trip),
    ...(against !== undefined && { heldAgainst: caseTrip(against) }),
  };
}

/** What a decider has to see of a trip; whose account it was on is no part of it. */
function caseTrip({ key, value }: Stored<ActivityDocument>): CaseTripView {
  const { status, source, mode, evidence, occurredAt, startedAt, endedAt, distanceMeters, fromPlace, toPlace } = value;
  const { record } = value;
  return {
    ...{ activity: key, status, source, mode, evidence, day: value.day as Day, occurredAt },
    ...(record !== undefined && { record }),
    ...(startedAt !== undefined && { startedAt }),
    ...(endedAt !== undefined && { endedAt }),
    ...(distanceMeters !== undefined && { distanceMeters }),
    ...(fromPlace !== undefined && { fromPlace }),
    ...(toPlace !== undefined && { toPlace }),
  };
}

/** What stands in a list: the person's own words take a look, which is written down. */
function lineView(services: Services, { key, value }: Stored<AppealDocument>): AppealLineView {
  const { activity, status, about, code, createdAt, decidedBy } = value;
  return {
    ...{ appeal: key, activity, status, about, createdAt },
    ...reasonIn(services, code),
    ...decisionIn(value),
    ...(decidedBy !== undefined && { decidedBy }),
  };
}

function appealView({ key, value }: Stored<AppealDocument>): AppealView {
  const { activity, statement, status, createdAt } = value;
  return { appeal: key, activity, statement, status, createdAt, ...decisionIn(value) };
}

function decisionIn({ decidedAt, answer, outcome }: AppealDocument) {
  return {
    ...(decidedAt !== undefined && { decidedAt }),
    ...(answer !== undefined && { answer }),
    ...(outcome !== undefined && { outcome }),
  };
}

function reasonIn(services: Services, code: string | undefined) {
  return code === undefined ? {} : { reason: reasonOf(services.texts, code) };
}
