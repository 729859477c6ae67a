import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recomputeLeaves, verifyReceipt, verifySettlement } from '@tanhui/sdk/verify';
import { createClient, ClientProblem } from '@tanhui/sdk/client';
import { addDays } from '@tanhui/sdk/model';
import type { Receipt } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo } from '../../src/cli/demo.ts';
import type { Platform } from '../../src/compose.ts';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tanhui-journey-'));
let platform: Platform;
let url: string;

async function signedIn(identity: string) {
  const client = createClient({ baseUrl: url, locale: 'en' });
  const { token } = await client.demoSignIn(identity);
  return createClient({ baseUrl: url, locale: 'en', token });
}

beforeAll(async () => {
  platform = await compose(parseConfig({ TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'silent' }));
  await seedDemo(platform);
  url = `http://127.0.0.1:${String(await platform.start())}`;
});

afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true });
});

async function firstReceipt(): Promise<{ receipt: Receipt; roots: { mspId: string; certificate: string }[] }> {
  const citizen = await signedIn('ctz_sim-lan');
  const { items } = await citizen.me.trips({ limit: 50 });
  const record = items.find(({ seal }) => seal?.state === 'sealed')?.record ?? '';
  const { organisations } = await citizen.ledger();
  return {
    receipt: await citizen.me.receipt(record),
    roots: organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate })),
  };
}

describe('the main job over HTTP', () => {
  it('gives a citizen a receipt that verifies against both organisations', async () => {
    const { receipt, roots } = await firstReceipt();
    const verification = await verifyReceipt(receipt, { roots });
    expect(verification.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'record passed',
      'place passed',
      'signatures passed',
      'checkpoint not-yet',
    ]);
    expect(verification.isValid).toBe(true);
  });

  it.each([
    ['grams', (receipt: Receipt) => ({ ...receipt, record: { ...receipt.record, reductionMilligrams: '1' } })],
    ['salt', (receipt: Receipt) => ({ ...receipt, salt: '0'.repeat(64) })],
    ['index', (receipt: Receipt) => ({ ...receipt, index: receipt.index === 0 ? 1 : 0 })],
    ['root', (receipt: Receipt) => ({ ...receipt, header: { ...receipt.header, root: 'a'.repeat(64) } })],
    ['day', (receipt: Receipt) => ({ ...receipt, header: { ...receipt.header, day: '2020-01-01' as never } })],
    [
      'payload',
      (receipt: Receipt) => ({
        ...receipt,
        transaction: { ...receipt.transaction, payload: receipt.transaction.payload.replace('A', 'B') },
      }),
    ],
    [
      'signatures',
      (receipt: Receipt) => ({
        ...receipt,
        transaction: { ...receipt.transaction, endorsements: receipt.transaction.endorsements.slice(1) },
      }),
    ],
  ])('fails a receipt whose %s was touched', async (_what, touch) => {
    const { receipt, roots } = await firstReceipt();
    expect((await verifyReceipt(touch(receipt), { roots })).isValid).toBe(false);
  });

  it('does not take an organisation’s root from the receipt', async () => {
    const { receipt, roots } = await firstReceipt();
    const swapped = roots.map(({ mspId }, at) => ({ mspId, certificate: roots[1 - at]?.certificate ?? '' }));
    expect((await verifyReceipt(receipt, { roots: swapped })).isValid).toBe(false);
  });

  it('pays sealed grams into a wallet, once', async () => {
    const citizen = await signedIn('ctz_sim-hai');
    await citizen.me.bindWallet('class-3', 'bind-once');
    const before = await citizen.me.get();
    const paid = await citizen.me.redeem('25', 'redeem-once');
    expect(paid).toMatchObject({ status: 'settled', amountFen: '25', burnedMilligrams: '3125000' });
    expect(await citizen.me.redeem('25', 'redeem-once')).toEqual(paid);
    const after = await citizen.me.get();
    expect(BigInt(before.balanceMilligrams) - BigInt(after.balanceMilligrams)).toBe(3_125_000n);
    expect((await citizen.me.wallet()).binding?.balanceFen).toBe('25');
  });

  it('seals what was paid, and gives a receipt of it that verifies', async () => {
    const citizen = await signedIn('ctz_sim-hai');
    const newest = async () => (await citizen.me.redemptions()).items[0];
    await expect.poll(async () => (await newest())?.seal).toBeDefined();
    const redemption = await newest();
    const { roots } = await firstReceipt();
    const receipt = await citizen.me.redemptionReceipt(redemption?.redemption ?? '');
    expect(receipt.settlement).toMatchObject({ amountFen: '25', burnedMilligrams: '3125000' });
    expect((await verifySettlement(receipt, { roots })).isValid).toBe(true);
    const agency = await signedIn('agency-demo');
    const [seal] = (await agency.settlements.ofDay(receipt.settlement.day)).items;
    expect(seal).toMatchObject({ state: 'sealed', amountFen: '25', burnedMilligrams: '3125000', count: 1 });
    const leaves = await agency.settlements.leaves(seal?.settlement ?? '');
    expect(recomputeLeaves(leaves).root).toBe(receipt.header.root);
    const reconciled = await agency.settlements.reconciliation(receipt.settlement.day);
    expect(reconciled).toMatchObject({
      state: 'open',
      isStatementComplete: false,
      books: { count: 1, amountFen: '25', burnedMilligrams: '3125000' },
      bank: { count: 1, amountFen: '25' },
      ledger: { count: 1, amountFen: '25', burnedMilligrams: '3125000' },
      differences: [],
    });
    expect(await citizen.me.redemption(receipt.settlement.id)).toEqual(redemption);
    const stranger = await signedIn('ctz_sim-song');
    for (const look of [stranger.me.redemption, stranger.me.redemptionReceipt])
      await expect(look(receipt.settlement.id)).rejects.toMatchObject({
        code: 'REWARDS_REDEMPTION_UNKNOWN',
        status: 404,
      });
  });

  it('has ended the runs of the days that are over, and calls none but the running day’s running', async () => {
    const operator = await signedIn('operator-demo');
    const { today } = await operator.programme();
    const { items } = await operator.runs.list();
    expect(items.length).toBeGreaterThanOrEqual(21);
    const running = items.filter(({ finishedAt }) => finishedAt === undefined).map(({ run }) => run);
    expect(running.filter((run) => !run.startsWith(`run_${today}_`))).toEqual([]);
  });

  it('has one day that the agency may close at once, and seeding again leaves it closed as it is', async () => {
    const agency = await signedIn('agency-demo');
    const { items } = await agency.audit.days();
    const closable = [];
    for (const { day } of items) if ((await agency.audit.day(day)).closableAt <= Date.now()) closable.push(day);
    const { today } = await agency.programme();
    expect(closable).toEqual([addDays(today, -8)]);
    const [day = today] = closable;
    const open = await agency.audit.day(day);
    expect(open).toMatchObject({ closeState: 'open', waiting: { records: 0, milligrams: '0' } });
    expect(open.activities.accepted).toBeGreaterThan(1_000);
    const closed = await agency.audit.closeDay(day, 'close-the-old-day');
    expect(closed).toMatchObject({ closeState: 'closed', sealed: open.sealed });
    expect(closed.adds.map(({ standing }) => standing)).toEqual(['agrees', 'agrees', 'agrees']);
    await seedDemo(platform);
    const { activities, sealed, waiting, tooLate, closeState } = await agency.audit.day(day);
    expect({ activities, sealed, closeState }).toEqual({
      activities: open.activities,
      sealed: open.sealed,
      closeState: 'closed',
    });
    expect([waiting.records, tooLate.records]).toEqual([0, 0]);
  });

  it('adds up for the agency, and recomputes a record', async () => {
    const agency = await signedIn('agency-demo');
    const [newest] = (await agency.audit.days()).items;
    const day = await agency.audit.day(newest?.day ?? ('' as never));
    expect(day.adds.map(({ holds }) => holds)).toEqual([true, true, true]);
    const { programme, today } = await agency.programme();
    expect(programme).toBe('qingdao-demo');
    const [seal] = (await agency.settlements.ofDay(today)).items;
    expect(await agency.settlements.get(seal?.settlement ?? '')).toEqual(seal);
    await expect(agency.settlements.get('stl_none')).rejects.toMatchObject({ code: 'REWARDS_SETTLEMENT_UNKNOWN' });
    expect((await agency.audit.day(today)).paid).toEqual({
      redeemedFen: '25',
      paidFen: '25',
      returnedFen: '0',
      underWayFen: '0',
      settledFen: '25',
      settledPayments: 1,
      settledMilligrams: '3125000',
      seals: 1,
    });
    const { receipt } = await firstReceipt();
    expect(await agency.audit.recomputation(receipt.record.id, 'sample of the day')).toMatchObject({ agrees: true });
  });

  it('answers with codes: no credential, a wrong role, a wrong body, another person’s record', async () => {
    const anonymous = createClient({ baseUrl: url, locale: 'en' });
    await expect(anonymous.me.get()).rejects.toMatchObject({ code: 'HTTP_TOKEN_MISSING', status: 401 });
    const citizen = await signedIn('ctz_sim-song');
    await expect(citizen.audit.days()).rejects.toMatchObject({ code: 'HTTP_ROLE_FORBIDDEN', status: 403 });
    await expect(citizen.me.redeem('-1', 'wrong-amount')).rejects.toMatchObject({
      code: 'HTTP_INPUT_INVALID',
      status: 400,
    });
    const { receipt } = await firstReceipt();
    await expect(citizen.me.record(receipt.record.id)).rejects.toBeInstanceOf(ClientProblem);
  });

  it('accounts for hostile lines, one outcome each, and lives', async () => {
    const token = (await createClient({ baseUrl: url, locale: 'en' }).demoSignIn('operator-demo')).token;
    const lines = [
      '{',
      '[]',
      '"x"',
      '{"a":{"b":1}}',
      '{"__proto__":"x"}',
      `{"x":"${'y'.repeat(70_000)}"}`,
      '{"trip_id":"1"}',
      '\u0000',
    ];
    const response = await fetch(`${url}/v1/sources/metro-trips/records`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const outcomes = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; outcome: string });
    expect(outcomes.map(({ line, outcome }) => `${String(line)} ${outcome}`)).toEqual(
      lines.map((_, at) => `${String(at + 1)} refused`),
    );
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

it('the built contract is there', () => {
  expect(existsSync(new URL('../../../chaincode/dist/index.js', import.meta.url))).toBe(true);
  expect(readFileSync(new URL('../../../LICENSE', import.meta.url), 'utf8')).toContain('Apache License');
});
