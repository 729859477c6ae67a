import type { Day } from '@tanhui/sdk/model';
import { startOfDay } from '@tanhui/sdk/model';
import { networkOf } from '../network.ts';
import { fraction, seedOf } from './hash.ts';
import { createTurns, simulatedAccount } from './people.ts';
import { tripsBeforeMinute } from './profile.ts';
import type { Reach } from './reach.ts';
import { nearerMoreOften, reachOf } from './reach.ts';

/** A record of `metro-trips`; instants are milliseconds since 1970 as text. */
export interface SimulatedMetroTrip extends Readonly<Record<string, string>> {
  readonly account: string;
  readonly trip_id: string;
  readonly network: string;
  readonly from: string;
  readonly to: string;
  readonly entered_at: string;
  readonly left_at: string;
}

export interface MetroDayOptions {
  readonly seed: string;
  /** Calendar day in UTC+8. */
  readonly day: Day;
  /** How many accounts there are; at least one. */
  readonly people: number;
  readonly trips: number;
  readonly network?: string;
}

const minuteMs = 60_000;
const secondMs = 1_000;
/** Train speed with stops, and what gates, stairs and waiting take. */
const metersPerSecond = 9.5;
const accessSeconds = { least: 150, spread: 300 };

interface City {
  readonly network: string;
  readonly names: readonly string[];
  readonly reach: readonly Reach[];
}

const cities = new Map<string, City>();

/**
 * 模拟的一天: labelled simulated metro trips on a real network, in the order in which they end. The same options give the same records. No
 * figure in it was observed in any city; only the stations are real.
 */
export function* simulateDay(options: MetroDayOptions): Generator<SimulatedMetroTrip, void, undefined> {
  const city = cityOf(options.network ?? 'qingdao-2025-01');
  const seed = seedOf(`${options.seed}/${options.day}`);
  // Homes do not move from day to day, so they hang on the seed alone.
  const way = createWays(city, seedOf(options.seed));
  const turnOf = createTurns(options.people, seed);
  const before = tripsBeforeMinute(options.trips);
  const startsAt = startOfDay(options.day);
  const idPrefix = `SIM-${options.day.replaceAll('-', '')}-`;
  for (let minute = 0; minute + 1 < before.length; minute += 1) {
    const first = before[minute] ?? 0;
    const count = (before[minute + 1] ?? 0) - first;
    for (let at = 0; at < count; at += 1) {
      const trip = first + at;
      const person = turnOf(trip);
      const { from, to, meters } = way(person, Math.floor(trip / options.people));
      const leftAt = startsAt + minute * minuteMs + Math.floor((60 * at) / count) * secondMs;
      const access = accessSeconds.least + Math.floor(accessSeconds.spread * fraction(seed, trip));
      yield {
        account: simulatedAccount(person),
        trip_id: idPrefix + String(trip).padStart(7, '0'),
        network: city.network,
        from: city.names[from] ?? '',
        to: city.names[to] ?? '',
        entered_at: String(leftAt - (access + Math.round(meters / metersPerSecond)) * secondMs),
        left_at: String(leftAt),
      };
    }
  }
}

interface Way {
  readonly from: number;
  readonly to: number;
  readonly meters: number;
}

/** Every even trip of a person leaves home, every odd one comes back from where the last one went. */
function createWays({ reach }: City, seed: number): (person: number, round: number) => Way {
  return (person, round) => {
    const home = Math.floor(fraction(seed, person) * reach.length);
    const { stations, meters } = reach[home] ?? { stations: [], meters: [] };
    const outing = round >> 1;
    const at = nearerMoreOften(stations.length, fraction(seed ^ 0x5bd1e995, person * 8 + outing));
    const away = stations[at] ?? home;
    const distance = meters[at] ?? 0;
    return round % 2 === 0 ? { from: home, to: away, meters: distance } : { from: away, to: home, meters: distance };
  };
}

function cityOf(id: string): City {
  const known = cities.get(id);
  if (known !== undefined) return known;
  const network = networkOf(id);
  if (network === undefined) throw new RangeError(`no such network: ${id}`);
  const names = Array.from({ length: network.stationCount }, (_, station) => network.nameOf(station));
  const city = { network: id, names, reach: reachOf(network) };
  cities.set(id, city);
  return city;
}
