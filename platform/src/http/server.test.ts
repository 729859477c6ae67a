import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import Koa from 'koa';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../../test/support/raw-http.ts';
import { collect } from './body.ts';
import { limits } from './limits.ts';
import { httpRefusals } from './refusals.ts';
import type { HttpServer } from './server.ts';
import { createHttpServer } from './server.ts';

let server: HttpServer;
/** Settles once a request has reached the application. */
let arrived: Promise<unknown>;
afterEach(() => server.drain());

async function listening(bounds: Partial<Record<keyof typeof limits, number>>, waitMs = 0): Promise<string> {
  const app = new Koa();
  const arrival = Promise.withResolvers<undefined>();
  arrived = arrival.promise;
  app.use(async (ctx) => {
    arrival.resolve(undefined);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    ctx.body = 'done';
  });
  server = createHttpServer(app, (code) => httpRefusals[code as keyof typeof httpRefusals], { ...limits, ...bounds });
  return `http://127.0.0.1:${String(await server.listen({ host: '127.0.0.1', port: 0, setting: 'TANHUI_PORT' }))}`;
}

describe('the listening socket', () => {
  it('takes so many connections and hangs up on the next one', async () => {
    const url = await listening({ maxConnections: 2 });
    const { hostname, port } = new URL(url);
    const held = [connect(Number(port), hostname), connect(Number(port), hostname)];
    await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    expect(await sendRaw(url, ['GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n']).catch(() => '')).toBe('');
    for (const socket of held) socket.destroy();
    await expect
      .poll(() =>
        fetch(url).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });

  it('gives headers so long, and says that they came too slowly', async () => {
    const url = await listening({ headersTimeoutMs: 200 });
    const answer = await sendRaw(url, ['GET / HTTP/1.1\r\nhost: x\r\n']);
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(answer).toContain('HTTP_BODY_TOO_SLOW');
  });

  it('ends a connection on which nothing moves', async () => {
    const url = await listening({ idleTimeoutMs: 200, headersTimeoutMs: 60_000 });
    const startedAt = performance.now();
    await sendRaw(url, ['GET / HTTP/1.1\r\nhost']);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('stops: answers what is under way, takes nothing new', async () => {
    const url = await listening({}, 300);
    const underWay = fetch(url);
    await arrived;
    const drained = server.drain();
    const response = await underWay;
    expect([response.status, await response.text()]).toEqual([200, 'done']);
    await drained;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('stops within its bound even when a request never ends', async () => {
    const url = await listening({ drainTimeoutMs: 200 }, 60_000);
    const hanging = fetch(url).catch(() => 'cut off');
    await arrived;
    const startedAt = performance.now();
    await server.drain();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await hanging).toBe('cut off');
  });

  it('says which setting to change when the port is taken', async () => {
    const url = await listening({});
    const second = createHttpServer(new Koa(), () => undefined);
    await expect(
      second.listen({ host: '127.0.0.1', port: Number(new URL(url).port), setting: 'TANHUI_PORT' }),
    ).rejects.toMatchObject({
      code: 'CONFIG_PORT_TAKEN',
      details: { field: 'TANHUI_PORT' },
    });
  });
});

describe('a body', () => {
  it('is refused when it comes too slowly', async () => {
    server = createHttpServer(new Koa(), () => undefined);
    const body = new PassThrough();
    body.write('{');
    await expect(collect(body, 10, 50)).rejects.toMatchObject({ code: 'HTTP_BODY_TOO_SLOW' });
  });
});
