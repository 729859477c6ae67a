import type { JsonValue } from '@tanhui/sdk/plugin';
import { runSource, tallyOf } from '@tanhui/sdk/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { declaredCodes, sourceNamed } from './contributed.ts';
import { announceSkipped, isRealDataHere, readCsv, realRecords } from './real-data.ts';

interface RealSet {
  readonly name: string;
  readonly source: string;
  readonly files: readonly string[];
  readonly settings?: JsonValue;
  readonly records: Readonly<Record<'read' | 'used' | 'duplicate' | 'refused' | 'open', number>>;
  readonly tally: ReturnType<typeof tallyOf>;
}

const steps = { source: 'step-days', files: ['fitbit-daily-activity/daily_activity.csv.gz'] };
const sets: readonly RealSet[] = [
  {
    name: 'Shenzhen taps',
    source: 'shenzhen-taps',
    files: ['shenzhen-card-taps/szt_10k.csv.gz', 'shenzhen-card-taps/szt_14_14.csv.gz'],
    records: { read: 28_094, used: 16_929, duplicate: 0, refused: 298, open: 10_867 },
    tally: {
      activities: { 'bus default': 10_925, 'metro inferred': 5_340, 'metro measured': 305 },
      refusals: { TAPS_OVERLONG: 4, TAPS_SAME_STATION: 145 },
      distanceMeters: 48_454_325,
      energyWattHours: 0,
    },
  },
  {
    name: 'Mobike orders',
    source: 'mobike-orders',
    files: ['mobike-shanghai-2016/orders.csv.gz'],
    records: { read: 59_438, used: 59_324, duplicate: 0, refused: 114, open: 0 },
    tally: {
      activities: { 'bike provider': 59_324 },
      refusals: { MOBIKE_OVERLONG: 80, MOBIKE_TOO_FAST: 34 },
      distanceMeters: 125_071_656,
      energyWattHours: 0,
    },
  },
  {
    name: 'Mobike orders with tracks, whose distance is the straight line with detour',
    source: 'mobike-orders',
    files: ['mobike-shanghai-2016/sample_with_tracks.csv.gz'],
    records: { read: 1_215, used: 1_215, duplicate: 0, refused: 0, open: 0 },
    tally: { activities: { 'bike provider': 1_215 }, refusals: {}, distanceMeters: 2_410_772, energyWattHours: 0 },
  },
  {
    name: 'Mobike orders that a cleaning removed',
    source: 'mobike-orders',
    files: ['mobike-shanghai-2016/orders_cleaning_removed.csv.gz'],
    records: { read: 518, used: 515, duplicate: 0, refused: 3, open: 0 },
    tally: {
      activities: { 'bike provider': 515 },
      refusals: { MOBIKE_OVERLONG: 2, MOBIKE_TOO_FAST: 1 },
      distanceMeters: 853_853,
      energyWattHours: 0,
    },
  },
  {
    name: 'Dutch tracks',
    source: 'gps-track',
    files: ['nl-open-geodata-2024/Utrecht1.csv.gz', 'nl-open-geodata-2024/Utrecht4.csv.gz'],
    records: { read: 192_544, used: 188_361, duplicate: 4_182, refused: 1, open: 0 },
    tally: {
      activities: {
        'bike measured': 6,
        'bus measured': 2,
        'ferry measured': 2,
        'metro measured': 2,
        'train measured': 4,
        'tram measured': 15,
        'walk measured': 40,
      },
      refusals: { GPS_MODE_NOT_LOW_CARBON: 1 },
      distanceMeters: 187_798,
      energyWattHours: 0,
    },
  },
  {
    ...steps,
    name: 'step days',
    records: { read: 940, used: 862, duplicate: 0, refused: 78, open: 0 },
    tally: {
      activities: { 'walk provider': 862 },
      refusals: { STEPS_NONE: 77, STEPS_OVER_CAP: 1 },
      distanceMeters: 4_857_244,
      energyWattHours: 0,
    },
  },
  {
    ...steps,
    name: 'step days with the distance of the device',
    settings: { distanceColumn: 'TotalDistance' },
    records: { read: 940, used: 862, duplicate: 0, refused: 78, open: 0 },
    tally: {
      activities: { 'walk provider': 862 },
      refusals: { STEPS_NONE: 77, STEPS_OVER_CAP: 1 },
      distanceMeters: 5_132_288,
      energyWattHours: 0,
    },
  },
  {
    name: 'charging sessions',
    source: 'ev-sessions',
    files: ['ev-charging/us_workplace_sessions.csv.gz'],
    records: { read: 3_395, used: 3_338, duplicate: 0, refused: 57, open: 0 },
    tally: {
      activities: { 'ev-charging metered': 3_338 },
      refusals: { EV_NO_ENERGY: 55, EV_TOO_POWERFUL: 2 },
      distanceMeters: 0,
      energyWattHours: 19_709_950,
    },
  },
];

afterAll(() => {
  announceSkipped(sets.length);
});

describe.skipIf(!isRealDataHere)('real data', () => {
  it.each(sets)('gives the figures of $name, in batches of any size', ({ source, files, settings, records, tally }) => {
    const input = realRecords(...files);
    const options = { settings: settings ?? null, codes: declaredCodes };
    const run = runSource(sourceNamed(source), input, options);
    expect(run).toMatchObject(records);
    expect(tallyOf(run)).toEqual(tally);
    const cut = runSource(sourceNamed(source), input, { ...options, batchSize: [997, 3, 1_501, 64] });
    expect(cut).toMatchObject(records);
    expect(tallyOf(cut)).toEqual(tally);
  });
});

describe('the bundled sample', () => {
  it('is read whole by the gps-track source', () => {
    const input = readCsv(new URL('../data/example/dutch-gps-tracks.csv.gz', import.meta.url));
    const run = runSource(sourceNamed('gps-track'), input, { codes: declaredCodes });
    expect(run).toMatchObject({ read: 49_789, refused: 0, open: 0 });
    expect(Object.keys(tallyOf(run).activities)).toEqual([
      'bike measured',
      'bus measured',
      'ferry measured',
      'metro measured',
      'tram measured',
      'walk measured',
    ]);
  });
});
