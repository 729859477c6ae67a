import type { Day } from '@tanhui/sdk/model';
import { dayOf, startOfDay } from '@tanhui/sdk/model';
import { draw, fraction, seedOf } from './hash.ts';
import { createTurns, simulatedAccount } from './people.ts';
import { tripsBeforeMinute } from './profile.ts';

type Fields = Readonly<Record<string, string>>;

export interface OtherDayOptions {
  readonly seed: string;
  /** Calendar day in UTC+8. */
  readonly day: Day;
  /** How many accounts there are; at least one. */
  readonly people: number;
  readonly records: number;
}

const minuteMs = 60_000;
const utc8OffsetMs = 480 * minuteMs;

function beijingText(at: number): string {
  return `${dayOf(at)} ${new Date(at + utc8OffsetMs).toISOString().slice(11, 19)}`;
}

interface Turn {
  readonly number: number;
  readonly account: string;
  readonly endsAt: number;
  readonly chance: (salt: number) => number;
}

function* turnsOf(kind: string, options: OtherDayOptions): Generator<Turn, void, undefined> {
  const seed = seedOf(`${options.seed}/${options.day}/${kind}`);
  const turnOf = createTurns(options.people, seed);
  const before = tripsBeforeMinute(options.records);
  const startsAt = startOfDay(options.day);
  for (let minute = 0; minute + 1 < before.length; minute += 1) {
    for (let number = before[minute] ?? 0; number < (before[minute + 1] ?? 0); number += 1) {
      yield {
        number,
        account: simulatedAccount(turnOf(number)),
        endsAt: startsAt + minute * minuteMs,
        chance: (salt) => fraction(seed ^ Math.imul(salt, 0x9e3779b1), number),
      };
    }
  }
}

const bikes = 40_000;

/** Simulated records of `mobike-orders`: short rides, the operator's distance, no position at all. */
export function* simulateBikeOrders(options: OtherDayOptions): Generator<Fields, void, undefined> {
  const seed = seedOf(`${options.seed}/bikes`);
  for (const { number, account, endsAt, chance } of turnsOf('bike', options)) {
    const minutes = 4 + Math.floor(28 * chance(1) ** 2);
    const kilometresPerHour = 7 + 6 * chance(2);
    yield {
      orderid: `SIM-${options.day.replaceAll('-', '')}-B${String(number).padStart(7, '0')}`,
      userid: account,
      bikeid: `SIM-BIKE-${String(draw(seed, number) % bikes).padStart(5, '0')}`,
      start_time: beijingText(endsAt - minutes * minuteMs),
      end_time: beijingText(endsAt),
      duration_min: String(minutes),
      track_m: String(Math.round((kilometresPerHour * 1_000 * minutes) / 60)),
    };
  }
}

/** Simulated records of `step-days`, one a person: at most `people` of them. */
export function* simulateStepDays(options: OtherDayOptions): Generator<Fields, void, undefined> {
  const records = Math.min(options.records, options.people);
  for (const { account, chance } of turnsOf('steps', { ...options, records })) {
    yield {
      Id: account,
      ActivityDate: options.day,
      TotalSteps: String(800 + Math.floor(5_000 * (chance(1) + chance(2) + chance(3)))),
    };
  }
}

/** How `ev-sessions` reads the simulated sessions: its settings. */
export const simulatedChargingMapping = {
  mapping: 'simulated',
  columns: {
    session: 'session_id',
    user: 'account',
    station: 'station',
    energy: 'energy_wh',
    startedAt: 'started_at',
    endedAt: 'ended_at',
  },
  decimalMark: '.',
  energyUnit: 'Wh',
  dateFormat: 'YYYY-MM-DD hh:mm:ss',
  yearOffset: 0,
  utcOffsetMinutes: 480,
  unknownUser: 'unknown',
  maxMeanKilowatts: 25,
} as const;

/** Simulated records of `ev-sessions`, to be read with `simulatedChargingMapping`. */
export function* simulateChargingSessions(options: OtherDayOptions): Generator<Fields, void, undefined> {
  for (const { number, account, endsAt, chance } of turnsOf('charging', options)) {
    const minutes = 30 + Math.floor(210 * chance(1));
    const watts = 3_000 + 4_000 * chance(2);
    yield {
      session_id: `SIM-${options.day.replaceAll('-', '')}-E${String(number).padStart(7, '0')}`,
      account,
      station: `SIM-POINT-${String(Math.floor(500 * chance(3))).padStart(3, '0')}`,
      energy_wh: String(Math.round((watts * minutes) / 60)),
      started_at: beijingText(endsAt - minutes * minuteMs),
      ended_at: beijingText(endsAt),
    };
  }
}
