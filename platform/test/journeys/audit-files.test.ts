import { addDays, dayOf, startOfDay } from '@tanhui/sdk/model';
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

async function sendMore(at: number) {
  const headers = { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' };
  const url = `${city.url}/v1/sources/metro-trips/records`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify([metroTrip(at)]) });
  return ((await response.json()) as { readonly outcomes: readonly { readonly outcome: string }[] }).outcomes[0];
}

async function closeStates() {
  const { audit } = city.clientOf(tokens.agency);
  const line = (await audit.days()).items.find(({ day }) => day === yesterday);
  return [line?.closeState, (await audit.day(yesterday)).closeState];
}

describe('the close of a day', () => {
  it('waits for the longest lateness window of its sources, and says until when', async () => {
    const { audit } = city.clientOf(tokens.agency);
    const early = audit.closeDay(yesterday, 'close-the-day-0');
    await expect(early).rejects.toMatchObject({ code: 'CARBON_DAY_STILL_ARRIVING', status: 409 });
    // Daily steps of this programme may come seven days after their day.
    const weekLater = startOfDay(addDays(yesterday, 8));
    expect((await audit.day(yesterday)).closableAt).toBe(weekLater);
    await expect(early).rejects.toMatchObject({ next: `Close it from ${addDays(yesterday, 8)} 00:00 (UTC+8) on` });
    expect(await closeStates()).toEqual(['open', 'open']);
    expect(await sendMore(trips)).toMatchObject({ outcome: 'used' });
    city.pass(weekLater - Date.now());
    tokens = await tokensOf(city);
  });

  it('is begun and not done while sealing is paused, says so, and goes on when it is asked again', async () => {
    const { operations } = city.clientOf(tokens.operator);
    await operations.pause('sealing', 'the orderer is being moved');
    expect(await sendMore(trips + 1)).toMatchObject({ outcome: 'used' });
    const { audit } = city.clientOf(tokens.agency);
    await expect(audit.closeDay(yesterday, 'close-the-day-1')).rejects.toMatchObject({ code: 'CARBON_DAY_NOT_SEALED' });
    expect(await closeStates()).toEqual(['closing', 'closing']);
    expect(await sendMore(trips + 2)).toMatchObject({ outcome: 'refused', code: 'ACTIVITIES_DAY_CLOSED' });
    await operations.resume('sealing', 'it has been moved');
    expect((await audit.closeDay(yesterday, 'close-the-day-2')).closeState).toBe('closed');
    expect(await closeStates()).toEqual(['closed', 'closed']);
  });
});

describe('roots', () => {
  it('are there for everybody once a day is closed, as the ledger has them', async () => {
    const [root] = (await city.clientOf(tokens.citizen).roots()).items;
    expect(root).toMatchObject({ programme: 'qingdao-demo', day: yesterday, records: trips + 2 });
    expect(root?.root).toMatch(/^[0-9a-f]{64}$/);
    expect((await city.clientOf(tokens.partner).roots()).items).toEqual([root]);
  });
});
