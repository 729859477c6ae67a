import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';

const hourMs = 3_600_000;
let city: City;
let operator: string;
let key = 0;

beforeAll(async () => {
  city = await openCity();
  operator = await city.tokenOf('operator-demo');
});
afterAll(() => city.close());

function nextKey(): string {
  return `credential-${String((key += 1))}`;
}

async function issue(scope: { sources?: string[]; programme?: string; subject?: string } = {}) {
  const asked = { role: 'partner' as const, subject: 'qingdao-metro', label: 'intake server', ...scope };
  return city.clientOf(operator).access.issue(asked, nextKey());
}

async function tokenFor(secret: string): Promise<string> {
  return (await city.clientOf(secret).access.token()).token;
}

describe('credentials', () => {
  it('trades a secret for a token of fifteen minutes with the credential’s role', async () => {
    const { secret } = await issue();
    const signedIn = await city.clientOf(secret).access.token();
    expect(signedIn.role).toBe('partner');
    expect(signedIn.expiresAt - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    expect((await city.clientOf(signedIn.token).runs.list()).items).toEqual([]);
    await expect(city.clientOf(signedIn.token).audit.days()).rejects.toMatchObject({ code: 'HTTP_ROLE_FORBIDDEN' });
  });

  it('stores no secret: no file of the data folder holds it', async () => {
    const { secret } = await issue();
    const files = readdirSync(city.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(city.folder, name))
      .filter((path) => statSync(path).isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect(readFileSync(file).includes(secret.slice(-43))).toBe(false);
  });

  it('ends a token at once when its credential is revoked', async () => {
    const { secret, credential } = await issue();
    const token = await tokenFor(secret);
    await city.clientOf(token).runs.list();
    const revoked = await city.clientOf(operator).access.revoke(credential, 'laptop lost', nextKey());
    expect(revoked.revokedAt).toBeGreaterThan(0);
    await expect(city.clientOf(token).runs.list()).rejects.toMatchObject({ code: 'IDENTITY_CREDENTIAL_INVALID' });
    await expect(tokenFor(secret)).rejects.toMatchObject({ code: 'IDENTITY_CREDENTIAL_INVALID', status: 401 });
    await expect(city.clientOf(operator).access.rotate(credential, 1, nextKey())).rejects.toMatchObject({
      code: 'IDENTITY_CREDENTIAL_REVOKED',
    });
  });

  it('keeps the old secret for the overlap and not longer', async () => {
    const { secret, credential } = await issue();
    const rotated = await city.clientOf(operator).access.rotate(credential, 1, nextKey());
    expect(rotated.secret).not.toBe(secret);
    const oldToken = await tokenFor(secret);
    await tokenFor(rotated.secret);
    city.pass(hourMs + 1_000);
    operator = await city.tokenOf('operator-demo');
    await expect(tokenFor(secret)).rejects.toMatchObject({ code: 'IDENTITY_CREDENTIAL_INVALID' });
    await expect(city.clientOf(oldToken).runs.list()).rejects.toMatchObject({ status: 401 });
    expect(await tokenFor(rotated.secret)).toContain('.');
  });

  it('ends with its days', async () => {
    const asked = { role: 'agency' as const, subject: 'city-audit', label: 'one day', validForDays: 1 };
    const { secret } = await city.clientOf(operator).access.issue(asked, nextKey());
    await tokenFor(secret);
    city.pass(24 * hourMs);
    operator = await city.tokenOf('operator-demo');
    await expect(tokenFor(secret)).rejects.toMatchObject({ code: 'IDENTITY_CREDENTIAL_INVALID' });
  });

  it('lets a partner send only its own sources into its own programme', async () => {
    const { secret } = await issue({ sources: ['metro-trips'], programme: 'qingdao-demo' });
    const headers = { authorization: `Bearer ${await tokenFor(secret)}`, 'content-type': 'application/json' };
    const send = async (path: string, body: unknown) => {
      const response = await fetch(city.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return ((await response.json()) as { code?: string }).code ?? response.status;
    };
    expect(await send('/v1/sources/metro-trips/records', [])).toBe(200);
    expect(await send('/v1/sources/mobike-orders/records', [])).toBe('IDENTITY_SOURCE_NOT_YOURS');
    expect(await send('/v1/sources/metro-trips/records?programme=open-demo', [])).toBe('IDENTITY_PROGRAMME_NOT_YOURS');
    expect(await send('/v1/runs', { source: 'metro-trips', programme: 'open-demo' })).toBe(
      'IDENTITY_PROGRAMME_NOT_YOURS',
    );
    expect(await send('/v1/sources/no-such/records', [])).toBe('PLUGINS_UNKNOWN_SOURCE');
  });

  it('lets a partner manage its own credentials and no others, and widen none', async () => {
    const narrow = await issue({ sources: ['metro-trips'], subject: 'narrow-partner' });
    const other = await issue({ subject: 'other-partner' });
    const partner = city.clientOf(await tokenFor(narrow.secret));
    expect((await partner.access.credentials()).items.map(({ subject }) => subject)).toEqual(['narrow-partner']);
    await expect(partner.access.revoke(other.credential, '', nextKey())).rejects.toMatchObject({
      code: 'IDENTITY_CREDENTIAL_UNKNOWN',
    });
    const asked = { role: 'partner' as const, label: 'second server' };
    await expect(partner.access.issue(asked, nextKey())).rejects.toMatchObject({ code: 'IDENTITY_SCOPE_TOO_WIDE' });
    await expect(partner.access.issue({ ...asked, role: 'operator' }, nextKey())).rejects.toMatchObject({
      code: 'HTTP_ROLE_FORBIDDEN',
    });
    const second = await partner.access.issue({ ...asked, sources: ['metro-trips'] }, nextKey());
    expect((await partner.access.credentials()).items).toHaveLength(2);
    await partner.access.revoke(second.credential, 'not needed', nextKey());
  });

  it('shows a partner its own runs and refusals and nobody else’s', async () => {
    const [mine, theirs] = [await issue({ subject: 'run-mine' }), await issue({ subject: 'run-theirs' })];
    const token = await tokenFor(mine.secret);
    await fetch(`${city.url}/v1/sources/metro-trips/records`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: '{\n{"trip_id":"1"}\n',
    }).then((response) => response.text());
    const partner = city.clientOf(token);
    const [run] = (await partner.runs.list()).items;
    expect(run?.counts.records).toMatchObject({ read: 2, used: 0, duplicate: 0, refused: 2, open: 0 });
    const { items } = await partner.runs.refusals(run?.run ?? '');
    expect(items.map(({ line, records }) => [line, records])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(items[0]).toMatchObject({ code: 'INTAKE_LINE_UNREADABLE', text: { en: 'The line cannot be parsed' } });
    const report = Buffer.from(await partner.runs.report(run?.run ?? ''))
      .toString()
      .trim()
      .split('\n');
    expect(report.map((line) => JSON.parse(line) as unknown)).toEqual(items);
    const stranger = city.clientOf(await tokenFor(theirs.secret));
    expect((await stranger.runs.list()).items).toEqual([]);
    for (const read of [stranger.runs.get, stranger.runs.refusals, stranger.runs.report])
      await expect(read(run?.run ?? '')).rejects.toMatchObject({ code: 'INTAKE_RUN_UNKNOWN' });
  });

  it.each(['', 'tnh_x', `tnh_000000000_000000000000_${'A'.repeat(43)}`, 'x'.repeat(4_000)])(
    'refuses %j as a secret without saying what is wrong with it',
    async (secret) => {
      const client = city.clientOf(secret);
      await expect(client.access.token()).rejects.toMatchObject({ status: 401 });
    },
  );
});

describe('the first administrator', () => {
  it('is made with a token that works once', async () => {
    const fresh = await openCity();
    try {
      const server = fresh.clientOf(await fresh.tokenOf('operator-demo'));
      const call = async () =>
        (await (
          await fetch(`${fresh.url}/v1/bootstrap/token`, {
            method: 'POST',
            headers: { authorization: `Bearer ${await fresh.tokenOf('operator-demo')}` },
          })
        ).json()) as { token?: string; code?: string };
      const first = (await call()).token ?? '';
      const second = (await call()).token ?? '';
      await expect(fresh.clientOf(first).access.bootstrap('city-office', 'admin')).rejects.toMatchObject({
        code: 'IDENTITY_BOOTSTRAP_INVALID',
      });
      const { secret } = await fresh.clientOf(second).access.bootstrap('city-office', 'admin');
      await expect(fresh.clientOf(second).access.bootstrap('city-office', 'again')).rejects.toMatchObject({
        code: 'IDENTITY_BOOTSTRAP_INVALID',
        status: 401,
      });
      expect(await call()).toMatchObject({ code: 'IDENTITY_BOOTSTRAP_DONE' });
      const { token, role } = await fresh.clientOf(secret).access.token();
      expect(role).toBe('operator');
      expect((await fresh.clientOf(token).access.credentials()).items).toHaveLength(1);
      const { items } = await server.access.trail();
      expect(items.map(({ action }) => action)).toEqual([
        'credential-issued',
        'admin-bootstrapped',
        'campaign-created',
      ]);
    } finally {
      await fresh.close();
    }
  });
});

describe('production', () => {
  const folderOf = (suffix: string) => join(city.folder, suffix);

  it('refuses the simulated gateway, and says what to set', () => {
    expect(() => parseConfig({ TANHUI_MODE: 'production' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_SIMULATED_GATEWAY', details: { field: 'TANHUI_GATEWAY' } }),
    );
  });

  it('refuses a folder with a demo’s keys', async () => {
    const config = parseConfig({ TANHUI_MODE: 'production', TANHUI_GATEWAY: 'none', TANHUI_DATA: city.folder });
    await expect(compose(config)).rejects.toMatchObject({ code: 'CONFIG_DEMO_DATA' });
  });

  it('refuses a demo’s sign-in and has no simulated wallet', async () => {
    const production = await openCity({
      TANHUI_MODE: 'production',
      TANHUI_GATEWAY: 'none',
      TANHUI_DATA: folderOf('production'),
    });
    try {
      await expect(production.tokenOf('operator-demo')).rejects.toMatchObject({ code: 'HTTP_DEMO_ONLY', status: 403 });
      expect((await fetch(`${production.url}/v1/demo/identities`)).status).toBe(403);
      expect((await fetch(`${production.url}/v1/me/wallet`)).status).toBe(404);
    } finally {
      await production.close();
    }
  });
});

describe('the trail', () => {
  it('tells of credentials in their unit of work, and adds up to its head', async () => {
    const { credential } = await issue();
    await city.clientOf(operator).access.revoke(credential, 'no longer needed', nextKey());
    const auditor = city.clientOf(await city.tokenOf('agency-demo'));
    const [last, before] = (await auditor.access.trail()).items;
    expect(last).toMatchObject({
      action: 'credential-revoked',
      subject: credential,
      actor: 'operator-demo',
      reason: 'no longer needed',
      text: { en: 'revoked a credential' },
    });
    expect(last?.previous).toBe(before?.hash);
    const check = await auditor.access.checkTrail(last?.day ?? '');
    expect(check).toMatchObject({ isWhole: true, head: last?.hash, entries: last?.sequence });
  });
});
