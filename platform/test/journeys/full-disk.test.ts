import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tanhui/sdk/client';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { afterAll, describe, expect, it } from 'vitest';
import type { Started } from '../support/processes.ts';
import { tanhui } from '../support/processes.ts';
import { metroTrip } from '../support/records.ts';
import { smallDisk } from '../support/small-disk.ts';

const disk = smallDisk(96);
const scratch = mkdtempSync(join(tmpdir(), 'tanhui-full-'));
const patience = { timeout: 120_000, interval: 200 };
const servers: Started[] = [];
let sent = 0;

afterAll(async () => {
  for (const { child } of servers) child.kill('SIGKILL');
  await Promise.all(servers.map(({ ended }) => ended));
  disk?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly next?: string;
}

interface Writer {
  readonly server: Started;
  readonly url: string;
  readonly client: TanhuiClient;
  /** Sends new trips; counts what is acknowledged. */
  readonly send: (count: number) => Promise<Answer>;
  /** Trips that were acknowledged, and trips that are there. */
  readonly trips: () => Promise<{ readonly acknowledged: number; readonly there: number }>;
  readonly unsealed: () => Promise<number>;
}

async function serve(folder: string): Promise<Writer> {
  const server = tanhui(['serve'], { TANHUI_DATA: folder, TANHUI_SEAL_DELAY_MS: '50' });
  servers.push(server);
  const url = await server.listening;
  const { token } = await createClient({ baseUrl: url, locale: 'en' }).demoSignIn('operator-demo');
  const client = createClient({ baseUrl: url, locale: 'en', token });
  let acknowledged = 0;
  return {
    server,
    url,
    client,
    async send(count) {
      const trips = Array.from({ length: count }, () => metroTrip((sent += 1)));
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': 'en' };
      const body = JSON.stringify(trips);
      const answer = await fetch(`${url}/v1/sources/metro-trips/records`, { method: 'POST', headers, body });
      const said = (await answer.json()) as { outcomes?: { outcome: string }[]; code?: string; next?: string };
      acknowledged += said.outcomes?.filter(({ outcome }) => outcome === 'used').length ?? 0;
      return { status: answer.status, ...said };
    },
    async trips() {
      const { items } = await client.runs.list();
      return { acknowledged, there: items.reduce((sum, { counts }) => sum + counts.records.used, 0) };
    },
    async unsealed() {
      const { days, batches } = await client.operations.stuck(0);
      return days.length + batches.length;
    },
  };
}

/** Sends until the store takes no more. */
async function untilRefused({ send }: Writer): Promise<Answer> {
  for (let tried = 0; tried < 200; tried += 1) {
    const answer = await send(500);
    if (answer.status !== 200) return answer;
  }
  throw new Error('the disk did not fill up');
}

async function expectCleanStop({ server }: Writer): Promise<void> {
  server.child.kill('SIGTERM');
  const { code, output } = await server.ended;
  expect(code, output).toBe(0);
  expect(output).not.toContain('"level":50');
}

describe.skipIf(disk === undefined)('a full disk', () => {
  it('under everything: intake is refused, nothing acknowledged is lost, people read; with room it goes on', async () => {
    const folder = join(disk?.folder ?? '', 'data');
    mkdirSync(folder);
    const city = await serve(folder);
    expect((await city.send(1_000)).status).toBe(200);
    await expect.poll(city.unsealed, patience).toBe(0);
    disk?.fill(3_000_000);
    expect(await untilRefused(city)).toMatchObject({ status: 503, code: 'STORAGE_FULL' });
    for (let again = 0; again < 5; again += 1) {
      const { code, next } = await city.send(500);
      expect([code, next]).toEqual(['STORAGE_FULL', 'Free space on the disk of the data folder, then try again']);
    }
    const { acknowledged, there } = await city.trips();
    expect([there, acknowledged >= 1_000]).toEqual([acknowledged, true]);
    expect((await (await fetch(`${city.url}/v1/demo/identities`)).json()) as object).toHaveProperty('items');
    disk?.makeRoom();
    expect(await city.send(500)).toMatchObject({ status: 200 });
    await expect.poll(city.unsealed, patience).toBe(0);
    expect(await city.trips()).toEqual({ acknowledged: acknowledged + 500, there: acknowledged + 500 });
    await expectCleanStop(city);
  });

  it('under the ledger: records wait unsealed, nothing stops, and with room every one of them is sealed once', async () => {
    const [folder, ledger] = [join(scratch, 'data'), join(disk?.folder ?? '', 'ledger')];
    mkdirSync(folder);
    mkdirSync(ledger);
    symlinkSync(ledger, join(folder, 'ledger'));
    const city = await serve(folder);
    expect((await city.send(1_000)).status).toBe(200);
    await expect.poll(city.unsealed, patience).toBe(0);
    const height = async () => (await city.client.ledger()).height;
    const sealed = async () => {
      const { items } = await city.client.audit.days();
      const days = await Promise.all(items.map(async ({ day }) => (await city.client.audit.day(day)).sealed));
      const sum = (of: 'records' | 'batches') => days.reduce((total, one) => total + one[of], 0);
      return { records: sum('records'), batches: sum('batches') };
    };
    const [before, sealedBefore] = [await height(), await sealed()];
    disk?.fill(0);
    for (let round = 0; round < 3; round += 1) {
      expect((await city.send(1_000)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    expect(await height()).toBe(before);
    expect(await city.unsealed()).toBeGreaterThan(0);
    disk?.makeRoom();
    await expect.poll(city.unsealed, patience).toBe(0);
    const sealedAfter = await sealed();
    expect([sealedBefore.records, sealedAfter.records]).toEqual([1_000, 4_000]);
    expect((await height()) - before).toBe(sealedAfter.batches - sealedBefore.batches);
    await expectCleanStop(city);
  });
});
