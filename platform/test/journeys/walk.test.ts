import { addDays } from '@tanhui/sdk/model';
import { seedDemo } from '../../src/cli/demo.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role, Route } from '../../src/http/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import type { Json, Schema } from '../support/hostile.ts';
import { hostileTexts, hostileVersions, sampleOf } from '../support/hostile.ts';
import { metroTrip } from '../support/records.ts';
import { tokensOf } from '../support/roles.ts';

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly schema: Schema;
}

/** An operation as its caller reads it in the document, with what the server says of who may call. */
interface Operation {
  readonly method: Route['method'];
  readonly path: string;
  readonly token: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
}

/** Requests under way, so that the server has no rest between them. */
const atOnce = 6;
const megabytes = 1_024 * 1_024;
let city: City;
let operations: readonly Operation[];
let known: Readonly<Record<string, string | readonly string[]>>;
let [asked, keys] = [0, 0];
const wrong: string[] = [];

beforeAll(async () => {
  city = await openCity({ TANHUI_RATE_CREDENTIAL_PER_MINUTE: '1000000', TANHUI_RATE_ADDRESS_PER_MINUTE: '1000000' });
  const tokens = await tokensOf(city);
  known = await liveCity(tokens);
  operations = await readOperations(tokens);
});
afterAll(() => city.close());

/** The demonstration, so that what is asked for by its id is there; gives the ids by the names that parameters and members have. */
async function liveCity(tokens: Readonly<Record<Role, string>>): Promise<typeof known> {
  await seedDemo(city.platform);
  const { me } = city.clientOf(tokens.citizen);
  const { audit, runs, access, programme } = city.clientOf(tokens.operator);
  const { today } = await programme();
  const trip = firstOf((await me.trips()).items);
  await me.bindWallet('class-3', 'walk-wallet-1');
  const redeemed = await me.redeem('2', 'walk-redeem-1');
  const issued = await access.issue({ role: 'partner', subject: 'to-be-tried', label: 'x' }, 'walk-issue-1');
  return {
    ...{ source: 'metro-trips', control: 'sealing', programme: 'qingdao-demo', campaign: 'cmp_demo', number: '0' },
    ...{ day: trip.day, to: addDays(today, 9), from: today, run: firstOf((await runs.list()).items).run },
    ...{
      batch: firstOf((await audit.batches({ day: trip.day })).items).batch,
      activity: trip.activity,
      record: trip.record ?? '',
    },
    ...{ credential: issued.credential, account: firstOf((await me.get()).accounts).account },
    ...{ redemption: redeemed.redemption, payment: redeemed.redemption, identity: 'ctz_sim-hai' },
    sources: ['metro-trips'],
    ...{ consent: (await me.consentText()).version, code: 'ACTIVITIES_OVERLAPS' },
  };
}

function firstOf<Item>(items: readonly Item[]): Item {
  const [first] = items;
  expect(first).toBeDefined();
  return first as Item;
}

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>> };

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** What cannot be undone comes last: it would leave the others nothing to find. */
const ending = /erasure|revoke|reversal|close$|wallet$/;

async function readOperations(tokens: Readonly<Record<Role, string>>): Promise<readonly Operation[]> {
  const { paths } = (await (await fetch(`${city.url}/openapi.json`)).json()) as Document;
  const read = city.platform.routes.map(({ method, path, roles }): Operation => {
    const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method];
    expect(described, `${method} ${path} stands in the document`).toBeDefined();
    return {
      ...{ method, path },
      token: tokens[typeof roles === 'string' || roles.includes('operator') ? 'operator' : (roles[0] ?? 'operator')],
      parameters: described?.parameters ?? [],
      body: described?.requestBody?.content['application/json']?.schema,
    };
  });
  const isLast = ({ method, path }: Operation): number => (method === 'delete' ? 1 : 0) + (ending.test(path) ? 2 : 0);
  return read.toSorted((one, other) => isLast(one) - isLast(other));
}

/** Sends, and notes every answer that is neither a success nor a refusal that the platform has a text for. */
async function send(operation: Operation, address: string, { body, where }: { body?: string; where: string }) {
  asked += 1;
  const response = await fetch(`${city.url}${address}`, {
    method: operation.method.toUpperCase(),
    headers: {
      authorization: `Bearer ${operation.token}`,
      'tanhui-reason': 'walk',
      'idempotency-key': `walking-${String((keys += 1))}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const { status } = response;
  if (status < 300) return;
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  const code = isProblem ? (JSON.parse(text) as { code: string }).code : text.slice(0, 80);
  if (!isProblem || status >= 500 || city.platform.services.texts(code) === undefined)
    wrong.push(`${String(status)} ${code}: ${operation.method} ${operation.path}, ${where}`);
}

/** The address with every path parameter filled by what is there, or by what a test puts in its place. */
function addressOf({ path }: Operation, instead: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(
    /:(\w+)/g,
    (_, name: string) => instead[name] ?? encodeURIComponent(String(known[name] ?? 'none')),
  );
}

function bodyOf({ path, body }: Operation): Json {
  if (path === '/v1/sources/:source/records') return [metroTrip(900)];
  if (path === '/v1/runs')
    return { source: 'step-days', programme: 'qingdao-demo', settings: { stepsPerDayCap: 9_000, beside: [{ a: 1 }] } };
  const sample = sampleOf(body ?? {}, known);
  return path === '/v1/campaigns' ? { ...(sample as object), campaign: 'cmp_walked' } : sample;
}

async function expectAllWell(atLeast: number, from: { readonly asked: number; readonly rss: number }): Promise<void> {
  expect(wrong.splice(0)).toEqual([]);
  expect(asked - from.asked).toBeGreaterThan(atLeast);
  expect(process.memoryUsage().rss - from.rss).toBeLessThan(300 * megabytes);
  expect((await fetch(`${city.url}/ready`)).status).toBe(200);
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
}

function start(): { readonly asked: number; readonly rss: number } {
  return { asked, rss: process.memoryUsage().rss };
}

/** Encoded, and as it is where an address may hold it. */
async function walkPath(operation: Operation, name: string): Promise<void> {
  for (const text of hostileTexts) {
    const where = `${name}=${text}`;
    await send(operation, addressOf(operation, { [name]: encodeURIComponent(text) }), { where });
    if (/^[!-~]+$/.test(text))
      await send(operation, addressOf(operation, { [name]: text }), { where: `${where}, as it is` });
  }
}

async function walkBody(operation: Operation): Promise<void> {
  const versions = [...hostileVersions(bodyOf(operation))];
  for (let at = 0; at < versions.length; at += atOnce)
    await Promise.all(
      versions
        .slice(at, at + atOnce)
        .map(({ where, value }) => send(operation, addressOf(operation), { body: JSON.stringify(value), where })),
    );
}

describe('every operation of the document', () => {
  it('answers whatever stands in any one place of its path', async () => {
    const before = start();
    for (const operation of operations.filter(({ method }) => method === 'get'))
      for (const { name } of operation.parameters.filter(({ in: place }) => place === 'path'))
        await walkPath(operation, name);
    await expectAllWell(500, before);
  });

  it('answers whatever stands in any one parameter of its query, twice, and under another name', async () => {
    const before = start();
    for (const operation of operations)
      for (const { name } of operation.parameters.filter(({ in: place }) => place === 'query')) {
        const address = addressOf(operation);
        for (const text of hostileTexts)
          await send(operation, `${address}?${name}=${encodeURIComponent(text)}`, { where: `?${name}=${text}` });
        await send(operation, `${address}?${name}=1&${name}=2`, { where: `?${name} twice` });
        await send(operation, `${address}?${name}[x]=1`, { where: `?${name}[x]` });
      }
    await expectAllWell(800, before);
  });

  it('answers whatever stands in any one place of its body, however deep', async () => {
    const before = start();
    for (const operation of operations.filter(({ body }) => body !== undefined)) await walkBody(operation);
    await expectAllWell(1_500, before);
  });
});
