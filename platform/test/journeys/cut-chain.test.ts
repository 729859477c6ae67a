import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@tanhui/sdk/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { metroTrip } from '../support/records.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tanhui-cut-'));
const whole = join(scratch, 'whole');

const openOn = (folder: string) =>
  compose(parseConfig({ TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'silent', TANHUI_WORKERS: 'false' }));

/** Two batches of one city, each in a block of its own. */
beforeAll(async () => {
  const platform = await openOn(whole);
  const baseUrl = `http://127.0.0.1:${String(await platform.start())}`;
  const { token } = await createClient({ baseUrl, locale: 'en' }).demoSignIn('operator-demo');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (const trip of [1, 2]) {
    const body = JSON.stringify([metroTrip(trip)]);
    const answer = await fetch(`${baseUrl}/v1/sources/metro-trips/records`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    await platform.services.sealNow();
  }
  await platform.stop();
});
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** The city's folder with so many of its last blocks gone, with or without the state that was made from them. */
function withoutBlocks(count: number, keepsState: boolean): { readonly folder: string; readonly left: number } {
  const folder = join(scratch, `without-${String(count)}-${String(keepsState)}`);
  cpSync(whole, folder, { recursive: true });
  const chain = new DatabaseSync(join(folder, 'ledger', 'chain.db'));
  chain.prepare('DELETE FROM blocks WHERE number > (SELECT max(number) FROM blocks) - ?').run(count);
  const left = Number(chain.prepare('SELECT count(*) AS n FROM blocks').get()?.['n']);
  chain.close();
  if (!keepsState) rmSync(join(folder, 'ledger', 'state.db'));
  return { folder, left };
}

it('a city starts again on its whole chain', async () => {
  const { folder } = withoutBlocks(0, false);
  await (await openOn(folder)).stop();
});

it.each([
  [1, true],
  [1, false],
  [2, false],
])(
  'a city does not start on a chain without its last %i blocks, and writes nothing on it (state kept: %s)',
  async (count, keepsState) => {
    const { folder, left } = withoutBlocks(count, keepsState);
    await expect(openOn(folder)).rejects.toMatchObject({ code: 'LEDGER_BLOCKS_MISSING' });
    const chain = new DatabaseSync(join(folder, 'ledger', 'chain.db'));
    expect(chain.prepare('SELECT count(*) AS n FROM blocks').get()?.['n']).toBe(left);
    chain.close();
  },
);
