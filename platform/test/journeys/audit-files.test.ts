import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { metroTrip } from '../support/records.ts';
import { tokensOf } from '../support/roles.ts';

let city: City;
let tokens: Awaited<ReturnType<typeof tokensOf>>;
const yesterday = addDays(dayOf(Date.now()), -1);
const trips = 1_200;

beforeAll(async () => {
  city = await openCity({ TANHUI_SEAL_DELAY_MS: '0' });
  tokens = await tokensOf(city);
  const lines = Array.from({ length: trips }, (_, at) => `${JSON.stringify(metroTrip(at))}\n`).join('');
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/x-ndjson' };
  const url = `${city.url}/v1/sources/metro-trips/records`;
  await (await fetch(url, { method: 'POST', headers, body: lines })).text();
  await city.platform.services.sealNow();
});
afterAll(() => city.close());

async function rowsOf(): Promise<Readonly<Record<string, string>>[]> {
  const text = Buffer.from(await city.clientOf(tokens.agency).dayRecords(yesterday)).toString();
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at] ?? '', cell])));
}

describe('a day as a file', () => {
  it('holds every record once, and its grams are those of the day', async () => {
    const rows = await rowsOf();
    const day = await city.clientOf(tokens.agency).audit.day(yesterday);
    expect(rows).toHaveLength(trips);
    expect(new Set(rows.map((row) => row['record'])).size).toBe(trips);
    expect(rows.reduce((sum, row) => sum + BigInt(row['reduction_milligrams'] ?? 0), 0n)).toBe(
      BigInt(day.reductionMilligrams),
    );
    expect(day.sealed.records).toBe(trips);
  });

  it('gives each record the batch that holds it, with the root and transaction of that batch', async () => {
    const rows = await rowsOf();
    const { items } = await city.clientOf(tokens.agency).audit.batches({ day: yesterday });
    const counted = Map.groupBy(rows, (row) => row['batch']);
    expect(counted.size).toBe(items.length);
    for (const { batch, count, root, transaction } of items) {
      expect(counted.get(batch)).toHaveLength(count);
      expect(counted.get(batch)?.every((row) => row['batch_root'] === root)).toBe(true);
      expect(counted.get(batch)?.every((row) => row['transaction'] === transaction)).toBe(true);
    }
  });

  it('names no account and no person, and leaves a line in the trail', async () => {
    const text = Buffer.from(await city.clientOf(tokens.agency).dayRecords(yesterday)).toString();
    expect(text).not.toMatch(/TEST-|acc_|ctz_|SIM-/);
    const [newest] = (await city.clientOf(tokens.operator).access.trail()).items;
    expect(newest).toMatchObject({ action: 'exported', actor: 'agency-demo', subject: `qingdao-demo/${yesterday}` });
  });
});

describe('roots', () => {
  it('are there for everybody once a day is closed, as the ledger has them', async () => {
    expect((await city.clientOf(tokens.citizen).roots()).items).toEqual([]);
    await city.clientOf(tokens.agency).audit.closeDay(yesterday, 'close-the-day-1');
    const [root] = (await city.clientOf(tokens.citizen).roots()).items;
    expect(root).toMatchObject({ programme: 'qingdao-demo', day: yesterday, records: trips });
    expect(root?.root).toMatch(/^[0-9a-f]{64}$/);
    expect((await city.clientOf(tokens.partner).roots()).items).toEqual([root]);
  });
});
