import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tanhui/sdk/client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { importFiles } from '../../src/cli/import/import.ts';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';

/** Pairs that differ at their end alone: unreadable, longer than a record may be, and longer than the server keeps of a line. */
const beginnings = [`{"x":"${'y'.repeat(9_000)}`, '碳'.repeat(40_000), '惠'.repeat(300_000)];
const lines = beginnings.flatMap((beginning) => [`${beginning}1`, `${beginning}2`]);
const body = lines.join('\n');

let folder: string;
let written: { readonly mock: { readonly calls: readonly (readonly unknown[])[] } };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhui-long-'));
  written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const configOf = (name: string) =>
  parseConfig({ TANHUI_DATA: join(folder, name), TANHUI_PORT: '0', TANHUI_LOG: 'silent' });

async function imported(name: string): Promise<unknown> {
  const file = join(folder, 'long.ndjson');
  writeFileSync(file, body);
  const run = { source: 'metro-trips', programme: 'qingdao-demo', encoding: 'utf-8' as const, isJson: true };
  await importFiles(configOf(name), { ...run, files: [file] });
  return (JSON.parse(String(written.mock.calls.at(-1)?.[0])) as { readonly records: unknown }).records;
}

/** What became of the lines when they were sent over HTTP, as they are, and sent again. */
async function postedTwice(name: string): Promise<readonly (readonly string[])[]> {
  const platform = await compose(configOf(name));
  try {
    const url = `http://127.0.0.1:${String(await platform.start())}`;
    const { token } = await createClient({ baseUrl: url, locale: 'en' }).demoSignIn('operator-demo');
    const outcomes = async () => {
      const response = await fetch(`${url}/v1/sources/metro-trips/records`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        body,
      });
      const answered = (await response.text()).trim().split('\n');
      return answered.map((line) => (JSON.parse(line) as { readonly outcome: string }).outcome);
    };
    return [await outcomes(), await outcomes()];
  } finally {
    await platform.stop();
  }
}

const all = (outcome: string) => lines.map(() => outcome);

it('long lines that differ at their end are as many refusals, once, whichever way they come in', async () => {
  const counts = { read: 6, used: 0, open: 0 };
  expect(await imported('one')).toMatchObject({ ...counts, refused: 6, duplicate: 0 });
  expect(await imported('one')).toMatchObject({ ...counts, refused: 0, duplicate: 6 });
  expect(await postedTwice('one')).toEqual([all('duplicate'), all('duplicate')]);
  expect(await postedTwice('other')).toEqual([all('refused'), all('duplicate')]);
});
