import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role, Route } from '../../src/http/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { everyRole, tokensOf } from '../support/roles.ts';

let city: City;
let tokens: Readonly<Record<Role, string>>;

beforeAll(async () => {
  city = await openCity();
  tokens = await tokensOf(city);
});
afterAll(() => city.close());

interface Answer {
  readonly status: number;
  readonly code: string;
}

/** Calls a route with nothing but a credential: who may not, learns that first, whatever else is wrong with the call. */
async function call({ method, path }: Pick<Route, 'method' | 'path'>, bearer?: string): Promise<Answer> {
  const response = await fetch(city.url + path.replaceAll(/:\w+/g, 'none'), {
    method: method.toUpperCase(),
    redirect: 'manual',
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return { status: response.status, code: isProblem ? (JSON.parse(text) as { code: string }).code : '' };
}

function nameOf({ method, path }: Route): string {
  return `${method.toUpperCase()} ${path}`;
}

/** Said here once more and on purpose: what a stranger may call. */
const open = ['GET /health', 'GET /ready', 'GET /v1/demo/identities', 'POST /v1/demo/sign-in'];
const forSecrets = ['POST /v1/tokens', 'POST /v1/bootstrap'];

describe('every route and every role', () => {
  it('leaves nothing open but health, readiness and the demo’s door', () => {
    const { routes } = city.platform;
    expect(routes.filter(({ roles }) => roles === 'open').map(nameOf)).toEqual(open);
    expect(routes.filter(({ roles }) => roles === 'credential').map(nameOf)).toEqual(forSecrets);
  });

  it('answers a stranger 401, and one with a token that is none', async () => {
    for (const route of city.platform.routes.filter(({ roles }) => roles !== 'open')) {
      expect(await call(route), nameOf(route)).toEqual({ status: 401, code: 'HTTP_TOKEN_MISSING' });
    }
    const [route] = city.platform.routes.filter(({ roles }) => roles !== 'open');
    expect(await call(route as Route, 'e30.e30.e30')).toEqual({ status: 401, code: 'HTTP_TOKEN_INVALID' });
  });

  it('answers a token of the wrong role 403 and lets one of the right role in, route by route', async () => {
    for (const route of city.platform.routes) {
      if (typeof route.roles === 'string') continue;
      for (const role of everyRole) {
        const answer = await call(route, tokens[role]);
        const where = `${nameOf(route)} as ${role}: ${JSON.stringify(answer)}`;
        const isLetIn = answer.status !== 401 && answer.code !== 'HTTP_ROLE_FORBIDDEN' && answer.status < 500;
        if (route.roles.includes(role)) expect(isLetIn, where).toBe(true);
        else expect(answer, where).toEqual({ status: 403, code: 'HTTP_ROLE_FORBIDDEN' });
      }
    }
  });

  it('takes only a secret where a secret is asked for', async () => {
    for (const path of ['/v1/tokens', '/v1/bootstrap'])
      for (const role of everyRole)
        expect((await call({ method: 'post', path }, tokens[role])).status, `${path} as ${role}`).not.toBe(200);
  });

  it('lets nobody act for a role that his token does not hold: the signature covers it', async () => {
    const [head = '', body = '', signature = ''] = tokens.citizen.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, role: 'operator' })).toString('base64url');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const route = { method: 'get', path: '/v1/credentials' } as const;
    for (const token of [`${head}.${forged}.${signature}`, `${unsigned}.${forged}.`])
      expect(await call(route, token)).toEqual({ status: 401, code: 'HTTP_TOKEN_INVALID' });
  });
});

describe('beside the routes', () => {
  it('serves the API’s document and page to anybody, and nothing beside the page’s files', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/start.js', '/docs/swagger-ui.css'])
      expect((await call({ method: 'get', path })).status, path).toBe(200);
    for (const path of ['/docs/package.json', '/docs/..%2f..%2fpackage.json', '/docs/constructor', '/keys.json'])
      expect((await call({ method: 'get', path })).code, path).toBe('HTTP_NOT_FOUND');
  });

  it('answers everything else as not there', async () => {
    for (const path of ['/v1', '/v1/', '/admin', '/.git/config', '/v1/me/../credentials', '//v1/credentials'])
      expect((await call({ method: 'get', path })).status, path).toBeGreaterThanOrEqual(401);
  });
});
