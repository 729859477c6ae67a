import { afterAll, beforeAll, expect, it } from 'vitest';
import { programmeDays, carbonRecords } from '../../src/carbon/index.ts';
import type { TestServer } from '../support/server.ts';
import { metroTrip, startServer } from '../support/server.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const taps = ['08:00', '09:00'].map((clock, at) => ({
  ...{ card_no: 'CARD-1', deal_date: `2099-01-01 ${clock}:00`, deal_type: at === 0 ? '地铁入站' : '地铁出站' },
  ...{ deal_value: '400', equ_no: '1', station: at === 0 ? '罗湖' : '深大', car_no: 'c' },
}));

it('counts what lies in the future on the running day, and opens no day before its time', async () => {
  const { store } = server.platform.services;
  const trips = [
    metroTrip('card-1', { day: '2026-11-23', clock: '08:00' }),
    metroTrip('card-1', { day: '2099-01-01', clock: '08:00' }),
    { ...metroTrip('card-1', { day: '2099-02-01', clock: '08:00' }), from: '-nowhere-' },
  ];
  const outcomes = await server.send('metro-trips', [...trips, ...trips.slice(1)]);
  expect(outcomes.map(({ outcome, code }) => code ?? outcome)).toEqual([
    'used',
    'ACTIVITIES_IN_THE_FUTURE',
    'METRO_STATION_UNKNOWN',
    'duplicate',
    'duplicate',
  ]);
  const { run } = (await server.operator('/v1/runs', { source: 'shenzhen-taps', programme: 'qingdao-demo' })).body as {
    readonly run: string;
  };
  await server.send('shenzhen-taps', taps, run);
  await server.operator(`/v1/runs/${run}/finish`, {});
  const days = (await everything(store, programmeDays)).map(({ value }) => [value.day, value.totals.records]);
  expect(days).toEqual([
    ['2026-11-23', { read: 1, used: 1, duplicate: 0, refused: 0, open: 0 }],
    ['2026-11-24', { read: 6, used: 0, duplicate: 2, refused: 4, open: 0 }],
  ]);
  expect((await server.operator(`/v1/runs/${run}`)).body).toMatchObject({
    counts: { records: { read: 2, refused: 2 }, activities: { refused: { ACTIVITIES_IN_THE_FUTURE: 1 } } },
  });
  expect(await everything(store, carbonRecords)).toHaveLength(1);
  await expectBooksToAgree(store, 'qingdao-demo');
});
