import { readFileSync } from 'node:fs';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role, Route } from '../../src/http/index.ts';
import { citizenDocuments } from '../../src/identity/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { metroTrip } from '../support/records.ts';
import { tokensOf } from '../support/roles.ts';

const { operations } = JSON.parse(
  readFileSync(new URL('../../src/http/answers.schema.json', import.meta.url), 'utf8'),
) as { readonly operations: Readonly<Record<string, { readonly $ref?: string }>> };

/** Lists that are bounded by what they are, and are answered whole. A new list is given page by page, or stands here for a reason. */
const whole = [
  '/v1/budgets',
  '/v1/campaigns',
  '/v1/demo/identities',
  '/v1/me/consents',
  '/v1/me/sources',
  '/v1/methodologies',
  '/v1/operations/backups',
  '/v1/operations/controls',
  '/v1/programmes',
  '/v1/sources',
];

const yesterday = addDays(dayOf(Date.now()), -1);
let city: City;
let tokens: Readonly<Record<Role, string>>;
let run: string;

beforeAll(async () => {
  city = await openCity({ TANHUI_SEAL_DELAY_MS: '0' });
  tokens = await tokensOf(city);
  const person = { name: 'Lan', programme: 'qingdao-demo', isSimulated: true, createdAt: 0, accounts: [] };
  await city.platform.services.store.unitOfWork((tx) =>
    tx.insertMany(citizenDocuments, [{ key: 'ctz_sim-lan', value: person }]),
  );
  run = (await city.clientOf(tokens.operator).runs.open({ source: 'metro-trips', programme: 'qingdao-demo' })).run;
  const refused = { ...metroTrip(0), from: '-nowhere-' };
  const lines = [metroTrip(1), metroTrip(2), refused, { ...refused, trip_id: 'TEST-T9' }];
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/x-ndjson' };
  const url = `${city.url}/v1/sources/metro-trips/records?run=${run}`;
  await (
    await fetch(url, { method: 'POST', headers, body: lines.map((one) => JSON.stringify(one)).join('\n') })
  ).text();
  await city.platform.services.sealNow();
});
afterAll(() => city.close());

/** Every route that answers a list, as the SDK says what is answered. */
function lists(): Route[] {
  return city.platform.routes.filter(
    ({ method, path }) => operations[`${method} ${path}`]?.$ref?.includes('/PageOf') === true,
  );
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly field?: string;
    readonly items?: readonly unknown[];
    readonly next?: string;
  };
}

type Shape = Readonly<Record<string, z.ZodType>>;

function shapeOf({ query }: Route): Shape {
  return (query as { readonly shape?: Shape } | undefined)?.shape ?? {};
}

/** Asks a list with what it cannot do without, and whatever a test adds. */
async function ask(route: Route, query: Readonly<Record<string, string>>): Promise<Answer> {
  const role = typeof route.roles === 'string' ? 'operator' : (route.roles.at(-1) ?? 'operator');
  const needsDay = shapeOf(route)['day']?.safeParse(undefined).success === false;
  const search = new URLSearchParams({ ...(needsDay && { day: yesterday }), ...query });
  const path = route.path.replace(':run', run).replaceAll(/:\w+/g, 'none');
  const response = await fetch(`${city.url}${path}?${search.toString()}`, {
    headers: { authorization: `Bearer ${tokens[role]}` },
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

function pagedLists(): Route[] {
  return lists().filter(({ path }) => !whole.includes(path));
}

/** Those of them whose path names nothing but what this test has made. */
function pagedListsThatAreThere(): Route[] {
  return pagedLists().filter(({ path }) => !path.replace(':run', '').includes(':'));
}

describe('every list', () => {
  it('is given page by page, or is one that is answered whole', () => {
    const unpaged = lists().filter(
      ({ query }) => !('limit' in ((query as { shape?: object } | undefined)?.shape ?? {})),
    );
    expect(unpaged.map(({ path }) => path).sort()).toEqual(whole);
    expect(lists().length - whole.length).toBeGreaterThan(10);
  });

  it.each(['0', '101', 'abc', '', '-1', '1.5', '1e9'])('refuses limit=%s with a code that names it', async (limit) => {
    for (const route of pagedLists()) {
      const { status, body } = await ask(route, { limit });
      expect([status, body.code, body.field], route.path).toEqual([400, 'HTTP_INPUT_INVALID', 'limit']);
    }
  });

  it.each(['1', '100'])('takes limit=%s, and gives no more than that', async (limit) => {
    for (const route of pagedListsThatAreThere()) {
      const { status, body } = await ask(route, { limit });
      expect(status, route.path).toBe(200);
      expect(body.items?.length, route.path).toBeLessThanOrEqual(Number(limit));
    }
  });

  it('refuses a cursor that it has not given', async () => {
    for (const route of pagedListsThatAreThere()) {
      const { status, body } = await ask(route, { cursor: 'nonsense' });
      expect([status, body.code], route.path).toEqual([400, expect.stringMatching(/_INVALID$/)]);
    }
  });

  it.each([
    ['/v1/audit/blocks', 2],
    ['/v1/audit/refusals', 2],
    ['/v1/runs/:run/refusals', 2],
    ['/v1/audit/trail', 2],
  ])('goes on behind a page of one: %s', async (path, atLeast) => {
    const route = lists().find((one) => one.path === path) as Route;
    const all = (await ask(route, {})).body.items ?? [];
    const found: unknown[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const { body } = await ask(route, { limit: '1', ...(next !== '' && { cursor: next }) });
      found.push(...(body.items ?? []));
      next = body.next;
    }
    expect(all.length).toBeGreaterThanOrEqual(atLeast);
    expect(found).toEqual(all);
  });
});

describe('parameters of paths', () => {
  it.each([
    ['/v1/audit/blocks/abc', 'number'],
    ['/v1/audit/blocks/-1', 'number'],
    ['/v1/audit/blocks/1.5', 'number'],
    ['/v1/audit/days/2026-13-45', 'day'],
    ['/v1/audit/days/today/records', 'day'],
    ['/v1/audit/trail/days/abc/check', 'day'],
  ])('refuses %s with a code that names it', async (path, field) => {
    const headers = { authorization: `Bearer ${tokens.operator}` };
    const response = await fetch(city.url + path, { headers });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'HTTP_INPUT_INVALID', field });
  });
});
