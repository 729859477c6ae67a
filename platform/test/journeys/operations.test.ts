import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createClient } from '@tanhui/sdk/client';
import type { TanhuiClient } from '@tanhui/sdk/client';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { metroTrip } from '../support/records.ts';
import { recordsPerBatch } from '../../src/http/records.ts';

let city: City;
let operator: string;
let client: TanhuiClient;

beforeAll(async () => {
  city = await openCity({ TANHUI_METRICS_PORT: '0' });
  operator = await city.tokenOf('operator-demo');
  client = city.clientOf(operator);
});
afterAll(() => city.close());

interface Sent {
  readonly status: number;
  readonly body: { readonly code?: string; readonly outcomes?: readonly { readonly outcome: string }[] };
  readonly retryAfter: string | null;
}

async function send(path: string, body: unknown): Promise<Sent> {
  const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' };
  const response = await fetch(city.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    status: response.status,
    body: (await response.json()) as Sent['body'],
    retryAfter: response.headers.get('retry-after'),
  };
}

let sent = 0;
const records = () => [metroTrip((sent += 1))];
const toMetro = '/v1/sources/metro-trips/records';

async function valueOf(metric: string): Promise<number> {
  const response = await fetch(`${city.url}/metrics`, { headers: { authorization: `Bearer ${operator}` } });
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${metric} `));
  return Number(line?.slice(metric.length + 1));
}

describe('pausing', () => {
  it('stops one source, tells its sender to wait, and takes the same records afterwards', async () => {
    const waiting = records();
    await client.operations.pause('intake.metro-trips', 'the operator of the source asked for it');
    const refused = await send(toMetro, waiting);
    expect(refused).toMatchObject({ status: 503, retryAfter: '60', body: { code: 'OPERATIONS_INTAKE_PAUSED' } });
    expect(await send('/v1/runs', { source: 'metro-trips', programme: 'qingdao-demo' })).toMatchObject({ status: 503 });
    expect(await send('/v1/sources/step-days/records', [])).toMatchObject({ status: 200 });
    await client.operations.resume('intake.metro-trips', 'done');
    expect((await send(toMetro, waiting)).body.outcomes?.[0]).toMatchObject({ outcome: 'used' });
  });

  it('stops every source', async () => {
    await client.operations.pause('intake', 'night work on the network');
    for (const source of ['metro-trips', 'step-days', 'ev-sessions'])
      expect((await send(`/v1/sources/${source}/records`, [])).body.code).toBe('OPERATIONS_INTAKE_PAUSED');
    await client.operations.resume('intake', 'done');
    expect((await send(toMetro, [])).status).toBe(200);
  });

  it('ends a stream that is under way between two batches, and says so in its last line', async () => {
    const lines = Array.from({ length: recordsPerBatch }, () => `${JSON.stringify(metroTrip((sent += 1)))}\n`).join('');
    let release: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (release = resolve));
    const stream = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from(lines));
        await paused;
        controller.enqueue(Buffer.from(`${JSON.stringify(metroTrip((sent += 1)))}\n`));
        controller.close();
      },
    });
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/x-ndjson' };
    const init = { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit;
    const response = await fetch(city.url + toMetro, init);
    await client.operations.pause('intake', 'in the middle of a stream');
    release();
    const answers = (await response.text()).trim().split('\n');
    expect(answers).toHaveLength(recordsPerBatch + 1);
    expect(JSON.parse(answers.at(-1) ?? '')).toEqual({ error: 'OPERATIONS_INTAKE_PAUSED' });
    await client.operations.resume('intake', 'done');
  });

  it('lets records wait unsealed, shows them as stuck, and seals them when it goes on', async () => {
    await city.platform.services.sealNow();
    await client.operations.pause('sealing', 'the peers are being upgraded');
    expect((await send(toMetro, records())).status).toBe(200);
    await city.platform.services.sealNow();
    const stuck = await client.operations.stuck(0);
    expect(stuck.days).toHaveLength(1);
    expect(stuck.days[0]).toMatchObject({ programme: 'qingdao-demo', records: 1 });
    expect((await client.operations.stuck(5)).days).toEqual([]);
    expect(await valueOf('tanhui_records_waiting')).toBe(1);
    expect(await valueOf('tanhui_paused{work="sealing"}')).toBe(1);
    await client.operations.resume('sealing', 'upgraded');
    await city.platform.services.sealNow();
    expect((await client.operations.stuck(0)).days).toEqual([]);
    expect(await valueOf('tanhui_records_waiting')).toBe(0);
    expect(await valueOf('tanhui_payments_unsealed')).toBe(0);
    expect(await valueOf('tanhui_payments_unsealed_oldest_seconds')).toBe(0);
  });

  it('is in the trail once for each change, with who and why', async () => {
    await client.operations.pause('payments', 'the bank announced maintenance');
    await client.operations.pause('payments', 'again');
    const { items } = await client.operations.controls();
    expect(items.find(({ control }) => control === 'payments')).toMatchObject({
      isPaused: true,
      changedBy: 'operator-demo',
      reason: 'the bank announced maintenance',
    });
    await client.operations.resume('payments', 'the bank is back');
    const lines = (await client.access.trail()).items.filter(({ subject }) => subject === 'payments');
    expect(lines.map(({ action, reason }) => [action, reason])).toEqual([
      ['work-resumed', 'the bank is back'],
      ['work-paused', 'the bank announced maintenance'],
    ]);
  });

  it('knows only what is there, and asks why', async () => {
    await expect(client.operations.pause('intake.no-such', 'x')).rejects.toMatchObject({
      code: 'OPERATIONS_CONTROL_UNKNOWN',
    });
    await expect(client.operations.pause('__proto__', 'x')).rejects.toMatchObject({ status: 404 });
    await expect(client.operations.pause('sealing', ' ')).rejects.toMatchObject({ code: 'HTTP_INPUT_INVALID' });
  });
});

describe('figures', () => {
  it('counts requests by route, refusals by code and records by outcome', async () => {
    const before = await valueOf('tanhui_records_total{source="metro-trips",outcome="used"}');
    const [one, two] = [records(), records()];
    await send(toMetro, [...one, ...two]);
    await send(toMetro, one);
    expect(await valueOf('tanhui_records_total{source="metro-trips",outcome="used"}')).toBe(before + 2);
    expect(await valueOf('tanhui_records_total{source="metro-trips",outcome="duplicate"}')).toBeGreaterThanOrEqual(1);
    const guess = createClient({ baseUrl: city.url, locale: 'en', token: 'guess' });
    await expect(guess.runs.list()).rejects.toMatchObject({ status: 401 });
    expect(await valueOf('tanhui_http_refusals_total{code="HTTP_TOKEN_INVALID"}')).toBe(1);
    const route = 'method="GET",route="/v1/runs",status="401"';
    expect(await valueOf(`tanhui_http_request_seconds_count{${route}}`)).toBe(1);
    expect(await valueOf('tanhui_ready{part="ledger"}')).toBe(1);
    expect(await valueOf('tanhui_ledger_blocks')).toBeGreaterThan(0);
  });

  it('needs an operator, and carries nobody’s name', async () => {
    expect((await fetch(`${city.url}/metrics`)).status).toBe(401);
    const agency = { authorization: `Bearer ${await city.tokenOf('agency-demo')}` };
    expect((await fetch(`${city.url}/metrics`, { headers: agency })).status).toBe(403);
    const text = await (
      await fetch(`${city.url}/metrics`, { headers: { authorization: `Bearer ${operator}` } })
    ).text();
    expect(text).not.toMatch(/SIM-|ctz_|operator-demo|acc_/);
  });

  it('stands where the shipped Prometheus looks for it', () => {
    const scraped = /targets: \['tanhui:(\d+)'\]/.exec(readFileSync('docker/prometheus.yml', 'utf8'))?.[1];
    expect(readFileSync('docker/compose.yaml', 'utf8')).toContain(`TANHUI_METRICS_PORT: '${String(scraped)}'`);
  });
});

describe('readiness', () => {
  it('is there while store and ledger answer, and says which does not', async () => {
    const own = await openCity();
    try {
      expect(await (await fetch(`${own.url}/ready`)).json()).toMatchObject({
        status: 'ready',
        store: true,
        ledger: true,
      });
      vi.spyOn(own.platform.services.ledger, 'height').mockRejectedValue(new Error('gone'));
      const answer = await fetch(`${own.url}/ready`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'HTTP_NOT_READY', field: 'ledger' });
      expect((await fetch(`${own.url}/health`)).status).toBe(200);
    } finally {
      await own.close();
    }
  });
});
