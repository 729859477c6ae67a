import type { JsonValue } from '@tanhui/sdk/plugin';
import { SettingsError } from '@tanhui/sdk/plugin';
import type { RecordFields } from '@tanhui/sdk/testing';
import { runSource } from '@tanhui/sdk/testing';
import { describe, expect, it } from 'vitest';
import { simulatedChargingMapping } from '../src/simulation/index.ts';
import { contributed, sourceNamed } from './contributed.ts';

/** A good record of each format. */
const good: Readonly<Record<string, RecordFields>> = {
  'shenzhen-taps': {
    ...{ card_no: 'c', deal_date: '2018-09-01 08:00:00', deal_type: '巴士', deal_value: '200' },
    ...{ equ_no: 'e', station: '南山线', car_no: 'v' },
  },
  'gps-track': {
    ...{ user_id: 'u', timestamp: '2024-06-08T10:00:00Z', latitude: '52', longitude: '4.9' },
    ...{ stop: 'FALSE', mode: 'Walk' },
  },
  'mobike-orders': {
    ...{ orderid: '7', userid: 'u', bikeid: 'b', start_time: '2016/8/13 16:17', end_time: '2016-08-13 16:36' },
    ...{ duration_min: '19', track_m: '2967.4' },
  },
  'step-days': { Id: 'u', ActivityDate: '4/12/2016', TotalSteps: '10000', TotalDistance: '7.5' },
  'metro-trips': {
    ...{ account: 'a', trip_id: 't', network: 'qingdao-2025-01', from: '五四广场', to: '青岛北站' },
    ...{ entered_at: '2026-11-20T08:00:00+08:00', left_at: '2026-11-20T08:32:00+08:00' },
  },
  'ev-sessions': {
    ...{ sessionId: '1', userId: 'u', stationId: 's', kwhTotal: '7.78' },
    ...{ created: '0014-11-18 15:40:26', ended: '0014-11-18 17:11:04' },
  },
};

function take(source: string, change: RecordFields = {}, settings: JsonValue = null) {
  const { activities, refusals } = runSource(sourceNamed(source), [{ ...good[source], ...change }], { settings });
  return activities[0] ?? refusals[0];
}

describe('one good record', () => {
  it.each(Object.keys(good))('of %s is the same with blanks around its fields', (source) => {
    const padded = Object.fromEntries(Object.entries(good[source] ?? {}).map(([name, text]) => [name, ` ${text}\t`]));
    const ranOn = (record: RecordFields) => runSource(sourceNamed(source), [record], { settings: null });
    expect(ranOn(good[source] ?? {}).refusals).toEqual([]);
    expect(ranOn(padded)).toEqual(ranOn(good[source] ?? {}));
  });

  it('of a finished metro trip becomes a measured ride', () => {
    expect(take('metro-trips')).toMatchObject({ distanceMeters: 14_473, evidence: 'measured', sourceKey: 't' });
  });

  it('of a bike order carries its vehicle and the distance of the operator', () => {
    expect(take('mobike-orders')).toMatchObject({
      ...{ distanceMeters: 2_967, vehicle: 'b', sourceKey: '7', sourceKeyIsGlobal: true, evidence: 'provider' },
      startedAt: Date.parse('2016-08-13T16:17:00+08:00'),
    });
    expect(take('mobike-orders', { orderid: '' })).toMatchObject({ sourceKey: 'b/1471076220000' });
  });

  it('of a day of steps takes 0.68 m a step, or the kilometres of the device where told to and plausible', () => {
    const settings = { distanceColumn: 'TotalDistance' };
    expect(take('step-days')).toMatchObject({ distanceMeters: 6_800, basis: 'steps', occupies: { kind: 'none' } });
    expect(take('step-days', {}, settings)).toMatchObject({ distanceMeters: 7_500, basis: 'provider-distance' });
    expect(take('step-days', { TotalDistance: '75' }, settings)).toMatchObject({
      distanceMeters: 6_800,
      basis: 'steps',
    });
  });

  it('of a day of steps over the cap is refused whole, never cut', () => {
    expect(take('step-days', { TotalSteps: '30000' })).toMatchObject({ distanceMeters: 20_400 });
    expect(take('step-days', { TotalSteps: '30001' })).toMatchObject({ code: 'STEPS_OVER_CAP', field: 'TotalSteps' });
    expect(take('step-days', {}, { stepsPerDayCap: 9_999 })).toMatchObject({ code: 'STEPS_OVER_CAP' });
  });

  it('of a bike order whose distance is below the straight line falls back to the line times the detour', () => {
    const ends = { start_lon: '121.400', start_lat: '31.200', end_lon: '121.400', end_lat: '31.218' };
    expect(take('mobike-orders', { ...ends, track_m: '2001.5' })).toMatchObject({ distanceMeters: 2_002 });
    expect(take('mobike-orders', { ...ends, track_m: '1852' })).toMatchObject({ basis: 'provider-distance' });
    expect(take('mobike-orders', { ...ends, track_m: '1851' })).toMatchObject({
      distanceMeters: 2_562,
      basis: 'straight-line-detour',
    });
  });

  it('of a charging session reads year 0014 as 2014 and kilowatt-hours as watt-hours', () => {
    expect(take('ev-sessions')).toMatchObject({
      ...{ energyWattHours: 7_780, evidence: 'metered', occupies: { group: 'charging' } },
      startedAt: Date.parse('2014-11-18T15:40:26Z'),
    });
  });

  it("of another operator's sessions is read by its mapping alone", () => {
    const mapping = {
      ...simulatedChargingMapping,
      decimalMark: ',',
      energyUnit: 'kWh',
      dateFormat: 'DD.MM.YYYY hh:mm',
    };
    const record = { session_id: '9', account: 'u', station: '', energy_wh: '12,5', started_at: '20.11.2026 08:00' };
    const session = take('ev-sessions', { ...record, ended_at: '20.11.2026 10:30' }, mapping);
    expect(session).toMatchObject({ energyWattHours: 12_500, endedAt: Date.parse('2026-11-20T10:30:00+08:00') });
  });
});

describe('a bad record', () => {
  it.each([
    ['mobike-orders', { end_time: '2016-08-13 16:18' }, 'MOBIKE_TOO_FAST'],
    ['mobike-orders', { end_time: '2016-08-13 19:18' }, 'MOBIKE_OVERLONG'],
    ['mobike-orders', { end_time: '2016-08-13 16:00' }, 'MOBIKE_OVERLONG'],
    ['mobike-orders', { track_m: '99' }, 'MOBIKE_TOO_SHORT'],
    ['mobike-orders', { track_m: '' }, 'MOBIKE_DISTANCE_UNKNOWN'],
    ['mobike-orders', { end_time: '', duration_min: '' }, 'MOBIKE_END_UNKNOWN'],
    ['step-days', { TotalSteps: '0' }, 'STEPS_NONE'],
    ['step-days', { TotalSteps: '1.5' }, 'STEPS_COUNT_UNREADABLE'],
    ['step-days', { TotalSteps: '100001' }, 'STEPS_IMPOSSIBLE'],
    ['step-days', { ActivityDate: '13/12/2016' }, 'STEPS_DATE_UNREADABLE'],
    ['metro-trips', { from: '青岛北站' }, 'METRO_SAME_STATION'],
    ['metro-trips', { network: 'qingdao' }, 'METRO_NETWORK_UNKNOWN'],
    ['metro-trips', { to: '罗湖' }, 'METRO_STATION_UNKNOWN'],
    ['metro-trips', { left_at: '2026-11-20T12:00:01+08:00' }, 'METRO_OVERLONG'],
    ['metro-trips', { left_at: '2026-11-20T07:59:59+08:00' }, 'METRO_OVERLONG'],
    ['metro-trips', { left_at: '2026-11-20 08:32' }, 'METRO_TIME_UNREADABLE'],
    ['metro-trips', { account: '' }, 'METRO_ACCOUNT_MISSING'],
    ['ev-sessions', { kwhTotal: '0' }, 'EV_NO_ENERGY'],
    ['ev-sessions', { kwhTotal: '38' }, 'EV_TOO_POWERFUL'],
    ['ev-sessions', { kwhTotal: '7,78' }, 'EV_ENERGY_UNREADABLE'],
    ['ev-sessions', { userId: 'NA' }, 'EV_USER_UNKNOWN'],
    ['ev-sessions', { ended: '0014-11-18 15:00:00' }, 'EV_TIME_UNREADABLE'],
    ['ev-sessions', { created: '0014-02-30 15:00:00' }, 'EV_TIME_UNREADABLE'],
  ])('of %s with %j is refused as %s', (source, change, code) => {
    expect(take(source, change)).toMatchObject({ code });
  });
});

describe('a name that tells accounts, vehicles or records apart', () => {
  const metroTap = { deal_type: '地铁出站', car_no: 'x'.repeat(65) };
  interface NameCase {
    readonly source: string;
    readonly field: string;
    readonly code: string;
    readonly maxLength?: number;
    readonly change?: RecordFields;
  }
  const names: readonly NameCase[] = [
    { source: 'shenzhen-taps', field: 'card_no', code: 'TAPS_ID_TOO_LONG' },
    { source: 'shenzhen-taps', field: 'car_no', code: 'TAPS_ID_TOO_LONG' },
    { source: 'shenzhen-taps', field: 'equ_no', code: 'TAPS_ID_TOO_LONG', maxLength: 32 },
    { source: 'shenzhen-taps', field: 'card_no', code: 'TAPS_ID_TOO_LONG', change: metroTap },
    { source: 'shenzhen-taps', field: 'equ_no', code: 'TAPS_ID_TOO_LONG', maxLength: 32, change: metroTap },
    { source: 'mobike-orders', field: 'userid', code: 'MOBIKE_ID_TOO_LONG' },
    { source: 'mobike-orders', field: 'bikeid', code: 'MOBIKE_ID_TOO_LONG' },
    { source: 'mobike-orders', field: 'orderid', code: 'MOBIKE_ID_TOO_LONG' },
    { source: 'gps-track', field: 'user_id', code: 'GPS_ID_TOO_LONG' },
    { source: 'step-days', field: 'Id', code: 'STEPS_ID_TOO_LONG' },
    { source: 'metro-trips', field: 'account', code: 'METRO_ID_TOO_LONG' },
    { source: 'metro-trips', field: 'trip_id', code: 'METRO_ID_TOO_LONG' },
    { source: 'ev-sessions', field: 'userId', code: 'EV_ID_TOO_LONG' },
    { source: 'ev-sessions', field: 'sessionId', code: 'EV_ID_TOO_LONG' },
  ];

  it.each(names)('of $source in $field is whole or refused as $code', ({ source, field, code, ...more }) => {
    const { maxLength = 64, change } = more;
    const longest = '名'.repeat(maxLength);
    const fits = { ...good[source], ...change, [field]: longest };
    expect(runSource(sourceNamed(source), [fits], { settings: null }).refusals).toEqual([]);
    const twins = ['1', '2'].map((end) => ({ ...fits, [field]: longest + end }));
    const { activities, refusals, waiting } = runSource(sourceNamed(source), twins, { settings: null });
    expect(activities).toEqual([]);
    expect(waiting).toEqual([]);
    expect(refusals.map((one) => [one.code, one.field, one.records])).toEqual([
      [code, field, [0]],
      [code, field, [1]],
    ]);
    // Nobody is named by a name that was not taken.
    expect(refusals.map(({ account }) => account)).not.toContain(longest);
  });

  it('is something else than the name of a stop, which is cut', () => {
    expect(take('shenzhen-taps', { station: '站'.repeat(65) })).toMatchObject({ fromPlace: '站'.repeat(64) });
  });

  it('is no reason to read the beginning of another field', () => {
    const blanks = ' '.repeat(64);
    expect(take('mobike-orders', { start_time: `2016/8/13 16:17${blanks}x` })).toMatchObject({
      code: 'MOBIKE_TIME_UNREADABLE',
    });
  });
});

const { columns } = simulatedChargingMapping;

describe('settings', () => {
  it.each([
    ['ev-sessions', { decimalMark: ',' }, 'columns'],
    ['ev-sessions', { ...simulatedChargingMapping, energyUnit: 'MWh' }, 'energyUnit'],
    ['ev-sessions', { ...simulatedChargingMapping, yearOffset: 0.5 }, 'yearOffset'],
    ['ev-sessions', { ...simulatedChargingMapping, columns: { session: 'id' } }, 'columns.user'],
    ['ev-sessions', { ...simulatedChargingMapping, utcOffsetMinutes: null }, 'utcOffsetMinutes'],
    ['ev-sessions', { ...simulatedChargingMapping, utcOffsetMinutes: 900 }, 'utcOffsetMinutes'],
    ['ev-sessions', { ...simulatedChargingMapping, dateFormat: 'DD'.repeat(20) }, 'dateFormat'],
    ['ev-sessions', { ...simulatedChargingMapping, dateFormat: 'YYYY-MM-DD DD' }, 'dateFormat'],
    ['ev-sessions', { ...simulatedChargingMapping, dateFormat: 'hh:mm' }, 'dateFormat'],
    ['ev-sessions', { ...simulatedChargingMapping, columns: { ...columns, station: 7 } }, 'columns.station'],
    ['ev-sessions', { ...simulatedChargingMapping, columns: { ...columns, user: '' } }, 'columns.user'],
    ['ev-sessions', { ...simulatedChargingMapping, separator: ';;' }, 'separator'],
    ['ev-sessions', { ...simulatedChargingMapping, separator: '"' }, 'separator'],
    ['ev-sessions', { ...simulatedChargingMapping, separator: 7 }, 'separator'],
    ['ev-sessions', { ...simulatedChargingMapping, seperator: ';' }, 'seperator'],
    ['ev-sessions', { ...simulatedChargingMapping, columns: { ...columns, stations: 'x' } }, 'columns.stations'],
    ['step-days', { stepsPerDayCap: 0 }, 'stepsPerDayCap'],
    ['step-days', { distanceColumn: 7 }, 'distanceColumn'],
  ])('of %s as %j name the field that is wrong', (source, settings, field) => {
    expect(() => sourceNamed(source).parseSettings(settings)).toThrow(SettingsError);
    expect(() => sourceNamed(source).parseSettings(settings)).toThrow(expect.objectContaining({ field }));
  });
});

describe('GPS tracks', () => {
  const start = Date.parse('2024-06-08T10:00:00Z');

  /** A point so many seconds and metres north of the start. */
  function point(seconds: number, meters: number, more: RecordFields = {}): RecordFields {
    const timestamp = new Date(start + seconds * 1_000).toISOString();
    const latitude = String(52 + meters / 111_190);
    return { user_id: 'u', timestamp, latitude, longitude: '4.9', stop: 'FALSE', mode: 'Walk', ...more };
  }

  const walk = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => point(from + at * 60, (from / 60 + at) * 80));
  const rest = { stop: 'TRUE', mode: '' };
  const distances = (points: readonly RecordFields[]) =>
    runSource(sourceNamed('gps-track'), points).activities.map(({ distanceMeters }) => distanceMeters);

  it('sums the way between points', () => {
    expect(distances(walk(0, 11))).toEqual([800]);
  });

  it('cuts at a gap of more than ten minutes, at rest and where the mode changes', () => {
    expect(distances([...walk(0, 6), ...walk(960, 6)])).toEqual([400, 400]);
    expect(distances([...walk(0, 6), point(330, 400, rest), ...walk(360, 6)])).toEqual([400, 400]);
    const bike = walk(360, 6).map((fields) => ({ ...fields, mode: 'Bike' }));
    expect(distances([...walk(0, 6), ...bike])).toEqual([400, 400]);
  });

  it('adds nothing for a jump of the receiver, and uses its record all the same', () => {
    const run = runSource(sourceNamed('gps-track'), [...walk(0, 6), point(90, 9_000), point(91, 120)]);
    expect(run).toMatchObject({ used: 8, refused: 0 });
    expect(run.activities.map(({ distanceMeters }) => distanceMeters)).toEqual([400]);
  });

  it('leaves coarse cells and no position in the activity', () => {
    const [activity] = runSource(sourceNamed('gps-track'), walk(0, 11)).activities;
    expect(activity?.sketch?.length).toBeGreaterThan(1);
    expect(JSON.stringify(activity)).not.toContain('52.00');
  });

  it('refuses a car and a position in another datum', () => {
    const points = [point(0, 0, { mode: 'Car' }), point(1, 0, { datum: 'GCJ-02' }), point(2, 0, { datum: 'WGS-84' })];
    const { refusals } = runSource(sourceNamed('gps-track'), points);
    expect(refusals.map(({ code }) => code)).toEqual(['GPS_MODE_NOT_LOW_CARBON', 'GPS_DATUM_MIXED']);
  });
});

describe('refusal texts', () => {
  it('speak both languages and say what to do', () => {
    for (const { text, next } of contributed.refusals.values())
      for (const spoken of [text, next]) {
        expect(spoken['zh-CN']).toMatch(/\p{Script=Han}/u);
        expect(spoken.en).toMatch(/^[A-Z]/);
      }
  });
});
