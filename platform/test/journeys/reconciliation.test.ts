import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { addDays, dayOf, fen } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seedDemo } from '../../src/cli/demo.ts';
import type { Platform } from '../../src/compose.ts';
import { compose } from '../../src/compose.ts';
import { parseConfig } from '../../src/config.ts';
import { reconciliationsOf } from '../../src/rewards/index.ts';
import { createEmbeddedGateway } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import type { City } from '../support/city.ts';
import { openCity } from '../support/city.ts';

const dayMs = 86_400_000;
const today = dayOf(Date.now());
let city: City;

beforeAll(async () => {
  city = await openCity({ TANHUI_WORKERS: 'true', TANHUI_SEAL_DELAY_MS: '0' });
  await seedDemo(city.platform);
});
afterAll(() => city.close());

const client = async (identity: string) => city.clientOf(await city.tokenOf(identity));

async function valueOf(metric: string): Promise<number> {
  const headers = { authorization: `Bearer ${await city.tokenOf('operator-demo')}` };
  const figures = await (await fetch(`${city.url}/metrics`, { headers })).text();
  const line = figures.split('\n').find((one) => one.startsWith(`${metric} `));
  return Number(line?.slice(metric.length + 1));
}

describe('reconciliation over HTTP', () => {
  it('shows the operator what was paid and is not sealed', async () => {
    const operator = await client('operator-demo');
    await operator.operations.pause('sealing', 'the peers are being upgraded');
    const { me } = await client('ctz_sim-hai');
    await me.bindWallet('class-3', 'wallet-of-hai');
    const { redemption } = await me.redeem('25', 'redemption-of-hai');
    const line = { programme: 'qingdao-demo', day: today, payments: 1, amountFen: '25' };
    await expect.poll(async () => (await operator.operations.stuck(0)).payouts).toMatchObject([line]);
    expect((await operator.operations.stuck(5)).payouts).toEqual([]);
    await operator.operations.resume('sealing', 'upgraded');
    await vi.waitFor(() => me.redemptionReceipt(redemption), { timeout: 60_000, interval: 100 });
    expect(await operator.operations.stuck(0)).toMatchObject({ payouts: [], settlements: [] });
  });

  it('balances a clean day of the demo once it is over, and says so to agency, operator and figures', async () => {
    city.pass(dayMs);
    const agency = await client('agency-demo');
    const report = await agency.reconciliations.ask({ day: today });
    expect(report).toMatchObject({
      programme: 'qingdao-demo',
      day: today,
      by: 'agency-demo',
      state: 'balanced',
      books: { count: 1, amountFen: '25', burnedMilligrams: '3125000' },
      bank: { count: 1, amountFen: '25' },
      ledger: { count: 1, amountFen: '25', burnedMilligrams: '3125000' },
      deposits: { books: { count: 1, amountFen: '1000000' }, bank: { count: 1, amountFen: '1000000' } },
      differences: 0,
      isSuperseded: false,
    });
    expect((await (await client('operator-demo')).reconciliations.list({ day: today })).items[0]).toEqual(report);
    await expect(agency.reconciliations.ask({ day: addDays(today, 2) })).rejects.toMatchObject({
      code: 'REWARDS_DAY_AHEAD',
      status: 400,
    });
    await expect(agency.reconciliations.get('rcl_none')).rejects.toMatchObject({ status: 404 });
  });

  it('finds a deposit that no budget has, with its figures, in a report that supersedes the clean one', async () => {
    const { store, clock } = city.platform.services;
    const bank = createEmbeddedGateway({ store, clock: { now: () => clock.now() - dayMs } });
    const wallet = await bank.openWallet({ holder: 'simulated sponsor 模拟出资方', tier: 'class-1' });
    await bank.book({ entryId: 'BANK-77', wallet, kind: 'deposit', amountFen: fen(4_200) });
    const agency = await client('agency-demo');
    const report = await agency.reconciliations.ask({ day: today });
    expect(report).toMatchObject({ state: 'differs', differences: 1, kinds: { DEPOSIT_NOT_BOOKED: 1 } });
    const [, before] = (await agency.reconciliations.list({ day: today })).items;
    expect(before).toMatchObject({ report: report.supersedes, state: 'balanced', isSuperseded: true });
    expect((await agency.reconciliations.differences(report.report)).items).toEqual([
      { kind: 'DEPOSIT_NOT_BOOKED', subject: 'BANK-77', booksFen: '0', bankFen: '4200', byFen: '4200' },
    ]);
    expect(await valueOf('tanhui_reconciliation_differences{programme="qingdao-demo"}')).toBe(1);
    expect(await valueOf('tanhui_reconciliation_unbalanced_days{state="differs"}')).toBe(1);
    expect((await (await client('operator-demo')).operations.stuck()).reconciliations).toEqual([
      { programme: 'qingdao-demo', day: today, differences: 1, report: report.report },
    ]);
  });
});

it('reconciles each day that has ended by itself, on the next start too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhui-reconciling-'));
  const config = parseConfig({ TANHUI_DATA: folder, TANHUI_PORT: '0', TANHUI_LOG: 'silent' });
  const startedAt = Date.parse('2026-11-24T23:50:00+08:00');
  const runFrom = async (now: number, act: (platform: Platform) => Promise<void>) => {
    const platform = await compose(config, { clock: { now: () => now } });
    await platform.start();
    await act(platform).finally(() => platform.stop());
  };
  const reports = ({ services: { store } }: Platform) =>
    reconciliationsOf(store, { programme: 'qingdao-demo', limit: 10 });
  try {
    await runFrom(startedAt, async (platform) => {
      await setTimeout(500);
      expect((await reports(platform)).items).toEqual([]);
    });
    await runFrom(startedAt + dayMs + 20 * 60_000, async (platform) => {
      const found = async (): Promise<string[]> =>
        (await reports(platform)).items.map(({ value }) => `${value.day} ${value.by} ${value.state}`);
      await expect.poll(found).toEqual(['2026-11-25 system balanced', '2026-11-24 system balanced']);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
