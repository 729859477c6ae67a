import { readFileSync } from 'node:fs';
import type { Day } from '@tanhui/sdk/model';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seedDemo } from '../../src/cli/demo.ts';
import type { Role, Route } from '../../src/http/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { tokensOf } from '../support/roles.ts';

interface Described {
  readonly operations: Readonly<Record<string, object>>;
  readonly schemas: Readonly<Record<string, object>>;
}

const described = JSON.parse(
  readFileSync(new URL('../../src/http/answers.schema.json', import.meta.url), 'utf8'),
) as Described;

/** Strict: a member that the SDK does not name is a failure here, be it a forgotten one or one that must not leave. */
const ajv = new Ajv({ strict: false, allErrors: true });
for (const [name, schema] of Object.entries(described.schemas)) ajv.addSchema(schema, `#/components/schemas/${name}`);

let city: City;
let tokens: Readonly<Record<Role, string>>;
/** Values for the parameters of paths: things that are there. */
let there: Readonly<Record<string, string>>;

beforeAll(async () => {
  city = await openCity({ TANHUI_WORKERS: 'true', TANHUI_SEAL_DELAY_MS: '0' });
  await seedDemo(city.platform);
  tokens = await tokensOf(city);
  there = await findThere();
});
afterAll(() => city.close());

async function findThere(): Promise<Record<string, string>> {
  const [agency, operator] = [city.clientOf(tokens.agency), city.clientOf(tokens.operator)];
  const day = present((await agency.audit.days()).items[1]).day;
  await sendOne();
  await rideOfTheCitizen(day);
  return {
    day,
    ...(await ofTheCitizen(day)),
    batch: present((await agency.audit.batches({ day })).items[0]).batch,
    methodology: 'demo.low-carbon-travel@1',
    number: '0',
    report: (await agency.reconciliations.ask({ day })).report,
    run: present((await operator.runs.list()).items[0]).run,
  };
}

/** One record that is refused, so that a run with a refusal is there. */
async function sendOne(): Promise<void> {
  await fetch(`${city.url}/v1/sources/metro-trips/records`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ account: 'SIM-1', trip_id: 'SIM-T' }]),
  });
}

/** On one of the citizen's accounts, with an order's id, which the store keeps for itself. */
async function rideOfTheCitizen(day: Day): Promise<void> {
  const order = { orderid: 'SIM-ORDER', userid: 'SIM-000007', bikeid: 'SIM-BIKE', track_m: '2000' };
  const times = { start_time: `${day} 03:00`, end_time: `${day} 03:20` };
  await fetch(`${city.url}/v1/sources/mobike-orders/records`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ ...order, ...times }]),
  });
}

async function ofTheCitizen(day: Day): Promise<Record<string, string>> {
  const { me } = city.clientOf(tokens.citizen);
  const trip = present((await me.trips({ day })).items.find(({ record }) => record !== undefined));
  await me.bindWallet('class-3', 'wallet-of-the-test');
  const { redemption } = await me.redeem('10', 'redemption-of-the-test');
  const receipt = await vi.waitFor(() => me.redemptionReceipt(redemption), { timeout: 60_000, interval: 200 });
  const { activity, record = '' } = trip;
  const { appeal } = await me.appeal({ activity, statement: 'a test asks' }, 'appeal-of-the-test');
  const { settlement } = receipt.header;
  return { activity, record, appeal, redemption, settlement, payment: redemption.replace('rdm_', 'pay_') };
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the demo has one of each');
  return value;
}

function pathOf({ path }: Route): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = there[name];
    if (value === undefined) throw new Error(`${path}: say above what ${name} is there`);
    return encodeURIComponent(value);
  });
}

const queries: Readonly<Record<string, (day: string) => string>> = {
  '/v1/audit/batches': (day) => `?day=${day}`,
  '/v1/audit/refusals': (day) => `?day=${day}`,
  '/v1/audit/settlements': (day) => `?day=${day}`,
  '/v1/audit/reconciliation': (day) => `?day=${day}`,
};

async function get(route: Route): Promise<unknown> {
  const role =
    typeof route.roles === 'string' ? undefined : (route.roles.find((one) => one === 'operator') ?? route.roles[0]);
  const query = queries[route.path]?.(there['day'] ?? '') ?? '';
  const response = await fetch(city.url + pathOf(route) + query, {
    headers: {
      ...(role !== undefined && { authorization: `Bearer ${tokens[role]}` }),
      ...(route.isLook === true && { 'tanhui-reason': encodeURIComponent('to see what it answers') }),
    },
  });
  const answer: unknown = await response.json();
  expect(response.status, `${route.path}: ${JSON.stringify(answer)}`).toBe(200);
  return answer;
}

/** Bytes and streams to take home; everything else is JSON that the SDK describes. */
const files = [
  'get /metrics',
  'post /v1/sources/:source/records',
  'get /v1/runs/:run/report',
  'get /v1/me/export',
  'get /v1/audit/batches/:batch/leaves',
  'get /v1/audit/days/:day/records',
  'get /v1/audit/settlements/:settlement/leaves',
];

describe('answers', () => {
  it('are described for every operation that does not answer a file', () => {
    const missing = city.platform.routes
      .map(({ method, path }) => `${method} ${path}`)
      .filter((operation) => described.operations[operation] === undefined && !files.includes(operation));
    expect(missing).toEqual([]);
  });

  it('describe no operation that is not there', () => {
    const served = new Set(city.platform.routes.map(({ method, path }) => `${method} ${path}`));
    expect(Object.keys(described.operations).filter((operation) => !served.has(operation))).toEqual([]);
  });

  it('of every question are what the SDK says, member by member', async () => {
    const questions = city.platform.routes.filter(
      ({ method, path }) => method === 'get' && described.operations[`get ${path}`] !== undefined,
    );
    expect(questions.length).toBeGreaterThan(25);
    const wrong: string[] = [];
    for (const route of questions) {
      const validate = ajv.compile(described.operations[`get ${route.path}`] ?? {});
      if (!validate(await get(route))) wrong.push(`${route.path}: ${ajv.errorsText(validate.errors)}`);
    }
    expect(wrong).toEqual([]);
  });
});
