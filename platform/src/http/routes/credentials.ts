import type { CredentialView, SecretView, SignIn } from '@tanhui/sdk/client';
import { z } from 'zod';
import type { CredentialDeps, ShownSecret } from '../../identity/index.ts';
import {
  admitSecret,
  bootstrapFirstAdmin,
  checkWithin,
  credentialOf,
  issueCredential,
  listCredentials,
  listedCredential,
  makeBootstrapToken,
  maxOverlapMs,
  revokeCredential,
  rotateCredential,
} from '../../identity/index.ts';
import { operators, organisations, pageView, paging } from '../parameters.ts';
import { refuseHttp } from '../refusals.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { tokenLifetimeMs } from '../tokens.ts';

const hourMs = 3_600_000;
const subject = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
const label = z.string().trim().min(1).max(80);

const newCredential = z.strictObject({
  role: z.enum(organisations),
  subject: subject.optional().describe('The organisation; one’s own where it is left out'),
  label,
  sources: z.array(z.string().max(64)).min(1).max(20).optional(),
  programme: z.string().max(40).optional(),
  validForDays: z.number().int().min(1).max(1_095).optional(),
});

/** 凭证: issue, list, rotate and revoke; and what a secret is traded for. */
export function credentialRoutes(services: Services): Route[] {
  const deps: CredentialDeps = { clock: services.clock, random: services.random, trail: services.trail };
  return [...secretRoutes(services, deps), ...managementRoutes(services, deps), ...issuingRoutes(services, deps)];
}

function secretRoutes(services: Services, deps: CredentialDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/tokens',
      summary: 'Trades the secret of a credential for a token of fifteen minutes',
      isSecret: true,
      roles: 'credential',
      body: z.strictObject({}),
      handle: async ({ bearer }): Promise<SignIn> => {
        const now = services.clock.now();
        const { document, credential, generation } = await admitSecret(services.store, bearer, now);
        const claims = { subject: document.subject, role: document.role, credential, generation };
        const token = await services.tokens.issue(claims, tokenLifetimeMs);
        return { token, role: document.role, expiresAt: now + tokenLifetimeMs };
      },
    }),
    route({
      method: 'post',
      path: '/v1/bootstrap',
      summary: 'Trades the one-time bootstrap token for the first operator credential',
      isSecret: true,
      roles: 'credential',
      body: z.strictObject({ subject, label }),
      handle: async ({ bearer, body }) =>
        shown(await services.store.unitOfWork((tx) => bootstrapFirstAdmin(tx, deps, { token: bearer, ...body }))),
    }),
    route({
      method: 'post',
      path: '/v1/bootstrap/token',
      summary:
        'Makes the bootstrap token anew, while there is no administrator yet; for the command line on the server',
      isSecret: true,
      roles: operators,
      body: z.strictObject({}),
      handle: async () => ({ token: await services.store.unitOfWork((tx) => makeBootstrapToken(tx, deps)) }),
    }),
  ];
}

function managementRoutes(services: Services, deps: CredentialDeps): Route[] {
  const byId = '/v1/credentials/:credential';
  return [
    route({
      method: 'get',
      path: '/v1/credentials',
      summary: 'Credentials, newest first: all for an operator, otherwise those of one’s organisation',
      roles: organisations,
      query: z.strictObject(paging()),
      handle: async ({ actor, query }) => {
        const of = actor.role === 'operator' ? undefined : actor.subject;
        return pageView(await listCredentials(services.store, { subject: of, ...query }), listedCredential);
      },
    }),
    route({
      method: 'post',
      path: `${byId}/rotate`,
      summary: 'Gives a new secret; the one before stays valid for the overlap',
      isSecret: true,
      roles: organisations,
      body: z.strictObject({
        overlapHours: z
          .number()
          .min(0)
          .max(maxOverlapMs / hourMs)
          .default(24),
      }),
      handle: async ({ actor, params, body }) => {
        const id = await ownCredential(services, actor, params['credential']);
        const overlapMs = Math.round(body.overlapHours * hourMs);
        return shown(await services.store.unitOfWork((tx) => rotateCredential(tx, deps, { id, overlapMs, by: actor })));
      },
    }),
    route({
      method: 'post',
      path: `${byId}/revoke`,
      summary: 'Ends a credential for good, and every token that was got with it',
      roles: organisations,
      body: z.strictObject({ reason: z.string().max(200).default('') }),
      handle: async ({ actor, params, body }): Promise<CredentialView> => {
        const id = await ownCredential(services, actor, params['credential']);
        await services.store.unitOfWork((tx) => revokeCredential(tx, deps, { id, by: actor, reason: body.reason }));
        return listedCredential(await credentialOf(services.store, id));
      },
    }),
  ];
}

function issuingRoutes(services: Services, deps: CredentialDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/credentials',
      summary: 'Issues a credential; its secret is shown in this answer only',
      isSecret: true,
      roles: organisations,
      body: newCredential,
      handle: async ({ actor, body }) => {
        checkIssuer(services, actor, body);
        const { validForDays, ...asked } = body;
        const expiresAt = validForDays === undefined ? undefined : services.clock.now() + validForDays * 24 * hourMs;
        const credential = { ...asked, subject: body.subject ?? actor.subject, expiresAt };
        return shown(await services.store.unitOfWork((tx) => issueCredential(tx, deps, { credential, by: actor })));
      },
    }),
  ];
}

function shown({ id, secret }: ShownSecret): SecretView {
  return { credential: id, secret };
}

type AskedCredential = z.output<typeof newCredential>;

/** An operator issues for anybody; everybody else for his own organisation, in his own role, within his own scope. */
function checkIssuer(services: Services, actor: Actor, asked: AskedCredential): void {
  checkShape(services, asked);
  if (actor.role === 'operator') return;
  const isOwn = asked.role === actor.role && (asked.subject ?? actor.subject) === actor.subject;
  if (!isOwn) throw refuseHttp('HTTP_ROLE_FORBIDDEN');
  checkWithin(actor, { ...asked, subject: actor.subject });
}

/** Only partners are bound to sources and a programme, and only to sources that are there. */
function checkShape(services: Services, { role, sources = [], programme }: AskedCredential): void {
  for (const source of sources) services.plugins.source(source);
  if (role === 'partner') return;
  if (sources.length > 0) throw refuseHttp('HTTP_INPUT_INVALID', { field: 'sources' });
  if (programme !== undefined) throw refuseHttp('HTTP_INPUT_INVALID', { field: 'programme' });
}

/** The id of a credential that the caller may change; another organisation's is as good as none. */
async function ownCredential(services: Services, actor: Actor, id = ''): Promise<string> {
  const { key, value } = await credentialOf(services.store, id);
  if (actor.role !== 'operator' && value.subject !== actor.subject) await credentialOf(services.store, '');
  return key;
}
