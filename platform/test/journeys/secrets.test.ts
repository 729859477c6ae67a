import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@tanhui/sdk/client';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Started } from '../support/processes.ts';
import { tanhui } from '../support/processes.ts';
import { metroTrip } from '../support/records.ts';
import { sendRaw } from '../support/raw-http.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tanhui-secrets-'));
const settings = { TANHUI_DATA: join(scratch, 'data'), TANHUI_LOG: 'debug', TANHUI_METRICS_PORT: '0' };
const cards = ['MARK7731-CARD', 'MARK7732-CARD', 'MARK7733-CARD', 'MARK7734-BIKE', 'MARK7735-CAR'];
const [metroCard = '', brokenCard = '', tapCard = '', bikeAccount = '', chargingCard = ''] = cards;

/** What a stranger could come to read, by where he would; nothing that is secret may stand in any of it. */
const seen: Record<'log' | 'metrics' | 'problems' | 'reports', string> = {
  log: '',
  metrics: '',
  problems: '',
  reports: '',
};
/** Everything that was secret in this day, by what it is. */
const secrets = new Map<string, string>();
let server: Started;
let url = '';
let keys = 0;

/** Sends anything, keeps what a refusal answers. */
async function send(path: string, init: RequestInit & { readonly bearer?: string } = {}): Promise<string> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `mark-key-${String((keys += 1))}` };
  const authorization = init.bearer === undefined ? {} : { authorization: `Bearer ${init.bearer}` };
  const answer = await fetch(url + path, {
    ...init,
    headers: { ...headers, ...authorization, ...(init.headers as object) },
  });
  const text = await answer.text();
  if (!answer.ok || text.includes('"error"')) seen.problems += `${text}\n`;
  return text;
}

function clientWith(token: string): TanhuiClient {
  return createClient({ baseUrl: url, locale: 'en', token });
}

/** A bearer token: the signature alone would do for whoever has the rest. */
function keep(what: string, token: string): string {
  secrets.set(what, token);
  const signature = token.split('.')[2];
  if (signature !== undefined) secrets.set(`${what}, signature`, signature);
  return token;
}

async function demoToken(identity: string): Promise<string> {
  return keep(`token of ${identity}`, (await createClient({ baseUrl: url, locale: 'en' }).demoSignIn(identity)).token);
}

async function command(...args: readonly string[]): Promise<string> {
  const { output } = await tanhui(args, settings).ended;
  return output;
}

/** The first administrator, a partner, a rotation and a revocation. */
async function credentialsOfTheDay(): Promise<string> {
  const bootstrap = keep('bootstrap token', (await command('bootstrap')).trim().split('\n').at(-1) ?? '');
  const admin = keep(
    'secret of the administrator',
    (await clientWith(bootstrap).access.bootstrap('city-office', 'admin')).secret,
  );
  await send('/v1/bootstrap', { method: 'POST', bearer: bootstrap, body: '{"subject":"city-office","label":"again"}' });
  const adminToken = keep('token of the administrator', (await clientWith(admin).access.token()).token);
  const { access } = clientWith(adminToken);
  const issued = await access.issue({ role: 'partner', subject: 'qingdao-metro', label: 'intake' }, 'mark-issue-1');
  const partner = keep('secret of the partner', issued.secret);
  keep('secret after the rotation', (await access.rotate(issued.credential, 1, 'mark-rotate-1')).secret);
  const token = keep('token of the partner', (await clientWith(partner).access.token()).token);
  const gone = await access.issue({ role: 'agency', subject: 'city-audit', label: 'lost' }, 'mark-issue-2');
  await access.revoke(gone.credential, 'laptop lost', 'mark-revoke-1');
  await send('/v1/tokens', { method: 'POST', bearer: keep('revoked secret', gone.secret) });
  return token;
}

/** Records that are used and records that are refused, over HTTP and by the command line, with a report of each. */
async function recordsOfTheDay(partner: string): Promise<void> {
  const post = (source: string, records: readonly object[], type = 'application/x-ndjson') =>
    send(`/v1/sources/${source}/records`, {
      method: 'POST',
      bearer: partner,
      headers: { 'content-type': type },
      body: records.map((one) => JSON.stringify(one)).join('\n'),
    });
  const trip = { ...metroTrip(1), account: metroCard };
  seen.reports += await post('metro-trips', [
    trip,
    { ...trip, account: brokenCard, from: '没有的站', trip_id: 'x' },
    { account: brokenCard },
  ]);
  seen.reports += await post('shenzhen-taps', [
    { card_no: tapCard, deal_date: 'not a date', deal_type: '地铁入站' },
    { card_no: tapCard },
  ]);
  seen.reports += await post('mobike-orders', [
    { orderid: 'o', userid: bikeAccount, bikeid: bikeAccount, start_time: bikeAccount },
  ]);
  await post('metro-trips', [{ account: brokenCard }], 'text/csv');
  await send('/v1/sources/metro-trips/records', {
    method: 'POST',
    bearer: partner,
    body: `[{"account":"${brokenCard}"`,
  });
  await send('/v1/runs', {
    method: 'POST',
    bearer: partner,
    body: JSON.stringify({ source: metroCard, programme: tapCard }),
  });
  for (const [source, text, ...more] of importsOfTheDay()) {
    const [file, report] = [join(scratch, `${source}.csv`), join(scratch, `${source}.report`)];
    writeFileSync(file, text);
    seen.reports += await command('import', source, file, '--report', report, ...more);
    seen.reports += readFileSync(report, 'utf8');
  }
}

function importsOfTheDay(): [source: string, text: string, ...more: string[]][] {
  const mapping = 'docs/guides/examples/records/charging-mapping.json';
  const head = 'account,trip_id,network,from,to,entered_at,left_at';
  const trip = Object.values({ ...metroTrip(2), account: metroCard }).join(',');
  return [
    ['metro-trips', `${head}\n${trip}\n${brokenCard},t,none,a,b,c,d\n${brokenCard}\n`],
    [
      'ev-sessions',
      `id;card;point;energie;von;bis\n1;${chargingCard};P;x;y;z\n2;${chargingCard};P;999;20.11.2026 08:00;20.11.2026 08:05\n`,
      '--mapping',
      mapping,
    ],
  ];
}

/** Somebody else holds the store's file for a while: what is asked then ends in defects, which are logged in full. */
async function troubleOfTheDay(partner: string, citizen: string): Promise<void> {
  // A worker may be writing at this moment: the trouble begins when it has ended.
  const database = new DatabaseSync(join(settings.TANHUI_DATA, 'tanhui.db'), { timeout: 10_000 });
  database.exec('BEGIN IMMEDIATE');
  const record = JSON.stringify([{ ...metroTrip(3), account: metroCard }]);
  const binding = JSON.stringify({ source: 'metro-trips', account: tapCard, consent: 'x' });
  await Promise.all([
    send('/v1/sources/metro-trips/records', { method: 'POST', bearer: partner, body: record }),
    send('/v1/me/accounts', { method: 'POST', bearer: citizen, body: binding }),
    send(`/v1/me/accounts/${metroCard}`, { method: 'DELETE', bearer: citizen }),
    send(`/v1/me/wallet?${citizen}`, { method: 'POST', bearer: citizen, body: '{"tier":"class-3"}' }),
  ]);
  database.exec('ROLLBACK');
  database.close();
}

/** People bind, redeem, are refused; guesses of tokens; requests that break off. */
async function peopleOfTheDay(): Promise<string> {
  const lan = clientWith(await demoToken('ctz_sim-lan'));
  const { version: consent } = await lan.me.consentText();
  await lan.me.bindAccount({ source: 'metro-trips', account: metroCard, consent });
  await lan.me.bindWallet('class-3', 'mark-wallet-1');
  const hai = keep('token of Hai', await demoToken('ctz_sim-hai'));
  const bind = (body: object) => send('/v1/me/accounts', { method: 'POST', bearer: hai, body: JSON.stringify(body) });
  await bind({ source: 'metro-trips', account: metroCard, consent });
  await bind({ source: 'metro-trips', account: metroCard, consent: 'of last year' });
  await bind({ source: tapCard, account: metroCard, consent });
  await bind({ source: 'metro-trips', account: [metroCard], consent });
  await send(`/v1/me/accounts/${metroCard}`, { method: 'DELETE', bearer: hai });
  await send(`/v1/me/trips/${metroCard}`, { bearer: hai });
  await send('/v1/me/redemptions', { method: 'POST', bearer: hai, body: '{"amountFen":"9999"}' });
  await send('/v1/me/redemptions', { method: 'POST', bearer: hai, body: `{"amountFen":"${metroCard}"}` });
  await send('/v1/audit/days', { bearer: hai });
  await guesses(hai);
  return hai;
}

async function guesses(token: string): Promise<void> {
  const [head = '', body = '', signature = ''] = token.split('.');
  const forged = keep('forged token', `${head}.${body}.${signature.split('').reverse().join('')}`);
  await send('/v1/me', { bearer: forged });
  await send('/v1/me', { headers: { authorization: token } });
  await send(`/v1/me?token=${token}`);
  await send('/v1/tokens', { method: 'POST', bearer: `${token}x` });
  const start = `POST /v1/me/accounts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
  seen.problems += await sendRaw(
    url,
    [`${start}content-type: application/json\r\ncontent-length: 900\r\n\r\n{"account":"${metroCard}`],
    300,
  );
  seen.problems += await sendRaw(url, [`${start}${'x: y\r\n'.repeat(5_000)}\r\n`], 300);
  seen.problems += await sendRaw(url, [`GET /${token} HTTP/9.9\r\n\r\n`], 300);
}

function keysOf(folder: string): void {
  const { madeFor, ...keys } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as Record<string, string>;
  expect([madeFor, Object.keys(keys)]).toEqual(['demo', ['pseudonym', 'suppression', 'tokens']]);
  for (const [name, base64] of Object.entries(keys))
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      secrets.set(`key ${name}, ${encoding}`, Buffer.from(base64, 'base64').toString(encoding));
  const files = readdirSync(join(folder, 'ledger'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.(json|pem|key)$/.test(name))) {
    const text = readFileSync(join(folder, 'ledger', file), 'utf8');
    for (const [pem = ''] of text.matchAll(/PRIVATE KEY-----(?:\\n|\n)[A-Za-z0-9+/]{40}/g))
      secrets.set(`a key of ${file}`, pem.slice(-40));
  }
}

beforeAll(async () => {
  server = tanhui(['serve', '--demo'], settings);
  url = await server.listening;
  const operator = await demoToken('operator-demo');
  const partner = await credentialsOfTheDay();
  await recordsOfTheDay(partner);
  await troubleOfTheDay(partner, await peopleOfTheDay());
  seen.metrics = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${operator}` } })).text();
  server.child.kill('SIGTERM');
  seen.log = (await server.ended).output;
  for (const card of cards) secrets.set(`account ${card}`, card);
  keysOf(settings.TANHUI_DATA);
  const database = new DatabaseSync(join(settings.TANHUI_DATA, 'tanhui.db'), { readOnly: true });
  for (const { key } of database.prepare('SELECT key FROM simulated_wallets').all())
    secrets.set(`wallet ${String(key)}`, String(key));
  database.close();
});

afterAll(() => {
  server.child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});

describe('what is secret', () => {
  it('was all there to be written down', () => {
    const kinds = ['token', 'secret', 'bootstrap', 'key pseudonym', 'account', 'wallet'];
    for (const kind of kinds)
      expect(
        [...secrets.keys()].filter((name) => name.startsWith(kind)),
        kind,
      ).not.toEqual([]);
    expect([...secrets.values()].filter((secret) => secret.length < 12)).toEqual([]);
    expect(seen.log).toContain('http.defect');
    for (const [where, text] of Object.entries(seen)) expect(text.length, where).toBeGreaterThan(100);
  });

  it.each(['log', 'metrics', 'problems', 'reports'] as const)('stands nowhere in the %s', (where) => {
    expect([...secrets].filter(([, secret]) => seen[where].includes(secret)).map(([what]) => what)).toEqual([]);
  });

  it('is told to nobody whose database does not answer', async () => {
    const uri = 'mongodb://tanhui:MARK7799-PASSWORD@127.0.0.1:1/tanhui?serverSelectionTimeoutMS=300';
    const { code, output } = await tanhui(['serve'], {
      ...settings,
      TANHUI_DATA: join(scratch, 'no'),
      TANHUI_STORE: 'mongodb',
      TANHUI_MONGODB_URI: uri,
    }).ended;
    expect([code, output.includes('STORAGE_')]).toEqual([1, true]);
    expect(output).not.toContain('MARK7799');
  });
});
