import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restoreBackup, verifyBackup } from '../../src/backups/index.ts';
import { programmeDays } from '../../src/carbon/index.ts';
import { compose } from '../../src/compose.ts';
import type { Platform } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { metroTrip } from '../support/records.ts';

let city: City;
let operator: string;
let client: TanhuiClient;
const scratch = mkdtempSync(join(tmpdir(), 'tanhui-backup-'));

beforeAll(async () => {
  city = await openCity({ TANHUI_WORKERS: 'true', TANHUI_SEAL_DELAY_MS: '0' });
  operator = await city.tokenOf('operator-demo');
  client = city.clientOf(operator);
});
afterAll(async () => {
  await city.close();
  rmSync(scratch, { recursive: true, force: true });
});

let sent = 0;

async function sendTrips(count: number): Promise<void> {
  const trips = Array.from({ length: count }, () => metroTrip((sent += 1)));
  const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' };
  const body = JSON.stringify(trips);
  const answer = await fetch(`${city.url}/v1/sources/metro-trips/records`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
}

interface Sums {
  readonly records: number;
  readonly sealed: number;
  readonly milligrams: bigint;
}

async function sumsOf({ services }: Platform): Promise<Sums> {
  const days = (await services.store.find(programmeDays, { index: 'key', limit: 100 })).items;
  return {
    records: days.reduce((sum, { value }) => sum + value.lastRecord, 0),
    sealed: days.reduce((sum, { value }) => sum + value.lastSealed, 0),
    milligrams: days.reduce((sum, { value }) => sum + BigInt(value.totals.milligrams), 0n),
  };
}

async function startFrom(folder: string): Promise<Platform> {
  const environment = { TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'silent', TANHUI_WORKERS: 'false' };
  return compose(parseConfig(environment));
}

describe('a backup of a running city', () => {
  it('holds one moment of store and ledger, from which a server starts, seals the rest and goes on', async () => {
    await sendTrips(300);
    const load = { isOn: true };
    const sending = (async () => {
      while (load.isOn) await sendTrips(40);
    })();
    const made = await client.operations.backUp();
    await sendTrips(200);
    load.isOn = false;
    await sending;
    const target = join(scratch, 'restored');
    await restoreBackup(made.folder, target);
    const restored = await startFrom(target);
    const then = await sumsOf(restored);
    expect(then.records).toBeGreaterThanOrEqual(300);
    expect(then.records).toBeLessThan(sent);
    await restored.services.sealNow();
    expect((await sumsOf(restored)).sealed).toBe(then.records);
    expect(then.milligrams).toBe((BigInt(then.records) * (await sumsOf(city.platform)).milligrams) / BigInt(sent));
    await restored.stop();
  });

  it('is made again and again, one at a time, and is listed newest first', async () => {
    const [first, second] = await Promise.allSettled([client.operations.backUp(), client.operations.backUp()]);
    const outcomes = [first, second].map(({ status }) => status).toSorted();
    expect(outcomes).toEqual(['fulfilled', 'rejected']);
    const { items } = await client.operations.backups();
    expect(items).toHaveLength(2);
    expect(items[0]?.madeAt).toBeGreaterThan(items[1]?.madeAt ?? 0);
    const lines = (await client.access.trail()).items.filter(({ action }) => action === 'backup-made');
    expect(lines.map(({ subject }) => subject)).toEqual(items.map(({ backup }) => backup));
  });

  it('can be read by its owner only, and holds no lock and no other backup', async () => {
    const [newest] = (await client.operations.backups()).items;
    const folder = newest?.folder ?? '';
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(join(folder, '..')).mode & 0o077).toBe(0);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names).toContain('keys.json');
    expect(names).toContain(join('ledger', 'chain.db'));
    expect(names.filter((name) => /lock$|-wal|-shm|backups|partial|server|state/.test(name))).toEqual([]);
  });
});

describe('restoring', () => {
  it('refuses a folder that has data', async () => {
    const [newest] = (await client.operations.backups()).items;
    await expect(restoreBackup(newest?.folder ?? '', city.folder)).rejects.toMatchObject({
      code: 'BACKUPS_TARGET_NOT_EMPTY',
    });
  });

  it('finds a changed file, a missing one and a missing list, and restores nothing then', async () => {
    const { folder } = await client.operations.backUp();
    await verifyBackup(folder);
    appendFileSync(join(folder, 'keys.json'), ' ');
    await expect(verifyBackup(folder)).rejects.toMatchObject({
      code: 'BACKUPS_DAMAGED',
      details: { file: 'keys.json' },
    });
    rmSync(join(folder, 'keys.json'));
    const target = join(scratch, 'never');
    await expect(restoreBackup(folder, target)).rejects.toMatchObject({ code: 'BACKUPS_DAMAGED' });
    expect(existsSync(target)).toBe(false);
    rmSync(join(folder, 'manifest.json'));
    await expect(verifyBackup(folder)).rejects.toMatchObject({ details: { file: 'manifest.json' } });
    await expect(verifyBackup(scratch)).rejects.toMatchObject({ code: 'BACKUPS_DAMAGED' });
  });
});
