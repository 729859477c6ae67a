import type { RecordFields } from '@tanhui/sdk/testing';
import { runSource } from '@tanhui/sdk/testing';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../network.ts';
import { metersOfFare, resolveStation } from './stations.ts';
import { shenzhenTaps } from './taps.ts';

function tap(kind: string) {
  return (time: string, station: string, more: RecordFields = {}): RecordFields => ({
    ...{ card_no: 'A', deal_date: `2018-09-01 ${time}:00`, deal_type: kind, deal_value: '400' },
    ...{ equ_no: '1', station, car_no: 'g' },
    ...more,
  });
}

const entry = tap('地铁入站');
const exit = tap('地铁出站');
const busTap = tap('巴士');
const at = (time: string) => Date.parse(`2018-09-01T${time}:00+08:00`);

describe('pairs of metro taps', () => {
  it('measures a ride over the network', () => {
    const { activities } = runSource(shenzhenTaps, [entry('08:00', '罗湖站'), exit('08:30', '深圳大学')]);
    expect(activities).toMatchObject([
      {
        evidence: 'measured',
        basis: 'network-path',
        basedOn: 'shenzhen-2020-02',
        fromPlace: '罗湖',
        toPlace: '深大',
        occupies: { kind: 'interval', from: at('08:00'), to: at('08:30'), group: 'travel' },
      },
    ]);
  });

  it.each([
    {
      it: 'an unknown station comes before the same station',
      ends: ['无此站', '无此站'],
      left: '08:10',
      is: 'inferred',
    },
    { it: 'an empty station comes before overlong', ends: ['-', '罗湖'], left: '13:00', is: 'inferred' },
    { it: 'the same station under two names', ends: ['罗湖', '罗湖站'], left: '08:10', is: 'TAPS_SAME_STATION' },
    { it: 'the same station comes before overlong', ends: ['罗湖', '罗湖'], left: '13:00', is: 'TAPS_SAME_STATION' },
    { it: 'just four hours', ends: ['罗湖', '深大'], left: '12:00', is: 'measured' },
    { it: 'a minute over four hours', ends: ['罗湖', '深大'], left: '12:01', is: 'TAPS_OVERLONG' },
  ])('$it: $is', ({ ends: [from = '', to = ''], left, is }) => {
    const run = runSource(shenzhenTaps, [entry('08:00', from), exit(left, to)]);
    expect([...run.refusals.map(({ code }) => code), ...run.activities.map(({ evidence }) => evidence)]).toEqual([is]);
    expect(run.open).toBe(0);
  });

  it('lets an entry take the place of one that waits, which stays open', () => {
    const run = runSource(shenzhenTaps, [entry('08:00', '罗湖'), entry('08:10', '国贸'), exit('08:30', '深大')]);
    expect(run.activities).toMatchObject([{ fromPlace: '国贸', records: [1, 2] }]);
    expect(run.waiting).toEqual([0]);
  });

  it('never lets bus taps touch the pairing', () => {
    const bus = busTap('08:10', 'M433', { car_no: 'B1' });
    const again = busTap('08:12', 'M433', { car_no: 'B1' });
    const run = runSource(shenzhenTaps, [entry('08:00', '罗湖'), bus, again, exit('08:30', '深大')]);
    expect(run.activities.map(({ mode, evidence }) => [mode, evidence])).toEqual([
      ['bus', 'default'],
      ['bus', 'default'],
      ['metro', 'measured'],
    ]);
  });

  it('keeps a lone exit until it is settled, then dates it by its fare; entries go on waiting', () => {
    const taps = [exit('08:00', '深大', { deal_value: '500' }), entry('09:00', '罗湖')];
    expect(runSource(shenzhenTaps, taps, { settle: false })).toMatchObject({ used: 0, open: 2 });
    const run = runSource(shenzhenTaps, taps);
    expect(run).toMatchObject({ used: 1, open: 1, waiting: [1] });
    expect(run.activities).toMatchObject([
      {
        evidence: 'inferred',
        distanceMeters: 12_000,
        basis: 'fare-band',
        occupies: { kind: 'point' },
        toPlace: '深大',
      },
    ]);
  });
});

describe('stations and fares', () => {
  const network = networkOf('shenzhen-2020-02');

  it.each([
    ['罗湖', '罗湖'],
    ['罗湖站', '罗湖'],
    ['深圳北', '深圳北站'],
    ['深圳大学', '深大'],
    ['马鞍山', '马安山'],
    ['?I岭', '孖岭'],
    [' 罗湖 ', '罗湖'],
    ['-', undefined],
    ['', undefined],
    ['263032105', undefined],
  ])('reads %j as %s', (written, name) => {
    const station = network === undefined ? undefined : resolveStation(network, written);
    expect(station === undefined ? undefined : network?.nameOf(station)).toBe(name);
  });

  it.each([
    [200, 0, 'fare-band-from-zero'],
    [300, 4_000, 'fare-band'],
    [400, 8_000, 'fare-band'],
    [500, 12_000, 'fare-band'],
    [600, 18_000, 'fare-band'],
    [700, 24_000, 'fare-band'],
    [800, 24_000, 'fare-band'],
    [900, 0, 'fare-proves-no-distance'],
    [1_000, 24_000, 'fare-band'],
    [1_200, 0, 'fare-proves-no-distance'],
    [1_300, 24_000, 'fare-band'],
    [1_400, 0, 'fare-proves-no-distance'],
    [0, 0, 'fare-proves-no-distance'],
  ])('credits %i fen with %i m: %s', (fareFen, meters, basis) => {
    expect(metersOfFare(fareFen)).toBe(meters);
    const { activities } = runSource(shenzhenTaps, [exit('08:00', '深大', { deal_value: String(fareFen) })]);
    expect(activities).toMatchObject([{ distanceMeters: meters, basis }]);
  });
});
