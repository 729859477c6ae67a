import type { ActivitySource, SourceRecord } from '@tanhui/sdk/plugin';
import type { Day } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { evSessions } from '../ev-sessions/sessions.ts';
import { metroTrips } from '../metro-trips/trips.ts';
import { mobikeOrders } from '../mobike-orders/orders.ts';
import { stepDays } from '../step-days/steps.ts';
import { simulateBikeOrders, simulateChargingSessions, simulateDay, simulatedChargingMapping } from './index.ts';
import { simulateStepDays } from './index.ts';

const day = '2026-11-20' as Day;
const metro = { seed: 'test', day, people: 10_000, trips: 20_000 };
const others = { seed: 'test', day, people: 1_000, records: 1_500 };

function transform<Settings>(source: ActivitySource<Settings>, fields: Iterable<SourceRecord['fields']>, raw: unknown) {
  const records = [...fields].map((record, ref): SourceRecord => ({ ref, fields: record }));
  return source.transform({ records, open: {}, settings: source.parseSettings(raw as never) });
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}

describe('a simulated day', () => {
  it('is the same for the same seed and another for another', () => {
    const first = [...simulateDay(metro)];
    expect([...simulateDay(metro)]).toEqual(first);
    expect([...simulateDay({ ...metro, seed: 'other' })]).not.toEqual(first);
  });

  it('gives as many trips as asked, in the order in which they end, all acceptable', () => {
    const trips = [...simulateDay(metro)];
    expect(trips).toHaveLength(20_000);
    expect(new Set(trips.map(({ trip_id }) => trip_id)).size).toBe(20_000);
    const ends = trips.map(({ left_at }) => Number(left_at));
    expect(ends).toEqual([...ends].sort((first, second) => first - second));
    const { activities, refusals } = transform(metroTrips, trips, null);
    expect(refusals).toEqual([]);
    const meters = activities.map(({ distanceMeters }) => distanceMeters ?? 0).sort((first, second) => first - second);
    expect(quantile(meters, 0.5)).toBeGreaterThan(5_000);
    expect(quantile(meters, 0.5)).toBeLessThan(20_000);
    expect(meters.at(-1)).toBeLessThanOrEqual(45_000);
  });

  it('never puts one person on two trains, gives each two trips and brings them back where they came from', () => {
    const trips = Map.groupBy(simulateDay(metro), ({ account }) => account);
    expect(trips.size).toBe(10_000);
    for (const [out, back] of trips.values()) {
      expect(Number(back?.entered_at)).toBeGreaterThan(Number(out?.left_at));
      expect([back?.from, back?.to]).toEqual([out?.to, out?.from]);
    }
  });

  it('peaks in the morning and in the evening and is closed at night', () => {
    const hours = new Array<number>(24).fill(0);
    for (const { left_at } of simulateDay(metro)) {
      const hour = new Date(Number(left_at) + 8 * 3_600_000).getUTCHours();
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    expect(hours.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(hours[8]).toBeGreaterThan(3 * (hours[10] ?? 0));
    expect(hours[18]).toBeGreaterThan(3 * (hours[15] ?? 0));
  });

  it.each([1, 2, 7, 100])('serves %i people without leaving one out', (people) => {
    const accounts = new Set([...simulateDay({ ...metro, people, trips: people })].map(({ account }) => account));
    expect(accounts.size).toBe(people);
  });
});

describe('other simulated records', () => {
  it('are labelled and taken whole by their sources', () => {
    const made = [
      transform(mobikeOrders, simulateBikeOrders(others), null),
      transform(stepDays, simulateStepDays(others), null),
      transform(evSessions, simulateChargingSessions(others), simulatedChargingMapping),
    ];
    expect(made.map(({ refusals }) => refusals)).toEqual([[], [], []]);
    expect(made.map(({ activities }) => activities.length)).toEqual([1_500, 1_000, 1_500]);
    for (const { activities } of made) {
      expect(activities.every(({ account }) => /^SIM-\d{6}$/.test(account))).toBe(true);
    }
  });
});
