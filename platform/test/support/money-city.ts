import { addDays, dayOf, fen } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { expect } from 'vitest';
import { balances } from '../../src/accounts/index.ts';
import { Refusal } from '../../src/kernel/index.ts';
import type { LedgerClient } from '../../src/ledger/index.ts';
import type { RedemptionDocument } from '../../src/rewards/index.ts';
import {
  budgetOf,
  demoCampaign,
  extendCampaign,
  reconcile,
  redeem,
  redemptions,
  setPaused,
  settlementsOf,
  settlementStep,
} from '../../src/rewards/index.ts';
import type { DocumentStore, Stored } from '../../src/storage/index.ts';
import { everyOf } from '../../src/storage/index.ts';
import type { WalletRef } from '../../src/wallets/index.ts';
import { payments, payStep } from '../../src/wallets/index.ts';
import { simulatedWallets } from '../../src/wallets/gateways/embedded/embedded-gateway.ts';
import { dice } from './dice.ts';
import { Crash, faultyGateway, faults } from './faulty-gateway.ts';
import { faultyLedger, ledgerFaults } from './faulty-ledger.ts';
import { silentLog } from './intake.ts';
import { credit, moneyFixture, operator } from './money.ts';

const dayMs = 86_400_000;
const byKey = { index: 'key' };
const people = Array.from({ length: 6 }, (_, at) => `ctz_${String(at)}`);
const { programme, id: campaign } = demoCampaign;

/** What a city does most. */
const often = ['earn', 'redeem', 'pay', 'thaw', 'resume'];

export interface City {
  /** Does one thing that may happen. */
  step(): Promise<void>;
  /** What has to hold after every step. */
  check(): Promise<void>;
  /** Faults stop, and time passes. */
  settleDown(): Promise<void>;
  /** What has to hold when everything has come to rest. */
  checkEnd(): Promise<void>;
  figures(): { readonly redeemed: number; readonly crashes: number };
  history(): readonly string[];
  close(): Promise<void>;
}

export async function openCity({
  seed,
  ledger,
}: {
  readonly seed: number;
  readonly ledger: LedgerClient;
}): Promise<City> {
  const roll = dice(seed);
  const own = { isDown: false };
  const done: string[] = [];
  let [isFaulty, crashes, redeemed, deposited, sequence] = [true, 0, 0, demoCampaign.budgetFen as bigint, 0];
  const money = await moneyFixture({ campaign: { dailyCapFen: fen(2_000), monthlyCapFen: fen(20_000) } });
  // The cities of one file share a ledger, and each has days of its own on it.
  money.advance((seed % 20) * 400 * dayMs);
  const firstDay = dayOf(money.now());
  const bad = <Fault extends string>(all: readonly Fault[], none: Fault) =>
    isFaulty && roll.chance(0.4) ? roll.one(all) : none;
  const gateway = faultyGateway(money.bank, own, () => bad(faults, 'none'));
  const store = dyingStore(money.store, own, () => isFaulty && roll.chance(0.04));
  const paying = { ...money.paying, gateway, store };
  const chain = faultyLedger(ledger, own, () => bad(ledgerFaults, 'none'));
  const { clock } = money.deps;
  const sealing = { store, ledger: chain, clock, log: silentLog, delayMs: 0, commitTimeoutMs: 5_000 };
  const wallets = new Map<string, WalletRef>();
  for (const one of people) wallets.set(one, await money.person(one));
  const someone = () => roll.one(people);
  const wallet = (citizen: string) => wallets.get(citizen) as WalletRef;
  const named = (what: string) => `${what}_${String((sequence += 1))}`;

  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    earn: () => money.grams(named('txn_1'), credit(someone(), BigInt(roll.below(4_000_000)) + 1n)),
    takeBack: () => money.grams(named('txn_1'), credit(someone(), -BigInt(roll.below(3_000_000)) - 1n), true),
    redeem: async () => {
      const request = { citizen: someone(), amountFen: fen(roll.below(20) + 1), idempotencyKey: named('key') };
      await redeem({ ...money.deps, store }, request);
      if (roll.chance(0.3)) await redeem({ ...money.deps, store }, request);
    },
    pay: () => payStep(paying),
    seal: () => settlementStep(sealing, { now: true }),
    late: () => gateway.deliverLate(),
    freeze: () => money.bank.setState(wallet(someone()), roll.one(['frozen-in', 'frozen', 'closed'])),
    thaw: () => money.bank.setState(wallet(someone()), 'active'),
    pause: () => setPaused(money.campaigning, { id: campaign, isPaused: true, by: operator, reason: 'x' }),
    resume: () => setPaused(money.campaigning, { id: campaign, isPaused: false, by: operator, reason: 'x' }),
    topUp: async () => {
      const addBudgetFen = fen(roll.below(500) + 1);
      await extendCampaign(money.campaigning, { id: campaign, key: named('more'), addBudgetFen, by: operator });
      deposited += addBudgetFen;
    },
    wait: () => {
      money.advance(roll.one([1_000, 10_000, 600_000, dayMs / 4]));
      return Promise.resolve();
    },
  };

  /** A refusal is an answer; a crash ends the process, and the next step begins in a new one. */
  async function attempt(name: string): Promise<void> {
    done.push(name);
    try {
      await acts[name]?.();
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Crash)) throw error;
      if (error instanceof Crash) crashes += 1;
      done.push(error.message);
    }
    own.isDown = false;
  }

  async function check(): Promise<void> {
    const bank = await everyOf(money.store, simulatedWallets, byKey);
    const inBank = sum(bank.map(({ value }) => BigInt(value.balanceFen)));
    expect(inBank, 'money in the bank is what was deposited').toBe(deposited);
    const books = await everyOf(money.store, balances, byKey);
    for (const { key, value } of books) {
      const isOutside = /^(issuance|external):/.test(key);
      if (!isOutside) expect(BigInt(value.amount) >= BigInt(value.held), `${key} has what it holds`).toBe(true);
      expect(isOutside || BigInt(value.amount) >= 0n, `${key} is not below zero`).toBe(true);
    }
    for (const asset of ['fen', 'milligrams']) {
      const own = books.filter(({ key }) => key.endsWith(`/${asset}`));
      const net = sum(own.map(({ value }) => BigInt(value.amount) - BigInt(value.owed ?? 0)));
      expect(net, `${asset} of all accounts sum to nothing`).toBe(0n);
    }
    const all = await everyOf(money.store, redemptions, byKey);
    checkPaidOnce(bank, all);
    const reserved = all.filter(({ value }) => value.status === 'reserved');
    const held = books.find(({ key }) => key === `budget:${campaign}/fen`)?.value.held ?? '0';
    expect(BigInt(held), 'what is held is what is under way').toBe(fenOf(reserved));
    const { paidInFen, leftFen, reservedFen, paidFen } = await budgetOf(money.store, campaign);
    expect([paidInFen, leftFen + reservedFen + paidFen], 'the budget has what was paid in').toEqual([
      deposited,
      deposited,
    ]);
  }

  /** Nobody has more than was redeemed for him, and no less than what we hold for settled. */
  function checkPaidOnce(
    bank: readonly Stored<{ readonly holder: string; readonly balanceFen: string }>[],
    all: readonly Stored<RedemptionDocument>[],
  ): void {
    for (const citizen of people) {
      const has = BigInt(bank.find(({ value }) => value.holder === citizen)?.value.balanceFen ?? 0);
      const his = all.filter(({ value }) => value.citizen === citizen);
      const settled = fenOf(his.filter(({ value }) => value.status === 'settled'));
      const mayHave = fenOf(his.filter(({ value }) => value.status !== 'rejected'));
      expect(has >= settled && has <= mayHave, `${citizen} has ${String(has)} of ${String(mayHave)}`).toBe(true);
    }
  }

  async function settleDown(): Promise<void> {
    isFaulty = false;
    await gateway.deliverLate();
    for (let day = 0; day < 12; day += 1) {
      while (await payStep(paying));
      money.advance(dayMs);
    }
    while ((await settlementStep(sealing, { now: true })).did === 'sealed');
  }

  async function checkEnd(): Promise<void> {
    const paid = await everyOf(money.store, payments, byKey);
    expect(paid.filter(({ value }) => value.state !== 'settled' && value.state !== 'rejected')).toEqual([]);
    const all = await everyOf(money.store, redemptions, byKey);
    redeemed = all.length;
    const settled = fenOf(all.filter(({ value }) => value.status === 'settled'));
    const rejected = fenOf(all.filter(({ value }) => value.status === 'rejected'));
    expect(await budgetOf(money.store, campaign)).toMatchObject({ paidFen: settled, returnedFen: rejected });
    const citizens = await Promise.all(people.map((one) => money.bank.balance(wallet(one))));
    expect(sum(citizens.map((amount) => amount ?? 0n)), 'paid exactly what is settled').toBe(settled);
    let sealed = 0n;
    for (let day = firstDay; day < dayOf(money.now()); day = addDays(day, 1)) {
      const found = await reconcile({ store: money.store, ledger, gateway: money.bank }, { programme, day });
      expect(found, day).toMatchObject({ state: 'balanced', differences: [] });
      sealed += await sealedOn(money.store, day);
    }
    expect(sealed, 'everything paid is sealed').toBe(settled);
  }

  return {
    step: () => attempt(roll.chance(0.45) ? roll.one(often) : roll.one(Object.keys(acts))),
    check,
    settleDown,
    checkEnd,
    figures: () => ({ redeemed, crashes }),
    history: () => done,
    close: () => money.store.close(),
  };
}

async function sealedOn(store: DocumentStore, day: Day): Promise<bigint> {
  return sum((await settlementsOf(store, { programme, day })).map(({ value }) => BigInt(value.header.amountFen)));
}

/** A store of a process that may end right before a unit of work, or right after it was committed. */
function dyingStore(store: DocumentStore, own: { isDown: boolean }, dies: () => boolean): DocumentStore {
  const end = (): never => {
    own.isDown = true;
    throw new Crash('the process ended');
  };
  return {
    ...store,
    async unitOfWork(work) {
      if (own.isDown || dies()) end();
      const result = await store.unitOfWork(work);
      return dies() ? end() : result;
    },
  };
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function fenOf(all: readonly Stored<RedemptionDocument>[]): bigint {
  return sum(all.map(({ value }) => BigInt(value.amountFen)));
}
