import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { importFiles } from '../../src/cli/import/import.ts';
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
