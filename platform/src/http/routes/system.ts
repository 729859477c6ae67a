import { hash, X509Certificate } from 'node:crypto';
import { dayOf } from '@tanhui/sdk/model';
import type { LedgerView, MethodologyView, PageOf, ProgrammeLine, ProgrammeView, SignIn } from '@tanhui/sdk/client';
import { z } from 'zod';
import type { Methodology } from '../../methodologies/index.ts';
import { fullTextOf, sourceOf } from '../../methodologies/index.ts';
import { namedProgramme } from '../named-programme.ts';
import { demoIdentities } from '../demo.ts';
import { auditors, everybody, programmeOf } from '../parameters.ts';
import { readinessOf } from '../readiness.ts';
import { refuseHttp } from '../refusals.ts';
import type { Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import { sessionLifetimeMs } from '../tokens.ts';

/** Health, the demo's sign-in, and what everybody signed in may know. */
export function systemRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/health',
      summary: 'The process lives',
      roles: 'open',
      handle: () => Promise.resolve({ status: 'ok' } as const),
    }),
    route({
      method: 'get',
      path: '/ready',
      summary: 'Store and ledger answer; 503 where one of them does not',
      roles: 'open',
      handle: async () => {
        const readiness = await readinessOf(services);
        if (!readiness.store) throw refuseHttp('HTTP_NOT_READY', { field: 'store' });
        if (!readiness.ledger) throw refuseHttp('HTTP_NOT_READY', { field: 'ledger' });
        return { status: 'ready' as const, ...readiness };
      },
    }),
    route({
      method: 'get',
      path: '/v1/programme',
      summary: 'The programme 碳普惠项目',
      roles: everybody,
      query: z.strictObject({ programme: programmeOf(services) }),
      handle: ({ query }) => programmeView(services, query.programme),
    }),
    route({
      method: 'get',
      path: '/v1/programmes',
      summary: 'Every programme 碳普惠项目 that counts here',
      roles: auditors,
      handle: () => Promise.resolve(programmeLines(services)),
    }),
    route({
      method: 'get',
      path: '/v1/ledger',
      summary: 'The ledger and whose it is',
      roles: everybody,
      handle: () => ledgerView(services),
    }),
    route({
      method: 'get',
      path: '/v1/methodologies',
      summary: 'Methodologies 方法学 with their sources',
      roles: everybody,
      handle: () => Promise.resolve(methodologies(services)),
    }),
    route({
      method: 'get',
      path: '/v1/methodologies/:methodology',
      summary:
        'A version, `{id}@{version}`, whole 方法学全文: formulas, factors with unit and source, and the text that its digest is of',
      roles: everybody,
      handle: ({ params }) => {
        const methodology = services.catalogue.named(params['methodology'] ?? '');
        return Promise.resolve({ ...methodologyView(methodology), ...fullTextOf(methodology) });
      },
    }),
    ...demoRoutes(services),
  ];
}

function demoRoutes(services: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/demo/identities',
      summary: 'Identities to pick in the demo',
      roles: 'open',
      handle: () => {
        if (!services.isDemo) throw refuseHttp('HTTP_DEMO_ONLY');
        return Promise.resolve({ items: demoIdentities });
      },
    }),
    route({
      method: 'post',
      path: '/v1/demo/sign-in',
      summary: 'Signs a demo identity in',
      roles: 'open',
      body: z.strictObject({ identity: z.string().max(64) }),
      handle: async ({ body }): Promise<SignIn> => {
        const found = demoIdentities.find(({ identity }) => identity === body.identity);
        if (!services.isDemo || found === undefined) throw refuseHttp('HTTP_DEMO_ONLY');
        const token = await services.tokens.issue({ subject: found.identity, role: found.role });
        return { token, role: found.role, expiresAt: services.clock.now() + sessionLifetimeMs };
      },
    }),
  ];
}

async function programmeView(services: Services, id: string): Promise<ProgrammeView> {
  const found = namedProgramme(services, id);
  return {
    programme: found.programme,
    name: found.name,
    regime: found.regime,
    isDemonstration: found.isDemonstration,
    isSimulated: found.isSimulated === true,
    today: dayOf(services.clock.now()),
    ledger: await ledgerView(services),
  };
}

function programmeLines({ catalogue }: Services): PageOf<ProgrammeLine> {
  return {
    items: catalogue.programmes.map(({ programme, name, regime, isDemonstration, isPilot }) => ({
      ...{ programme, name, regime, isDemonstration, isPilot },
      isOwn: programme === catalogue.own().programme,
    })),
  };
}

async function ledgerView(services: Services): Promise<LedgerView> {
  const { engine, channel, chaincode, isSameOperator, organisations } = await services.ledger.describe();
  return {
    engine,
    channel,
    chaincode,
    isSameOperator,
    height: await services.ledger.height(),
    organisations: organisations.map(({ mspId, rootCertificate }) => ({
      mspId,
      rootCertificate,
      rootFingerprint: hash('sha256', new X509Certificate(rootCertificate).raw, 'hex'),
    })),
  };
}

function methodologies({ catalogue }: Services): PageOf<MethodologyView> {
  return {
    items: catalogue.all().map(methodologyView),
  };
}

function methodologyView({ file, reference }: Pick<Methodology, 'file' | 'reference'>): MethodologyView {
  return {
    ...reference,
    name: file.name,
    source: sourceOf({ file }),
    confidence: file.confidence,
    isDemonstration: file.isDemonstration,
    validFrom: file.validFrom,
    ...(file.validTo !== undefined && { validTo: file.validTo }),
  };
}
