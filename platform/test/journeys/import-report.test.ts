import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importFiles } from '../../src/cli/import/import.ts';
import { call } from '../../src/cli/import/server-calls.ts';
import { useServer } from '../../src/cli/server.ts';
import { parseConfig } from '../../src/config.ts';
import { metroTrip } from '../support/records.ts';

/** More than any page of a list holds. */
const refused = 250;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhui-import-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it('writes every refused record of an import with its file, its line there and its code', async () => {
  const file = join(folder, 'trips.ndjson');
  const good = JSON.stringify(metroTrip(0));
  const bad = Array.from({ length: refused }, (_, at) => JSON.stringify({ ...metroTrip(at + 1), from: '-nowhere-' }));
  writeFileSync(file, [good, ...bad].join('\n'));
  const report = join(folder, 'refused.ndjson');
  const config = parseConfig({ TANHUI_DATA: join(folder, 'data'), TANHUI_PORT: '0', TANHUI_LOG: 'silent' });
  await importFiles(config, {
    source: 'metro-trips',
    files: [file],
    programme: 'qingdao-demo',
    encoding: 'utf-8',
    report,
    isJson: true,
  });
  const lines = readFileSync(report, 'utf8').trimEnd().split('\n');
  const found = lines.map((line) => JSON.parse(line) as { line: number; file: string; code: string; text: object });
  expect(found).toHaveLength(refused);
  expect(found.map(({ line }) => line).sort((one, other) => one - other)).toEqual(bad.map((_, at) => at + 2));
  expect(new Set(found.map((one) => one.code))).toEqual(new Set(['METRO_STATION_UNKNOWN']));
  expect(new Set(found.map((one) => one.file))).toEqual(new Set([file]));
});

it('leaves no run behind where a file cannot be used, and none for a programme that is not there', async () => {
  const config = parseConfig({ TANHUI_DATA: join(folder, 'unusable'), TANHUI_PORT: '0', TANHUI_LOG: 'silent' });
  const file = join(folder, 'other.csv');
  writeFileSync(file, 'x,y\n1,2\n');
  const asked = { source: 'metro-trips', files: [file], encoding: 'utf-8' as const, isJson: true };
  await expect(importFiles(config, { ...asked, programme: 'qingdao-demo' })).rejects.toMatchObject({
    code: 'IMPORT_COLUMN_MISSING',
  });
  await expect(importFiles(config, { ...asked, programme: 'nobody' })).rejects.toMatchObject({
    code: 'INTAKE_PROGRAMME_UNKNOWN',
  });
  await useServer(config, async (server) => {
    expect(await call(server, '/v1/runs')).toMatchObject({ items: [] });
  });
});

describe('a report that cannot be written', () => {
  it.each([
    ['in a folder that is not there', ['none', 'refused.ndjson']],
    ['in the place of a folder', []],
  ])('%s is refused before anything is imported', async (_where, path) => {
    const data = join(folder, 'untouched');
    const config = parseConfig({ TANHUI_DATA: data, TANHUI_PORT: '0', TANHUI_LOG: 'silent' });
    const file = join(folder, 'one.ndjson');
    writeFileSync(file, JSON.stringify(metroTrip(0)));
    const report = join(folder, ...path);
    const asked = { source: 'metro-trips', files: [file], programme: 'qingdao-demo', encoding: 'utf-8' as const };
    await expect(importFiles(config, { ...asked, report, isJson: true })).rejects.toMatchObject({
      code: 'IMPORT_REPORT_UNWRITABLE',
      details: { file: report },
    });
    expect(existsSync(data)).toBe(false);
  });
});

it('writes where the records of a trip stand that the acceptance refused, and of a pair both', async () => {
  const run = { programme: 'qingdao-demo', encoding: 'utf-8' as const, isJson: true };
  const config = parseConfig({ TANHUI_DATA: join(folder, 'more'), TANHUI_PORT: '0', TANHUI_LOG: 'silent' });
  const importOne = async (source: string, rows: readonly object[]) => {
    const [file, report] = [join(folder, `${source}.ndjson`), join(folder, `${source}.refused`)];
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    await importFiles(config, { ...run, source, files: [file], report });
    const lines = readFileSync(report, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as object);
  };
  const order = (orderid: string, start: string, end: string) => ({
    ...{ orderid, userid: 'TEST-1', bikeid: orderid, track_m: '4000' },
    ...{ start_time: `2026-11-20 ${start}`, end_time: `2026-11-20 ${end}` },
  });
  expect(
    await importOne('mobike-orders', [
      order('TEST-A', '08:00', '08:30'),
      order('TEST-B', '10:00', '10:30'),
      order('TEST-C', '08:10', '08:40'),
    ]),
  ).toMatchObject([{ code: 'ACTIVITIES_OVERLAPS', records: 1, line: 3, file: join(folder, 'mobike-orders.ndjson') }]);
  const tap = (clock: string, type: string, card = 'TEST-1') => ({
    ...{ card_no: card, deal_date: `2026-11-20 ${clock}:00`, deal_type: type, deal_value: '300' },
    ...{ equ_no: '1', station: '罗湖', car_no: 'c' },
  });
  const taps = [tap('08:00', '地铁入站'), tap('08:01', '巴士', 'TEST-2'), tap('08:05', '地铁出站')];
  const file = join(folder, 'shenzhen-taps.ndjson');
  expect(await importOne('shenzhen-taps', taps)).toMatchObject([
    { code: 'TAPS_SAME_STATION', records: 1, line: 1, file },
    { code: 'TAPS_SAME_STATION', records: 1, line: 3, file },
  ]);
});
