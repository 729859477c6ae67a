import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TanhuiClient } from '@tanhui/sdk/client';
import { createClient } from '@tanhui/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { required } from '../../src/kernel/index.ts';
import { mongoServerForTests } from '../support/mongo-server.ts';
import type { Started } from '../support/processes.ts';
import { tanhui } from '../support/processes.ts';

const tracks = 'plugins/green-travel/data/example/dutch-gps-tracks.csv.gz';
const scratch = mkdtempSync(join(tmpdir(), 'tanhui-on-mongodb-'));
const mongo = await mongoServerForTests();
let running: Started | undefined;
let url = '';

function settings(folder = 'data'): Readonly<Record<string, string>> {
  const uri = required(mongo, 'server').uriOf('tanhui_server');
  return { TANHUI_DATA: join(scratch, folder), TANHUI_STORE: 'mongodb', TANHUI_MONGODB_URI: uri };
}

async function serve(...args: readonly string[]): Promise<void> {
  running = tanhui(['serve', ...args], settings());
  url = await running.listening;
}

/** Any command, as an operator types it; gives what it printed, and has to end well. */
async function command(...args: readonly string[]): Promise<string> {
  const { code, output } = await tanhui(args, settings()).ended;
  expect(code, output).toBe(0);
  return output;
}

async function signedIn(identity: string): Promise<TanhuiClient> {
  const { token } = await createClient({ baseUrl: url, locale: 'en' }).demoSignIn(identity);
  return createClient({ baseUrl: url, locale: 'en', token });
}

function save(name: string, value: unknown): string {
  const file = join(scratch, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

beforeAll(async () => {
  if (mongo !== undefined) await serve('--demo');
});

afterAll(async () => {
  running?.child.kill('SIGKILL');
  await mongo?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** What `npm run up` starts, with the two variables of docs/guides/run-on-mongodb.md and nothing else. */
describe.skipIf(mongo === undefined)('a whole server on MongoDB', () => {
  it('keeps every document in the database: the folder holds keys and the embedded ledger', async () => {
    expect(readdirSync(join(scratch, 'data')).toSorted()).toEqual(['keys.json', 'ledger', 'server.json']);
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ store: true, ledger: true });
    expect(await command('doctor')).toMatch(/✓ MongoDB .*written by Tanhui, schema 2/);
  });

  it('imports real tracks to the figures that the embedded store comes to', async () => {
    const output = await command('import', 'gps-track', tracks, '--json');
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toMatchObject({
      records: { read: 49_789, used: 48_722, duplicate: 797, refused: 270, open: 0 },
      reductionMilligrams: '3853175',
      sealed: { records: 44 },
    });
    expect(await command('status')).toContain('nothing is paused, nothing is stuck');
  });

  it('gives a receipt of a trip and of a payment that the command line verifies without the server', async () => {
    const citizen = await signedIn('ctz_sim-lan');
    const roots = save('roots.json', await citizen.ledger());
    const { items } = await citizen.me.trips({ limit: 50 });
    const trip = items.find(({ seal }) => seal?.state === 'sealed');
    const receipt = await citizen.me.receipt(trip?.record ?? '');
    expect(await command('verify', save('receipt.json', receipt), '--roots', roots)).toMatch(/^valid, /m);
    await citizen.me.bindWallet('class-3', 'wallet-on-mongodb');
    const paid = await citizen.me.redeem('20', 'redeem-on-mongodb');
    expect(paid).toMatchObject({ status: 'settled', amountFen: '20' });
    const sealed = async () => (await citizen.me.redemptions()).items[0]?.seal;
    await expect.poll(sealed).toBeDefined();
    const settled = await citizen.me.redemptionReceipt(paid.redemption);
    expect(await command('verify', save('settlement.json', settled), '--roots', roots)).toMatch(/^valid, /m);
    const touched = { ...settled, settlement: { ...settled.settlement, amountFen: '21' } };
    const { code } = await tanhui(['verify', save('touched.json', touched), '--roots', roots], settings()).ended;
    expect(code).toBe(1);
  });

  it('adds up for the agency, and is the same after it was stopped and started again', async () => {
    const figures = async () => {
      const agency = await signedIn('agency-demo');
      const { today } = await agency.programme();
      const days = new Set([today, ...(await agency.audit.days()).items.map(({ day }) => day)]);
      expect(days.size).toBe(8);
      return Promise.all([...days].map((day) => agency.audit.day(day)));
    };
    const before = await figures();
    expect(before.flatMap(({ adds }) => adds.map(({ holds }) => holds))).not.toContain(false);
    expect(before[0]?.paid).toMatchObject({ settledFen: '20', underWayFen: '0' });
    running?.child.kill('SIGTERM');
    expect(await running?.ended).toMatchObject({ code: 0 });
    await serve();
    expect(await figures()).toEqual(before);
  });

  it('refuses a second server with other keys, before it writes anything, and says which file to copy', async () => {
    const { code, output } = await tanhui(['serve'], settings('other')).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/IDENTITY_KEYS_OF_OTHER_DATA: .*keys pseudonym, suppression, tokens.*keys\.json/);
    expect(readdirSync(join(scratch, 'other'))).toEqual(['keys.json']);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  it('refuses a second embedded ledger for the same documents, whose receipts nobody could verify', async () => {
    cpSync(join(scratch, 'data', 'keys.json'), join(scratch, 'same', 'keys.json'), { recursive: true });
    const { code, output } = await tanhui(['serve'], settings('same')).ended;
    expect(code).toBe(1);
    expect(output).toContain('LEDGER_OF_OTHER_DATA');
    const chain = new DatabaseSync(join(scratch, 'same', 'ledger', 'chain.db'));
    expect(chain.prepare('SELECT count(*) AS n FROM blocks').get()).toMatchObject({ n: 0 });
    chain.close();
  });

  it('makes no backup of what is not in its folder, and removes nothing: it names the tools that do', async () => {
    const made = await tanhui(['backup', 'make'], settings()).ended;
    expect(made.code).toBe(1);
    expect(made.output).toMatch(/BACKUPS_STORE_ELSEWHERE: .*mongodump --oplog/);
    const reset = await tanhui(['reset', '--yes'], settings()).ended;
    expect(reset.code).toBe(1);
    expect(reset.output).toMatch(/CONFIG_RESET_ELSEWHERE: .*db\.dropDatabase\(\)/);
    expect(readdirSync(join(scratch, 'data'))).toContain('keys.json');
  });
});
