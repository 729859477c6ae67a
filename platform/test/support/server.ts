import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { createClient } from '@tanhui/sdk/client';
import type { Platform } from '../../src/compose.ts';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { citizenDocuments } from '../../src/identity/index.ts';

export interface TestServer {
  readonly platform: Platform;
  readonly url: string;
  advance(milliseconds: number): void;
  signedIn(identity: string): Promise<TanhuiClient>;
  /** Sends records as the operator; answers an outcome for each. */
  send(source: string, records: readonly Readonly<Record<string, string>>[], run?: string): Promise<readonly Outcome[]>;
  operator(path: string, body?: unknown): Promise<Answer>;
  /** As anybody of the demo, past the typed client. */
  as(identity: string, path: string, body?: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: never;
}

export interface Outcome {
  readonly outcome: string;
  readonly code?: string;
}

const programme = 'qingdao-demo';

/** A whole server on a folder of its own, with the demo's citizens and nothing else; its clock stands at noon of a Tuesday until it is moved. */
export async function startServer(now = Date.parse('2026-11-24T12:00:00+08:00')): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-journey-'));
  let time = now;
  const config = parseConfig({
    TANHUI_DATA: folder,
    TANHUI_PORT: '0',
    TANHUI_LOG: 'silent',
    TANHUI_SEAL_DELAY_MS: '10',
  });
  const platform = await compose(config, { clock: { now: () => (time += 1) } });
  await platform.services.store.unitOfWork((tx) =>
    tx.insertMany(
      citizenDocuments,
      ['ctz_sim-lan', 'ctz_sim-hai', 'ctz_sim-song'].map((key) => ({
        key,
        value: { name: key, programme, isSimulated: true, createdAt: now, accounts: [] },
      })),
    ),
  );
  const url = `http://127.0.0.1:${String(await platform.start())}`;
  const tokenOf = async (identity: string) =>
    (await createClient({ baseUrl: url, locale: 'en' }).demoSignIn(identity)).token;
  const post = async (path: string, body: unknown, identity = 'operator-demo'): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${await tokenOf(identity)}`,
        'content-type': 'application/json',
        'idempotency-key': `key-${String((time += 1))}`,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as never };
  };
  return {
    platform,
    url,
    advance: (milliseconds) => void (time += milliseconds),
    signedIn: async (identity) => createClient({ baseUrl: url, locale: 'en', token: await tokenOf(identity) }),
    send: async (source, records, run) => {
      const query = run === undefined ? '' : `?run=${run}`;
      const { body } = await post(`/v1/sources/${source}/records${query}`, records);
      return (body as { readonly outcomes: readonly Outcome[] }).outcomes;
    },
    operator: (path, body) => post(path, body),
    as: (identity, path, body) => post(path, body, identity),
    async stop() {
      await platform.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A finished metro trip of Qingdao. */
export function metroTrip(
  account: string,
  trip: { readonly day: string; readonly clock: string; readonly id?: string },
) {
  const entered = Date.parse(`${trip.day}T${trip.clock}:00+08:00`);
  return {
    ...{ account, trip_id: trip.id ?? `${account}-${trip.day}-${trip.clock}`, network: 'qingdao-2025-01' },
    ...{ from: '五四广场', to: '青岛北站', entered_at: String(entered), left_at: String(entered + 30 * 60_000) },
  };
}

/** A bike order of half an hour. */
export function bikeOrder(
  userid: string,
  order: { readonly day: string; readonly clock: string; readonly bike?: string },
) {
  const [hour = '', minute = ''] = order.clock.split(':');
  const end = `${String(Number(hour) + (minute === '30' ? 1 : 0)).padStart(2, '0')}:${minute === '30' ? '00' : '30'}`;
  return {
    ...{ orderid: `${userid}-${order.day}-${order.clock}`, userid, bikeid: order.bike ?? `bike-of-${userid}` },
    ...{ start_time: `${order.day} ${order.clock}`, end_time: `${order.day} ${end}`, track_m: '4000' },
  };
}
