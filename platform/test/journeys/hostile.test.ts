import { simulatedChargingMapping } from '@tanhui/green-travel/simulation';
import type { RecordCounts } from '@tanhui/sdk/client';
import fc from 'fast-check';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role, Route } from '../../src/http/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { hostileValues } from '../support/hostile.ts';
import { tokensOf } from '../support/roles.ts';

let city: City;
let tokens: Readonly<Record<Role, string>>;

beforeAll(async () => {
  city = await openCity({ TANHUI_RATE_CREDENTIAL_PER_MINUTE: '1000000', TANHUI_RATE_ADDRESS_PER_MINUTE: '1000000' });
  tokens = await tokensOf(city);
});
afterAll(() => city.close());

type Bytes = string | Uint8Array<ArrayBuffer>;

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
}

let keys = 0;

async function post(path: string, body: Bytes, { token, type = 'application/json' }: { token: string; type?: string }) {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': type,
    'idempotency-key': `hostile-${String((keys += 1))}`,
  };
  const response = await fetch(city.url + path, { method: 'POST', headers, body });
  return { response, text: await response.text() };
}

async function answer(path: string, body: Bytes, token: string): Promise<Answer> {
  const { response, text } = await post(path, body, { token });
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return { status: response.status, code: isProblem ? (JSON.parse(text) as { code: string }).code : undefined };
}

/** Refused with a code, or taken: never a fault of ours. */
function expectCoded({ status, code }: Answer, where: string): void {
  expect(status, where).toBeLessThan(500);
  if (status >= 400) expect(code, where).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
}

interface Door {
  readonly path: string;
  readonly token: string;
  readonly schema: z.ZodType;
}

/** Every act that reads JSON, with a token that may carry it out. */
function doors(): Door[] {
  return city.platform.routes.flatMap(({ method, path, roles, body }: Route) =>
    method !== 'post' || body === undefined || typeof roles === 'string'
      ? []
      : [{ path: path.replaceAll(/:\w+/g, 'none'), token: tokens[roles[0] ?? 'operator'], schema: body }],
  );
}

const megabytes = 1_024 * 1_024;
const hostileTexts: Readonly<Record<string, Bytes>> = {
  'deep nesting': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  'deep lists': '['.repeat(100_000),
  'a prototype': '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
  'an endless number': '{"a":1e400}',
  'a number of a million digits': `{"a":${'9'.repeat(900_000)}}`,
  'the same member twice': '{"reason":"a","reason":{"b":1}}',
  'UTF-16': Buffer.from('{"reason":"a"}', 'utf16le'),
  'a byte order mark': '\ufeff{}',
  'bytes that are no UTF-8': Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
  'half an object': '{"reason":"a',
  'a lone surrogate': '{"reason":"\\ud800"}',
  'ten megabytes of text': JSON.stringify({ reason: 'x'.repeat(10 * megabytes) }),
  nothing: ' ',
  null: 'null',
};

describe('every act that reads JSON', () => {
  it.each(Object.entries(hostileTexts))('answers %s with a code', async (name, body) => {
    for (const { path, token } of doors()) expectCoded(await answer(path, body, token), `${name} at ${path}`);
  });

  it('answers every field that its schema names, filled with what does not belong there', async () => {
    const before = process.memoryUsage().rss;
    let tried = 0;
    for (const { path, token, schema } of doors()) {
      const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
      for (const name of Object.keys(properties)) {
        for (const value of hostileValues) {
          expectCoded(await answer(path, JSON.stringify({ [name]: value }), token), `${name} at ${path}`);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(200);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * megabytes);
    expect((await fetch(`${city.url}/ready`)).status).toBe(200);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });
});

describe('the intake', () => {
  const sources = ['shenzhen-taps', 'mobike-orders', 'gps-track', 'step-days', 'metro-trips', 'ev-sessions'] as const;
  const types = ['application/json', 'application/x-ndjson', 'text/csv', 'application/json; charset=utf-16', ''];
  const fields: Readonly<Record<(typeof sources)[number], readonly string[]>> = {
    'shenzhen-taps': ['card_no', 'deal_date', 'deal_type', 'deal_value', 'equ_no', 'station', 'car_no'],
    'mobike-orders': ['orderid', 'userid', 'bikeid', 'start_time', 'end_time', 'track'],
    'gps-track': ['user_id', 'time', 'latitude', 'longitude', 'mode'],
    'step-days': ['account', 'day', 'steps'],
    'metro-trips': ['account', 'trip_id', 'network', 'from', 'to', 'entered_at', 'left_at'],
    'ev-sessions': Object.values(simulatedChargingMapping.columns),
  };

  /** Where records of a source go: one that reads by a mapping takes them in a run that declares it. */
  async function doorOf(source: string): Promise<string> {
    const path = `/v1/sources/${source}/records`;
    if (source !== 'ev-sessions') return path;
    const opened = { source, programme: 'qingdao-demo', settings: simulatedChargingMapping };
    const { run } = await city.clientOf(tokens.operator).runs.open(opened);
    return `${path}?run=${run}`;
  }

  async function countsOf(source: string): Promise<RecordCounts | undefined> {
    const { items } = await city.clientOf(tokens.operator).runs.list();
    return items.find((run) => run.source === source)?.counts.records;
  }

  async function expectAddsUp(source: string): Promise<void> {
    const counts = await countsOf(source);
    if (counts === undefined) return;
    const { read, used, duplicate, refused, open } = counts;
    expect(read, source).toBe(used + duplicate + refused + open);
  }

  it.each(sources)('of %s takes any bytes under any type, and its records add up', async (source) => {
    const path = await doorOf(source);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.constantFrom(...types), async (bytes, type) => {
        const { response } = await post(path, Buffer.from(bytes), { token: tokens.operator, type });
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 40 },
    );
    await expectAddsUp(source);
  });

  it.each(sources)('of %s gives every record one outcome, whatever stands in it', async (source) => {
    const path = await doorOf(source);
    const value = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('', '__proto__', '1e400', '-1', 'NaN', '9'.repeat(300), '2026-11-24 08:00:00', '1764000000000'),
      fc.double(),
      fc.constant(null),
      fc.array(fc.integer(), { maxLength: 2 }),
    );
    const record = fc.dictionary(fc.constantFrom(...fields[source], 'x', '__proto__'), value, {
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
        const body = `${records.map((one) => JSON.stringify(one)).join('\n')}\n`;
        const { response, text } = await post(path, body, { token: tokens.operator, type: 'application/x-ndjson' });
        expect(response.status).toBe(200);
        const outcomes = text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { outcome?: string });
        expect(outcomes.map(({ outcome }) => outcome)).not.toContain(undefined);
        expect(outcomes).toHaveLength(records.length);
      }),
      { numRuns: 40 },
    );
    await expectAddsUp(source);
  });
});
