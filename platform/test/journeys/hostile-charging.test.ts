import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { simulateChargingSessions, simulatedChargingMapping } from '@tanhui/green-travel/simulation';
import { ClientProblem } from '@tanhui/sdk/client';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importFiles } from '../../src/cli/import/import.ts';
import { announce } from '../../src/cli/announced.ts';
import { parseConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import { Refusal } from '../../src/kernel/index.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import type { Json } from '../support/hostile.ts';
import { hostileVersions } from '../support/hostile.ts';

const source = 'ev-sessions';
const programme = 'qingdao-demo';
const scratch = mkdtempSync(join(tmpdir(), 'tanhui-charging-'));
const mapping = simulatedChargingMapping as unknown as Json;
const day = addDays(dayOf(Date.now()), -2);
/** Sent under one mapping after the other, and in no file. */
const tried = [...simulateChargingSessions({ seed: 'hostile', day: addDays(day, -1), people: 20, records: 2 })];
const sessions = [...simulateChargingSessions({ seed: 'hostile', day, people: 20, records: 6 })];
const csv = [Object.keys(sessions[0] ?? {}), ...sessions.map((one) => Object.values(one))]
  .map((row) => row.join(','))
  .join('\n');
const megabytes = 1_024 * 1_024;
let city: City;
let config: Config;
let token: string;

beforeAll(async () => {
  city = await openCity({ TANHUI_RATE_CREDENTIAL_PER_MINUTE: '1000000', TANHUI_RATE_ADDRESS_PER_MINUTE: '1000000' });
  token = await city.tokenOf('operator-demo');
  config = parseConfig({ TANHUI_DATA: city.folder });
  announce(config, Number(new URL(city.url).port));
});
afterAll(async () => {
  await city.close();
  rmSync(scratch, { recursive: true, force: true });
});

function post(path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${city.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

interface Counts {
  readonly read: number;
  readonly used: number;
  readonly duplicate: number;
  readonly refused: number;
  readonly open: number;
}

function addUp({ read, used, duplicate, refused, open }: Counts): boolean {
  return read === used + duplicate + refused + open;
}

let file = 0;

function write(content: string | Uint8Array): string {
  const path = join(scratch, `file-${String((file += 1))}`);
  writeFileSync(path, content);
  return path;
}

/** Imports as the command line does; gives the counts, or the code of what was refused, and nothing else is thrown. */
async function imported(
  content: string | Uint8Array,
  mapped: string | Uint8Array = JSON.stringify(mapping),
): Promise<Counts | string> {
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await importFiles(config, {
      source,
      programme,
      files: [write(content)],
      mapping: write(mapped),
      encoding: 'auto',
      isJson: true,
    });
    const summary = JSON.parse(String(said.mock.calls.at(-1)?.[0])) as { readonly records: Counts };
    return summary.records;
  } catch (error) {
    if (error instanceof Refusal || error instanceof ClientProblem) return error.code;
    throw error;
  } finally {
    said.mockRestore();
  }
}

function utf16(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

describe('charging sessions', () => {
  it('are read by whatever mapping was taken, each with one outcome, or the mapping is refused by the field that is wrong', async () => {
    const outcomes = { taken: 0, refused: 0 };
    for (const { where, value } of hostileVersions(mapping, 'settings')) {
      const opened = await post('/v1/runs', { source, programme, settings: value });
      const { run, code } = (await opened.json()) as { readonly run?: string; readonly code?: string };
      outcomes[run === undefined ? 'refused' : 'taken'] += 1;
      if (run === undefined)
        expect([where, opened.status, code]).toEqual([
          where,
          400,
          expect.stringMatching(/^(PLUGINS_SETTINGS_INVALID|HTTP_INPUT_INVALID)$/),
        ]);
      else {
        const answer = await post(`/v1/sources/${source}/records?run=${run}`, tried);
        const body = (await answer.json()) as { readonly outcomes?: readonly { readonly outcome: string }[] };
        expect([where, answer.status, body.outcomes?.length]).toEqual([where, 200, 2]);
      }
    }
    expect(outcomes.taken).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(200);
  });

  it('come to the same figures however the file is written down', async () => {
    expect(await imported(csv)).toMatchObject({ read: 6, used: 6 });
    for (const same of [csv, `\ufeff${csv}`, csv.replaceAll('\n', '\r\n'), gzipSync(csv), utf16(csv)])
      expect(await imported(same)).toMatchObject({ read: 6, used: 0, duplicate: 6 });
  });

  it.each<[what: string, file: string | Uint8Array, code: string]>([
    ['cut off in its gzip', gzipSync(csv).subarray(0, 60), 'IMPORT_FILE_DAMAGED'],
    ['gzip of nothing', gzipSync('').subarray(0, 12), 'IMPORT_FILE_DAMAGED'],
    ['without a header', sessions.map((one) => Object.values(one).join(',')).join('\n'), 'IMPORT_COLUMN_MISSING'],
    ['with another separator', csv.replaceAll(',', ';'), 'IMPORT_COLUMN_MISSING'],
    ['with a column twice', `session_id,${csv}`, 'IMPORT_HEADER_UNUSABLE'],
    ['empty', '', 'IMPORT_HEADER_UNUSABLE'],
    ['of NULs', Buffer.alloc(5_000), 'IMPORT_COLUMN_MISSING'],
  ])('of a file that is %s are refused before anything is sent', async (_what, content, code) => {
    expect(await imported(content)).toBe(code);
  });

  it.each<[what: string, lines: string]>([
    ['cut off in the middle of a line', csv.slice(0, -30)],
    ['an open quote to the end', `${csv}\n"${'x'.repeat(5_000)}`],
    ['a line of ten megabytes', `${csv}\n${'9'.repeat(10 * megabytes)},a,b,c,d,e`],
    ['fields too many and too few', `${csv}\n1\n${'x,'.repeat(500)}`],
    [
      'hostile fields',
      `${csv}\n__proto__,constructor,\u0000,1e999,9999-99-99 99:99:99,-1\n\ud800,=cmd(),../../x,-5,0,0`,
    ],
    ['dates of endless digits', `${csv}\na,b,c,1,${'1'.repeat(64)}x,${'2'.repeat(64)}x`],
  ])('of a file with %s are outcomes that add up', async (_what, lines) => {
    const before = process.memoryUsage().rss;
    const counts = await imported(lines);
    expect(typeof counts === 'object' && addUp(counts) && counts.read >= 5, JSON.stringify(counts)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * megabytes);
  });

  it.each<[what: string, file: string | Uint8Array, code: string]>([
    ['half of one', JSON.stringify(mapping).slice(0, 90), 'IMPORT_MAPPING_UNREADABLE'],
    ['empty', '', 'IMPORT_MAPPING_UNREADABLE'],
    ['UTF-16', utf16(JSON.stringify(mapping)), 'IMPORT_MAPPING_UNREADABLE'],
    ['no text at all', Buffer.from([0, 255, 254, 1, 2, 3]), 'IMPORT_MAPPING_UNREADABLE'],
    ['a list', '[1, 2]', 'PLUGINS_SETTINGS_INVALID'],
    ['a number', '7', 'PLUGINS_SETTINGS_INVALID'],
    ['without columns', '{"decimalMark": "."}', 'PLUGINS_SETTINGS_INVALID'],
    [
      'with a date format that never ends',
      JSON.stringify({ ...simulatedChargingMapping, dateFormat: 'DD'.repeat(50) }),
      'PLUGINS_SETTINGS_INVALID',
    ],
    [
      'of ten megabytes',
      JSON.stringify({ ...simulatedChargingMapping, unknownUser: 'x'.repeat(10 * megabytes) }),
      'PLUGINS_SETTINGS_INVALID',
    ],
    [
      'fit, with ten megabytes of where it comes from',
      JSON.stringify({ ...simulatedChargingMapping, source: 'x'.repeat(10 * megabytes) }),
      'HTTP_BODY_TOO_LARGE',
    ],
    ['nested without end', `${'{"columns":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 'PLUGINS_SETTINGS_INVALID'],
  ])('of a mapping file that is %s are refused with a code', async (_what, mapped, code) => {
    expect(await imported(csv, mapped)).toBe(code);
    expect((await fetch(`${city.url}/ready`)).status).toBe(200);
  });
});
