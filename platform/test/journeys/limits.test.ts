import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/http/limits.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { sendRaw } from '../support/raw-http.ts';

let city: City;
let operator: string;
let citizen: string;

beforeAll(async () => {
  city = await openCity();
  operator = await city.tokenOf('operator-demo');
  citizen = await city.tokenOf('ctz_sim-lan');
});
afterAll(() => city.close());

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly headers: Headers;
}

async function send(path: string, init: RequestInit & { token?: string } = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${init.token ?? operator}`, 'content-type': 'application/json' };
  const response = await fetch(city.url + path, { ...init, headers: { ...headers, ...(init.headers as object) } });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  const body = isProblem ? (JSON.parse(text) as { code: string }) : undefined;
  return { status: response.status, headers: response.headers, ...(body !== undefined && { code: body.code }) };
}

function postRun(body: NonNullable<RequestInit['body']>, headers: object = {}): Promise<Answer> {
  return send('/v1/runs', { method: 'POST', body, headers: headers as never });
}

/** A body of a run that is right, padded with blanks to a size. */
function padded(bytes: number): string {
  const right = '{"source":"metro-trips","programme":"qingdao-demo"';
  return `${right}${' '.repeat(bytes - right.length - 1)}}`;
}

describe('limits, at them and beyond', () => {
  it('takes a body of exactly the limit, and answers 413 to one byte more', async () => {
    expect(await postRun(padded(limits.maxBodyBytes))).toMatchObject({ status: 200 });
    expect(await postRun(padded(limits.maxBodyBytes + 1))).toMatchObject({ status: 413, code: 'HTTP_BODY_TOO_LARGE' });
    expect(await postRun(padded(8 * limits.maxBodyBytes))).toMatchObject({ status: 413 });
  });

  it('reads JSON as deep as the limit and no deeper, however deep it is', async () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const body = (depth: number) => `{"source":"metro-trips","programme":"qingdao-demo","settings":${nested(depth)}}`;
    expect((await postRun(body(limits.maxJsonDepth - 1))).code).not.toBe('HTTP_JSON_TOO_DEEP');
    expect(await postRun(body(limits.maxJsonDepth))).toMatchObject({ status: 400, code: 'HTTP_JSON_TOO_DEEP' });
    expect(await postRun(body(200_000))).toMatchObject({ status: 400, code: 'HTTP_JSON_TOO_DEEP' });
  });

  it('bounds the address and its query', async () => {
    const path = (length: number) => `/v1/methodologies?${'x'.repeat(length - '/v1/methodologies?'.length)}`;
    expect((await send(path(limits.maxUrlBytes))).status).toBe(200);
    expect(await send(path(limits.maxUrlBytes + 1))).toMatchObject({ status: 414, code: 'HTTP_URL_TOO_LONG' });
    const query = (count: number) => `/v1/methodologies?${Array.from({ length: count }, () => 'a=1').join('&')}`;
    expect((await send(query(limits.maxQueryParameters))).status).toBe(200);
    expect(await send(query(limits.maxQueryParameters + 1))).toMatchObject({
      status: 414,
      code: 'HTTP_QUERY_TOO_LONG',
    });
  });

  it('bounds the headers, and answers what it could not read with a problem too', async () => {
    const request = (bytes: number) =>
      `GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: ${'y'.repeat(bytes)}\r\n\r\n`;
    expect(await sendRaw(city.url, [request(limits.maxHeaderBytes - 200)])).toMatch(/^HTTP\/1\.1 200/);
    const answer = await sendRaw(city.url, [request(limits.maxHeaderBytes + 1)]);
    expect(answer).toMatch(/^HTTP\/1\.1 431/);
    expect(answer).toContain('"code":"HTTP_HEADERS_TOO_LARGE"');
    expect(await sendRaw(city.url, ['\u0000\u0001 nonsense\r\n\r\n'])).toContain('"code":"HTTP_MALFORMED"');
  });

  it('takes so many streams at once and tells the next one to wait', async () => {
    const head = `POST /v1/sources/metro-trips/records HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${operator}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`;
    const open = Array.from({ length: limits.maxStreams }, () => sendRaw(city.url, [head], 3_000));
    const another = () => send('/v1/sources/metro-trips/records', { method: 'POST', body: '[]' });
    let beyond = await another();
    await expect.poll(async () => (beyond = await another()).status).toBe(429);
    expect(beyond.code).toBe('HTTP_STREAMS_BUSY');
    expect(beyond.headers.get('retry-after')).toBe('5');
    await Promise.all(open);
    await expect.poll(async () => (await another()).status).toBe(200);
  });

  it('says how many methods an address takes', async () => {
    const answer = await send('/v1/programme', { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' });
    expect(answer.headers.get('allow')).toBe('HEAD, GET');
    expect(await send('/v1/nothing')).toMatchObject({ status: 404, code: 'HTTP_NOT_FOUND' });
  });
});

describe('rates', () => {
  it('limits a credential, and an address, and says how long to wait', async () => {
    const tight = await openCity({ TANHUI_RATE_CREDENTIAL_PER_MINUTE: '10', TANHUI_RATE_ADDRESS_PER_MINUTE: '40' });
    try {
      const [one, two] = [await tight.tokenOf('ctz_sim-lan'), await tight.tokenOf('ctz_sim-hai')];
      const ask = async (token: string) =>
        fetch(`${tight.url}/v1/programme`, { headers: { authorization: `Bearer ${token}` } });
      for (let asked = 0; asked < 10; asked += 1) expect((await ask(one)).status).toBe(200);
      const beyond = await ask(one);
      expect(beyond.status).toBe(429);
      expect(await beyond.json()).toMatchObject({ code: 'HTTP_RATE_LIMITED' });
      expect(Number(beyond.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(beyond.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect((await ask(two)).status).toBe(200);
      for (let asked = 0; asked < 30; asked += 1) await fetch(`${tight.url}/health`);
      expect((await fetch(`${tight.url}/health`)).status).toBe(429);
    } finally {
      await tight.close();
    }
  });

  it('stops guesses at tokens from one address', async () => {
    const fresh = await openCity();
    try {
      const guess = async () =>
        (await fetch(`${fresh.url}/v1/me`, { headers: { authorization: 'Bearer guess' } })).status;
      const secret = async () =>
        (await fetch(`${fresh.url}/v1/tokens`, { method: 'POST', headers: { authorization: 'Bearer tnh_guess' } }))
          .status;
      for (let tried = 0; tried < limits.maxFailedSignInsPerMinute; tried += 2) {
        expect(await guess()).toBe(401);
        expect(await secret()).toBe(401);
      }
      expect(await guess()).toBe(429);
      expect(await secret()).toBe(429);
      expect((await fetch(`${fresh.url}/health`)).status).toBe(200);
    } finally {
      await fresh.close();
    }
  });
});

describe('hostile bodies', () => {
  it.each([
    ['not JSON', '{', 'HTTP_NOT_JSON'],
    ['a bare word', 'undefined', 'HTTP_NOT_JSON'],
    ['an array', '[]', 'HTTP_INPUT_INVALID'],
    ['null', 'null', 'HTTP_INPUT_INVALID'],
    ['a prototype', '{"__proto__":{"role":"operator"},"source":"a","programme":"b"}', 'HTTP_INPUT_INVALID'],
    ['a prototype within', '{"source":"a","programme":"b","settings":{"__proto__":1}}', 'HTTP_INPUT_INVALID'],
    ['an endless number', '{"source":1e999,"programme":"b"}', 'HTTP_INPUT_INVALID'],
    ['an unknown field', '{"source":"metro-trips","programme":"qingdao-demo","admin":true}', 'HTTP_INPUT_INVALID'],
    ['NULs', '\u0000\u0000', 'HTTP_NOT_JSON'],
    ['an unknown source', '{"source":"constructor","programme":"qingdao-demo"}', 'PLUGINS_UNKNOWN_SOURCE'],
    ['an unknown programme', '{"source":"metro-trips","programme":"__proto__"}', 'INTAKE_PROGRAMME_UNKNOWN'],
  ])('refuses %s with a code', async (_what, body, code) => {
    expect((await postRun(body)).code).toBe(code);
  });

  it('refuses what is not UTF-8, and another content type', async () => {
    expect(await postRun(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))).toMatchObject({
      status: 400,
      code: 'HTTP_NOT_JSON',
    });
    expect(await postRun('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
      status: 415,
      code: 'HTTP_MEDIA_TYPE',
    });
    const records = { method: 'POST', body: 'a', headers: { 'content-type': 'text/csv' } };
    expect(await send('/v1/sources/metro-trips/records', records)).toMatchObject({ code: 'HTTP_MEDIA_TYPE' });
  });

  it('survives bodies that end before their time, and answers those after them', async () => {
    const head = (path: string, type: string) =>
      `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${operator}\r\ncontent-type: ${type}\r\ncontent-length: 5000\r\n\r\n`;
    await sendRaw(city.url, [head('/v1/runs', 'application/json'), '{"source"'], 300);
    await sendRaw(city.url, [head('/v1/sources/metro-trips/records', 'application/x-ndjson'), '{"a"'], 300);
    await sendRaw(city.url, [head('/v1/sources/metro-trips/records', 'application/json'), '[{"a"'], 300);
    expect((await send('/health')).status).toBe(200);
  });

  it('answers any JSON at any route with a code below 500', async () => {
    const paths = [
      '/v1/runs',
      '/v1/me/accounts',
      '/v1/me/wallet',
      '/v1/me/redemptions',
      '/v1/credentials',
      '/v1/tokens',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.json({ maxDepth: 3 }), async (path, body) => {
        const token = path.startsWith('/v1/me') ? citizen : operator;
        const answer = await send(path, { method: 'POST', body, token, headers: { 'idempotency-key': 'fuzz-key-1' } });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.code).toMatch(/^[A-Z]+_[A-Z_]+$/);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    '/v1/audit/days?cursor=%00',
    '/v1/audit/days?cursor=e30',
    '/v1/audit/days?cursor=bm90IGpzb24',
    '/v1/audit/days?programme=a&programme=b',
    '/v1/audit/days/2026-13-45',
    '/v1/audit/batches?day=today',
    '/v1/audit/blocks/abc',
    '/v1/audit/blocks/99999999',
    '/v1/audit/blocks?cursor=-1',
    '/v1/audit/records/..%2f..%2fetc/recomputation',
    '/v1/audit/trail?cursor=WyJrZXkiLFtdLDFd',
    '/v1/runs/%E0%A4%A',
    '/v1/runs/__proto__/refusals',
    '/..%2f..%2fpackage.json',
    '/%00.html',
  ])('answers %s with a code', async (path) => {
    const answer = await send(path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.code).toMatch(/^[A-Z]+_[A-Z_]+$/);
  });
});
