import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';
import { tanhui } from '../support/processes.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tanhui-production-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const production = { TANHUI_MODE: 'production', TANHUI_GATEWAY: 'none' };

/** A city with factors that its methodology publishes: the guide's example, said to be one. */
function layCity(name: string, programmes: readonly string[] = ['example-city']): string {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'methodologies'), { recursive: true });
  const example = (file: string) =>
    readFileSync(join('docs/guides/examples/city', file), 'utf8').replaceAll(
      '"isDemonstration": true',
      '"isDemonstration": false',
    );
  writeFileSync(join(folder, 'methodologies/example.json'), example('methodologies/example.metro@1.json'));
  const table = JSON.parse(example('programmes.json')) as { readonly programmes: readonly object[] };
  const all = programmes.flatMap((programme) => table.programmes.map((one) => ({ ...one, programme })));
  writeFileSync(join(folder, 'programmes.json'), JSON.stringify({ programmes: all }));
  return folder;
}

/** A production with its first operator. */
async function openProduction(name: string, settings: Readonly<Record<string, string>> = {}) {
  const city = await openCity({ ...production, TANHUI_DATA: join(scratch, name), ...settings });
  const token = await city.platform.services.tokens.issue({ subject: 'city-operator', role: 'operator' });
  return { city, operator: city.clientOf(token), token };
}

async function answered(
  { city, token }: { readonly city: City; readonly token: string },
  path: string,
  body?: unknown,
) {
  const response = await fetch(`${city.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': 'en' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

describe('a production', () => {
  it('starts without a city of its own, says what to do, and counts under no demonstration and no pilot', async () => {
    const asked = await openProduction('bare');
    const { city, operator } = asked;
    try {
      expect(city.platform.services.catalogue.programmes).toEqual([]);
      await expect(operator.programme()).rejects.toMatchObject({ code: 'METHODOLOGIES_NO_PROGRAMME', status: 409 });
      const days = await answered(asked, '/v1/audit/days');
      expect(days).toMatchObject({ status: 409, body: { code: 'METHODOLOGIES_NO_PROGRAMME' } });
      expect(days.body['next']).toContain('TANHUI_CITY');
      for (const [source, programme, code] of [
        ['shenzhen-taps', 'shenzhen-pilot', 'METHODOLOGIES_PILOT_ONLY'],
        ['mobike-orders', 'shanghai-pilot', 'METHODOLOGIES_PILOT_ONLY'],
        ['metro-trips', 'qingdao-demo', 'METHODOLOGIES_DEMONSTRATION_ONLY'],
        ['gps-track', 'open-demo', 'METHODOLOGIES_DEMONSTRATION_ONLY'],
      ] as const) {
        const refused = await answered(asked, '/v1/runs', { source, programme });
        expect(refused, programme).toMatchObject({ status: 409, body: { code } });
        expect(refused.body['detail']).toContain(programme);
        const streamed = await answered(asked, `/v1/sources/${source}/records?programme=${programme}`, []);
        expect(streamed, programme).toMatchObject({ status: 409, body: { code } });
      }
      expect((await operator.runs.list()).items).toEqual([]);
      expect((await operator.methodologies()).items.filter(({ isDemonstration }) => isDemonstration)).toEqual([]);
    } finally {
      await city.close();
    }
  });

  it('shows and counts the programme of its own city, the only one that there is', async () => {
    const { city, operator } = await openProduction('own', { TANHUI_CITY: layCity('one') });
    try {
      expect(await operator.programme()).toMatchObject({ programme: 'example-city', isDemonstration: false });
      expect((await operator.programmes()).items).toMatchObject([{ programme: 'example-city', isOwn: true }]);
      const { run } = await operator.runs.open({ source: 'metro-trips', programme: 'example-city' });
      expect(run).toMatch(/^run_/);
    } finally {
      await city.close();
    }
  });

  it.each([
    ['qingdao-demo', 'METHODOLOGIES_DEMONSTRATION_ONLY'],
    ['shenzhen-pilot', 'METHODOLOGIES_PILOT_ONLY'],
    ['exmaple-city', 'METHODOLOGIES_PROGRAMME_UNKNOWN'],
    [undefined, 'METHODOLOGIES_PROGRAMME_NOT_CHOSEN'],
  ])('with two programmes does not start with TANHUI_PROGRAMME=%s', async (programme, code) => {
    const chosen = programme === undefined ? {} : { TANHUI_PROGRAMME: programme };
    const settings = { TANHUI_CITY: layCity('two', ['example-city', 'other-city']), ...chosen };
    await expect(openProduction(`set-${String(programme)}`, settings)).rejects.toMatchObject({ code });
  });

  it('does not take a city of its own that counts with demonstration factors', async () => {
    const { city } = await openProduction('made-up', { TANHUI_CITY: 'docs/guides/examples/city' });
    const { catalogue } = city.platform.services;
    await city.close();
    expect(catalogue.withheld.get('example-city')).toBe('METHODOLOGIES_DEMONSTRATION_ONLY');
  });

  it('says at its start that it has no programme, and imports nothing by default', async () => {
    const settings = { ...production, TANHUI_DATA: join(scratch, 'process') };
    const server = tanhui(['serve'], settings);
    await server.listening;
    server.child.kill('SIGTERM');
    const { code, output } = await server.ended;
    expect(code).toBe(0);
    expect(output).toContain('METHODOLOGIES_NO_PROGRAMME');
    expect(output).toContain('TANHUI_CITY');
    const records = 'docs/guides/examples/records/metro-trips.csv';
    const refused = await tanhui(['import', 'metro-trips', records, '--json'], settings).ended;
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('METHODOLOGIES_NO_PROGRAMME');
    expect(refused.output).not.toContain('{');
  });
});

describe('a demo', () => {
  it('shows the programme that is set in the place of the simulated city', async () => {
    const city = await openCity({ TANHUI_PROGRAMME: 'open-demo' });
    try {
      const auditor = city.clientOf(await city.tokenOf('agency-demo'));
      expect(await auditor.programme()).toMatchObject({ programme: 'open-demo', isSimulated: false });
      const own = (await auditor.programmes()).items.filter(({ isOwn }) => isOwn);
      expect(own.map(({ programme }) => programme)).toEqual(['open-demo']);
    } finally {
      await city.close();
    }
  });
});
