import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { networkOf } from './network.ts';

const folder = new URL('../data/networks/', import.meta.url);
const qingdao = networkOf('qingdao-2025-01');

function kilometres(from: string, to: string): number {
  const [start, end] = [qingdao?.stationOf(from) ?? -1, qingdao?.stationOf(to) ?? -1];
  return (qingdao?.distanceMeters(start, end) ?? Number.NaN) / 1_000;
}

describe('networks', () => {
  it.each([
    ['青岛站', '青岛北站', 15.71],
    ['五四广场', '青岛北站', 14.47],
    ['李村', '五四广场', 12.77],
    ['苗岭路', '钱谷山', 55.78],
  ])('%s to %s is %d km, either way', (from, to, expected) => {
    expect(Math.abs(kilometres(from, to) - expected)).toBeLessThan(0.006);
    expect(kilometres(to, from)).toBe(kilometres(from, to));
  });

  it('joins all stations of Qingdao, and a way never beats the one over a third station', () => {
    const stations = Array.from({ length: 172 }, (_, station) => station);
    expect(qingdao?.stationCount).toBe(172);
    const way = (from: number, to: number) => qingdao?.distanceMeters(from, to) ?? Number.NaN;
    for (const from of stations)
      for (const to of stations) {
        expect(way(from, to)).toBeLessThanOrEqual(way(from, 48) + way(48, to) + 1);
      }
  });

  it('finds a station by name or id, and no network or station by the name of an object', () => {
    expect(qingdao?.stationOf('0')).toBe(0);
    expect(qingdao?.nameOf(0)).toBe('东郭庄');
    expect(qingdao?.stationOf('constructor')).toBeUndefined();
    expect(networkOf('constructor')).toBeUndefined();
  });

  it.each(['qingdao-2025-01', 'shenzhen-2020-02'])('%s is the file that the notice fingerprints', (id) => {
    const digest = createHash('sha256')
      .update(readFileSync(new URL(`${id}.json`, folder)))
      .digest('hex');
    expect(readFileSync(new URL('NOTICE.md', folder), 'utf8')).toContain(`| ${digest} |`);
  });
});
