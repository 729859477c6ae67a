import type { Mode } from '@tanhui/sdk/model';

/**
 * What a mode can physically do, and how much of it counts a day. Speeds are far above the 95th percentile of a large labelled GPS set, so that
 * only the impossible is refused; rail has no speed or length check because its distance comes from a network. Bike limits are those of
 * the published cleaning rules for shared-bike orders (30 km/h, 3 h, 100 m).
 */
export interface ModeLimits {
  readonly maxSpeedKmPerHour?: number;
  readonly maxDistanceMeters?: number;
  readonly maxDurationMs?: number;
  readonly minDistanceMeters?: number;
  /** 每日上限: whole trips of one person and day; the trip that goes over is refused whole. */
  readonly maxTripsPerDay: number;
  readonly maxMetersPerDay?: number;
}

const hourMs = 3_600_000;

/** Nothing occupies a person longer, whatever its mode: that of the mode that takes longest. It also bounds the days that one activity reaches into. */
export const maxOccupiedMs = 72 * hourMs;

export const modeLimits: Readonly<Record<Mode, ModeLimits>> = {
  metro: { maxTripsPerDay: 20 },
  bus: { maxTripsPerDay: 20 },
  bike: {
    maxSpeedKmPerHour: 30,
    maxDurationMs: 3 * hourMs,
    minDistanceMeters: 100,
    maxTripsPerDay: 20,
    maxMetersPerDay: 60_000,
  },
  walk: {
    maxSpeedKmPerHour: 15,
    maxDurationMs: 24 * hourMs,
    minDistanceMeters: 100,
    maxTripsPerDay: 40,
    maxMetersPerDay: 30_000,
  },
  'ev-charging': { maxDurationMs: maxOccupiedMs, maxTripsPerDay: 6 },
  tram: { maxSpeedKmPerHour: 90, maxDistanceMeters: 100_000, minDistanceMeters: 100, maxTripsPerDay: 20 },
  train: { maxSpeedKmPerHour: 400, maxDistanceMeters: 3_000_000, minDistanceMeters: 500, maxTripsPerDay: 12 },
  ferry: { maxSpeedKmPerHour: 90, maxDistanceMeters: 300_000, minDistanceMeters: 100, maxTripsPerDay: 12 },
};

/** Whether there is a limit and something beyond it. */
export function exceeds(value: number | undefined, limit: number | undefined): boolean {
  return value !== undefined && limit !== undefined && value > limit;
}
