import { recomputeLeaves, verifySettlement } from '@tanhui/sdk/verify';
import type { PinnedRoots } from '@tanhui/sdk/verify';
import { addDays, fen } from '@tanhui/sdk/model';
import type { SettlementReceipt } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryLedger } from '../../test/support/embedded-ledger.ts';
import { Crash, storeOf } from '../../test/support/faulty-gateway.ts';
import type { LedgerFault } from '../../test/support/faulty-ledger.ts';
import { faultyLedger, ledgerFaults, refusingAgain } from '../../test/support/faulty-ledger.ts';
import { silentLog } from '../../test/support/intake.ts';
import type { MoneyFixture } from '../../test/support/money.ts';
import { moneyFixture } from '../../test/support/money.ts';
import { dayMs } from '../../test/support/paid-day.ts';
import { required, without } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { payStep } from '../wallets/index.ts';
import type { SettlementSealingDeps } from './index.ts';
import {
  demoCampaign,
  moneyDayKey,
  moneyDays,
  redeem,
  redemptions,
  settlementLeaves,
  settlementReceiptOf,
  settlements,
  settlementPage,
  settlementsOf,
  settlementStep,
} from './index.ts';

const { programme } = demoCampaign;
let ledger: LedgerClient;
let pinned: PinnedRoots;
let days = 0;

beforeAll(async () => {
  ledger = await temporaryLedger();
  const { organisations } = await ledger.describe();
  pinned = { roots: organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate })) };
});

afterAll(() => ledger.close());

/** People who have been paid, each test on a day of its own: the ledger is one for all of them. */
async function paid(amounts: readonly number[]) {
  const money = await moneyFixture({ campaign: { dailyCapFen: fen(100_000), monthlyCapFen: fen(100_000) } });
  money.advance((days += 1) * dayMs);
  const keys = await pay(money, amounts);
  const sealing: SettlementSealingDeps = {
    store: money.store,
    ledger,
    clock: money.deps.clock,
    log: silentLog,
    delayMs: 1_000,
    commitTimeoutMs: 5_000,
  };
  return { ...money, keys, sealing, day: required((await redemption(money, keys[0] ?? '')).settledOn, 'day') as never };
}

async function pay(money: MoneyFixture, amounts: readonly number[], prefix = 'ctz'): Promise<string[]> {
  const keys: string[] = [];
  for (const [at, amount] of amounts.entries()) {
    const citizen = `${prefix}_${String(at)}`;
    await money.person(citizen);
    keys.push((await redeem(money.deps, { citizen, amountFen: fen(amount), idempotencyKey: 'once' })).key);
    await payStep(money.paying);
  }
  return keys;
}

async function redemption({ store }: Pick<MoneyFixture, 'store'>, key: string) {
  return required(await store.get(redemptions, key), key).value;
}

async function receiptOf({ store }: Pick<MoneyFixture, 'store'>, key: string): Promise<SettlementReceipt> {
  return settlementReceiptOf({ store, ledger }, required(await store.get(redemptions, key), key));
}

describe('a settlement seal', () => {
  it('brings what was paid onto the ledger, and each payment gets a receipt that verifies by itself', async () => {
    const money = await paid([7, 16, 40]);
    await expect(receiptOf(money, money.keys[0] ?? '')).rejects.toThrow('REWARDS_SETTLEMENT_NOT_SEALED');
    expect(await settlementStep(money.sealing)).toEqual({ did: 'nothing' });
    money.advance(2_000);
    expect(await settlementStep(money.sealing)).toEqual({ did: 'sealed', settlements: 3 });
    expect(await settlementStep(money.sealing, { now: true })).toEqual({ did: 'nothing' });
    for (const key of money.keys) {
      const receipt = await receiptOf(money, key);
      const verification = await verifySettlement(receipt, pinned);
      expect(verification.steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
        'record passed',
        'place passed',
        'signatures passed',
        'checkpoint not-yet',
      ]);
      expect(receipt.header).toMatchObject({ count: 3, amountFen: '63', burnedMilligrams: '7875000' });
      const { amountFen, burnedMilligrams } = await redemption(money, key);
      expect(receipt.settlement).toMatchObject({ id: key, amountFen, burnedMilligrams });
    }
    const [seal] = await settlementsOf(money.store, { programme, day: money.day });
    const named = { programme, day: money.day as string, settlement: seal?.key ?? '' };
    const onLedger = await ledger.evaluate({
      function: 'ReadSettlement',
      args: [JSON.stringify(named)],
      as: 'auditor',
    });
    expect(JSON.parse(Buffer.from(onLedger).toString())).toEqual(seal?.value.header);
  });

  it('takes what is settled later into a seal of its own, and all of them sum to what the day has settled', async () => {
    const money = await paid([7, 16]);
    await settlementStep(money.sealing, { now: true });
    await pay(money, [40], 'late');
    await settlementStep(money.sealing, { now: true });
    const seals = await settlementsOf(money.store, { programme, day: money.day });
    expect(seals.map(({ value }) => value.header.count)).toEqual([2, 1]);
    const asked = { programme, day: money.day, limit: 1 };
    const latest = await settlementPage(money.store, asked);
    const first = await settlementPage(money.store, { ...asked, after: latest.next ?? '' });
    expect([...latest.items, ...first.items].map(({ key }) => key)).toEqual(seals.map(({ key }) => key).reverse());
    expect((await settlementPage(money.store, { ...asked, day: addDays(money.day, -1) })).items).toEqual([]);
    const sum = seals.reduce((total, { value }) => total + BigInt(value.header.amountFen), 0n);
    const day = await money.store.get(moneyDays, moneyDayKey(programme, money.day));
    expect(String(sum)).toBe(day?.value.settled.fen);
    expect(sum).toBe(63n);
  });

  it('proves nothing when anything in the receipt was touched', async () => {
    const money = await paid([7, 16]);
    await settlementStep(money.sealing, { now: true });
    const receipt = await receiptOf(money, money.keys[0] ?? '');
    const touched: readonly Partial<SettlementReceipt>[] = [
      { settlement: { ...receipt.settlement, amountFen: '8' } },
      { settlement: { ...receipt.settlement, burnedMilligrams: '1' } },
      { settlement: { ...receipt.settlement, bankReference: 'SIM0' } },
      { settlement: { ...receipt.settlement, programme: 'elsewhere' } },
      { salt: '0'.repeat(64) },
      { index: 1 - receipt.index },
      { path: [] },
      { header: { ...receipt.header, burnedMilligrams: '1' } },
      { header: { ...receipt.header, settlement: 'stl_x' } },
      { transaction: { ...receipt.transaction, endorsements: receipt.transaction.endorsements.slice(1) } },
      { format: 'tanhui-receipt-v1' as never },
    ];
    expect((await verifySettlement(receipt, pinned)).isValid).toBe(true);
    for (const change of touched)
      expect((await verifySettlement({ ...receipt, ...change }, pinned)).isValid, JSON.stringify(change)).toBe(false);
    for (const junk of [null, 'x', [], {}, { format: receipt.format }])
      expect((await verifySettlement(junk, pinned)).isValid).toBe(false);
  });

  it.each(ledgerFaults)('goes on with the same seal after %s, and seals once', async (fault) => {
    const money = await paid([7, 16]);
    const own = { isDown: false };
    const plan: LedgerFault[] = [fault];
    const deps = {
      ...money.sealing,
      store: storeOf(own, money.store),
      ledger: faultyLedger(ledger, own, () => plan.shift() ?? 'none'),
    };
    const step = () =>
      settlementStep(deps, { now: true }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Crash);
        return { did: 'crashed' as const };
      });
    const first = await step();
    own.isDown = false;
    if (fault !== 'none') expect(first.did).not.toBe('sealed');
    for (let more = 0; more < 3; more += 1) await step();
    const seals = await settlementsOf(money.store, { programme, day: money.day });
    expect(seals.map(({ value }) => [value.state, value.header.count])).toEqual([['sealed', 2]]);
    expect((await money.store.find(settlements, { index: 'open', limit: 1 })).items).toEqual([]);
    for (const key of money.keys)
      expect((await verifySettlement(await receiptOf(money, key), pinned)).isValid).toBe(true);
  });

  it.each(['taken', 'late', 'never'] as const)(
    'asks for an envelope that ordering refuses when it comes again before another is endorsed: %s',
    async (fate) => {
      const money = await paid([7, 16]);
      const faulty = refusingAgain(ledger, fate);
      const deps = { ...money.sealing, ledger: faulty.ledger };
      const open = async () => (await money.store.find(settlements, { index: 'open', limit: 1 })).items;
      expect((await settlementStep(deps, { now: true })).did).toBe('waiting');
      expect((await settlementStep(deps, { now: true })).did).toBe('waiting');
      const [again] = await open();
      expect(again?.value).toMatchObject({ state: 'prepared', earlier: [expect.any(String)] });
      while ((await open()).length > 0) await settlementStep(deps, { now: true });
      const [seal] = await settlementsOf(money.store, { programme, day: money.day });
      expect(seal?.value).toMatchObject({ state: 'sealed', header: { count: 2, amountFen: '23' } });
      expect(seal?.value.transaction === again?.value.earlier?.[0], 'what wrote it is named').toBe(fate !== 'never');
      expect(faulty.endorsed(), 'what is there is taken').toBe(fate === 'taken' ? 1 : 2);
      for (const key of money.keys)
        expect((await verifySettlement(await receiptOf(money, key), pinned)).isValid).toBe(true);
    },
  );

  it('still proves its root and sums when a person’s salt is gone', async () => {
    const money = await paid([7, 16]);
    const [erased = '', kept = ''] = money.keys;
    await money.store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(redemptions, erased), erased);
      await tx.replaceMany(redemptions, [{ ...stored, value: without(stored.value, 'salt') }]);
    });
    expect((await settlementStep(money.sealing, { now: true })).did).toBe('sealed');
    expect((await verifySettlement(await receiptOf(money, kept), pinned)).isValid).toBe(true);
  });
});

it('a leaf file gives the seal’s root by nothing but the file', async () => {
  const money = await paid([7, 16, 40]);
  await settlementStep(money.sealing, { now: true });
  const [seal] = await settlementsOf(money.store, { programme, day: money.day });
  const { leaves } = await settlementLeaves(money.store, required(seal, 'seal'));
  expect(recomputeLeaves(leaves)).toMatchObject({ count: 3, root: seal?.value.header.root });
});
