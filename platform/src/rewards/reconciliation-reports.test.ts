import { addDays, fen } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryLedger } from '../../test/support/embedded-ledger.ts';
import { silentLog } from '../../test/support/intake.ts';
import { operator } from '../../test/support/money.ts';
import { dayMs, paidDay } from '../../test/support/paid-day.ts';
import { journal, postTransfer } from '../accounts/index.ts';
import { required, without } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { StatementLine, StatementPage, WalletGateway } from '../wallets/index.ts';
import {
  askReconciliation,
  burnedAccount,
  createCampaign,
  demoCampaign,
  differencesOf,
  extendCampaign,
  isSuperseded,
  reconcileStep,
  reconciliationFigures,
  reconciliations,
  reconciliationsOf,
  redemptions,
} from './index.ts';

const hourMs = 3_600_000;
const { programme } = demoCampaign;
let ledger: LedgerClient;
let days = 0;

beforeAll(async () => {
  ledger = await temporaryLedger();
});

afterAll(() => ledger.close());

/** A paid day on which a sponsor paid in 500 fen, and everything is sealed; it is over. Each test has its own. */
async function endedDay() {
  const money = await paidDay(ledger, (days += 2));
  await extendCampaign(money.campaigning, { id: demoCampaign.id, key: 'more', addBudgetFen: fen(500), by: operator });
  await money.seal();
  const { store } = money;
  const { clock } = money.deps;
  const { day } = money.scope;
  const toBank = { gateway: money.bank as WalletGateway };
  const deps = () => ({ store, ledger, clock, log: silentLog, programmes: [programme], gateway: toBank.gateway });
  const run = async () => {
    while (await reconcileStep(deps()));
  };
  const reports = async (of: Day = day) =>
    (await reconciliationsOf(store, { programme, day: of, limit: 10 })).items.map(({ key, value }) => ({
      key,
      ...value,
    }));
  const ask = () => askReconciliation(deps(), { programme, day, by: 'agency-test' });
  money.advance(dayMs);
  return { ...money, day, toBank, reconciling: deps, run, reports, ask };
}

type EndedDay = Awaited<ReturnType<typeof endedDay>>;

/** The bank's statement of the day says something else. */
function saying({ bank, toBank, day }: EndedDay, change: (line: StatementLine) => readonly StatementLine[]): void {
  toBank.gateway = {
    ...bank,
    statement: async (request): Promise<StatementPage> => {
      const page = await bank.statement(request);
      return request.day === day ? { ...page, lines: page.lines.flatMap(change) } : page;
    },
  };
}

describe('the daily reconciliation', () => {
  it('reports every day that has ended since the first deposit, once, all sides to zero', async () => {
    const money = await endedDay();
    await money.run();
    const [report] = await money.reports();
    expect(report).toMatchObject({
      state: 'balanced',
      by: 'system',
      isStatementComplete: true,
      books: { count: 2, fen: '23', milligrams: '2875000' },
      bank: { count: 2, fen: '23' },
      ledger: { count: 2, fen: '23', milligrams: '2875000' },
      deposits: { books: { count: 1, fen: '500' }, bank: { count: 1, fen: '500' } },
      burned: { booksMilligrams: '2875000', redemptionMilligrams: '2875000' },
      bankOwn: { interestFen: '0', feesFen: '0' },
      differences: 0,
      kinds: {},
    });
    const all = (await reconciliationsOf(money.store, { programme, limit: 1_000 })).items.map(({ value }) => value);
    const first = '2026-11-24' as Day;
    expect(all.map(({ day }) => day).reverse()).toEqual(
      Array.from({ length: days + 1 }, (_, at) => addDays(first, at)),
    );
    expect(all.filter(({ state }) => state !== 'balanced')).toEqual([]);
    expect(all.at(-1)?.deposits).toEqual({ books: { count: 1, fen: '1000000' }, bank: { count: 1, fen: '1000000' } });
    expect(await reconciliationFigures(money.store)).toEqual({
      reconciledDay: { [programme]: money.day },
      unbalanced: [],
    });
    money.advance(hourMs);
    await money.run();
    expect(await money.reports()).toHaveLength(1);
  });

  it('leaves the day that is not over alone, until midnight in UTC+8', async () => {
    const money = await endedDay();
    const today = addDays(money.day, 1);
    await money.run();
    expect(await money.reports(today)).toEqual([]);
    const midnight = Date.parse(`${addDays(today, 1)}T00:00:00+08:00`);
    money.advance(midnight - money.now() - 1_000);
    await money.run();
    expect(await money.reports(today)).toEqual([]);
    money.advance(1_000);
    await money.run();
    expect(await money.reports(today)).toMatchObject([{ state: 'balanced', books: { count: 0, fen: '0' } }]);
  });

  it('is open while the statement is not complete, and looked at again after an hour, two and four: a report only where it found something else', async () => {
    const money = await endedDay();
    let [isThere, looks] = [false, 0];
    const { bank, toBank } = money;
    toBank.gateway = {
      ...bank,
      statement: async (request) => {
        if (request.day !== money.day) return bank.statement(request);
        looks += 1;
        return isThere ? bank.statement(request) : { lines: [], isComplete: false };
      },
    };
    await money.run();
    expect(await money.reports()).toMatchObject([{ state: 'open', isStatementComplete: false, differences: 0 }]);
    expect((await reconciliationFigures(money.store)).unbalanced).toMatchObject([{ day: money.day, state: 'open' }]);
    for (const [passes, looked] of [
      [hourMs, 2],
      [hourMs, 2],
      [hourMs, 3],
      [3 * hourMs, 3],
    ] as const) {
      money.advance(passes);
      await money.run();
      expect(looks).toBe(looked);
    }
    expect(await money.reports()).toHaveLength(1);
    isThere = true;
    money.advance(hourMs);
    await money.run();
    const [newest, before] = await money.reports();
    expect(newest).toMatchObject({ state: 'balanced', supersedes: before?.key, bank: { count: 2, fen: '23' } });
    expect((await reconciliationFigures(money.store)).unbalanced).toEqual([]);
  });

  it('stores what somebody asks for, and never edits what was stored before', async () => {
    const money = await endedDay();
    await money.run();
    const [before] = await money.reports();
    const asked = await money.ask();
    expect(asked.value).toMatchObject({ by: 'agency-test', state: 'balanced', supersedes: before?.key });
    const again = await money.ask();
    expect(again.value).toMatchObject({ supersedes: asked.key, digest: asked.value.digest });
    expect(await money.store.get(reconciliations, before?.key ?? '')).toMatchObject({
      version: 1,
      value: { by: 'system' },
    });
    expect(await isSuperseded(money.store, asked)).toBe(true);
    expect(await isSuperseded(money.store, again)).toBe(false);
    const tomorrow = { programme, day: addDays(money.day, 2), by: 'x' };
    await expect(askReconciliation(money.reconciling(), tomorrow)).rejects.toThrow('REWARDS_DAY_AHEAD');
    const points = { programme: 'shanghai', day: money.day, by: 'x' };
    await expect(askReconciliation(money.reconciling(), points)).rejects.toThrow('REWARDS_NO_MONEY_REGIME');
  });
});

describe('each kind of difference, provoked once', () => {
  interface Found {
    readonly kind: string;
    readonly subject: string;
    readonly [side: string]: string;
  }
  type Fault = (money: EndedDay) => Promise<Found> | Found;
  const line = (money: EndedDay, id: string, change: (line: StatementLine) => readonly StatementLine[]) => {
    saying(money, (one) => (one.entryId === id ? change(one) : [one]));
  };
  const deposit = 'txn_000000000_budget_cmp_demo_more';
  const change = async ({ store }: EndedDay, key: string, to: object) => {
    await store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(redemptions, key), 'redemption');
      await tx.replaceMany(redemptions, [{ ...stored, value: { ...stored.value, ...to } }]);
    });
  };
  const burn = ({ store, day }: EndedDay, id: string, amount: bigint) =>
    store.unitOfWork((tx) =>
      postTransfer(tx, {
        id,
        at: 1,
        kind: 'redemption',
        legs: [
          { account: 'citizen:ctz_a', asset: 'milligrams', amount: -amount },
          { account: burnedAccount(programme, day), asset: 'milligrams', amount },
        ],
      }),
    );

  const faults: readonly (readonly [what: string, fault: Fault])[] = [
    [
      'a payment at the bank that our books lack',
      (money) => {
        line(money, money.first, (one) => [one, { ...one, entryId: 'pay_x', bankReference: 'SIMx' }]);
        return { kind: 'UNKNOWN_TO_US', subject: 'pay_x', booksFen: '0', bankFen: '7', byFen: '7' };
      },
    ],
    [
      'one paid twice at the bank on its day',
      (money) => {
        line(money, money.second, (one) => [one, { ...one, bankReference: 'SIMtwice' }]);
        const sides = { redemptionFen: '16', booksFen: '16', bankFen: '32', byFen: '16' };
        return { kind: 'PAID_TWICE', subject: money.second, ...sides };
      },
    ],
    [
      'one paid again at the bank on a later day',
      async (money) => {
        const stored = required(await money.store.get(redemptions, money.first), 'redemption');
        await change(money, money.first, { settledOn: addDays(money.day, -1), bankReference: 'SIMbefore' });
        expect(stored.value.settlement).toBeDefined();
        return { kind: 'PAID_TWICE', subject: money.first, booksFen: '0', bankFen: '7', byFen: '7' };
      },
    ],
    [
      'an amount that is another at the bank',
      (money) => {
        line(money, money.second, (one) => [{ ...one, amountFen: fen(17) }]);
        const sides = { redemptionFen: '16', booksFen: '16', bankFen: '17', byFen: '1' };
        return { kind: 'AMOUNT_DIFFERS', subject: money.second, ...sides };
      },
    ],
    [
      'settled here, unknown there',
      (money) => {
        line(money, money.first, () => []);
        const sides = { redemptionFen: '7', booksFen: '7', bankFen: '0', byFen: '7' };
        return { kind: 'NOT_AT_BANK', subject: money.first, ...sides };
      },
    ],
    [
      'a deposit of another amount',
      (money) => {
        line(money, deposit, (one) => [{ ...one, amountFen: fen(499) }]);
        return { kind: 'DEPOSIT_DIFFERS', subject: deposit, booksFen: '500', bankFen: '499', byFen: '1' };
      },
    ],
    [
      'a deposit that the bank lacks',
      (money) => {
        line(money, deposit, () => []);
        return { kind: 'DEPOSIT_NOT_AT_BANK', subject: deposit, booksFen: '500', bankFen: '0', byFen: '500' };
      },
    ],
    [
      'a deposit that no budget has',
      (money) => {
        line(money, deposit, (one) => [one, { ...one, entryId: 'BANK-1', bankReference: 'SIMy', amountFen: fen(40) }]);
        return { kind: 'DEPOSIT_NOT_BOOKED', subject: 'BANK-1', booksFen: '0', bankFen: '40', byFen: '40' };
      },
    ],
    [
      'burned grams without a redemption, by an entry that looks like one',
      async (money) => {
        const id = `pay_${money.day.replaceAll('-', '')}_nobody`;
        await burn(money, `${id}:burn`, 125_000n);
        const sides = { redemptionMilligrams: '0', booksMilligrams: '125000', byMilligrams: '125000' };
        return { kind: 'BURNED_WITHOUT_REDEMPTION', subject: id, ...sides };
      },
    ],
    [
      'a redemption that burned another amount than it says',
      async (money) => {
        await change(money, money.first, { burnedMilligrams: '875001' });
        const sides = { redemptionMilligrams: '875001', booksMilligrams: '875000', byMilligrams: '1' };
        return { kind: 'BURN_DIFFERS', subject: money.first, ...sides };
      },
    ],
    [
      'a payment in the books that nobody redeemed',
      async (money) => {
        await change(money, money.first, { settledOn: addDays(money.day, -1) });
        const sides = { redemptionFen: '0', booksFen: '7', byFen: '7' };
        return { kind: 'BOOKED_WITHOUT_REDEMPTION', subject: money.first, ...sides };
      },
    ],
    [
      'burned grams without a redemption, by any entry',
      async (money) => {
        await burn(money, 'txn_9_nobody', 3n);
        const sides = { redemptionMilligrams: '2875000', booksMilligrams: '2875003', byMilligrams: '3' };
        return { kind: 'BURNED_WITHOUT_REDEMPTION', subject: burnedAccount(programme, money.day), ...sides };
      },
    ],
  ];

  it.each(faults)('%s', async (_what, fault) => {
    const money = await endedDay();
    const expected = await fault(money);
    await money.run();
    const [report] = await money.reports();
    expect(report?.state).toBe('differs');
    const page = await differencesOf(money.store, report?.key ?? '', { limit: 100 });
    const found = page.items.map(({ value }) => value);
    expect(found.filter(({ kind }) => kind === expected.kind)).toEqual([expected]);
    expect(report?.differences).toBe(found.length);
    expect(report?.kinds[expected.kind as 'NOT_SEALED']).toBe(1);
    const { unbalanced } = await reconciliationFigures(money.store);
    const own = unbalanced.filter(({ day }) => day === money.day);
    expect(own).toMatchObject([{ state: 'differs', differences: found.length, report: report?.key }]);
  });
});

describe('what is no difference', () => {
  it('is a line that was only on its way: it has to be there at a second look', async () => {
    const money = await endedDay();
    let looks = 0;
    saying(money, (line) => ((looks += 1) > 3 ? [line] : []));
    await money.run();
    expect(await money.reports()).toMatchObject([{ state: 'balanced', differences: 0 }]);
  });

  it('is a page of the statement that comes twice, and what the bank books of its own', async () => {
    const money = await endedDay();
    const own = (kind: 'interest' | 'fee', amount: number): StatementLine => ({
      ...{ kind, entryId: kind, amountFen: fen(amount), settledAt: 1, bankReference: kind },
    });
    saying(money, (line) => [line, line, own('interest', 9), own('fee', 2)]);
    await money.run();
    expect(await money.reports()).toMatchObject([
      { state: 'balanced', bank: { count: 2, fen: '23' }, bankOwn: { interestFen: '9', feesFen: '2' } },
    ]);
  });

  it('is a budget that was filled before deposits carried their day', async () => {
    const money = await endedDay();
    await money.store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(journal, 'txn_000000000_budget_cmp_demo_more'), 'deposit');
      await tx.replaceMany(journal, [{ ...stored, value: without(stored.value, 'bookedOn') }]);
    });
    await money.run();
    expect(await money.reports()).toMatchObject([{ state: 'balanced', deposits: { bank: { fen: '500' } } }]);
  });

  it('is what another programme pays from the same wallet', async () => {
    const money = await endedDay();
    const other = { ...demoCampaign, id: 'cmp_other', programme: 'other', budgetFen: fen(60) };
    await createCampaign(money.campaigning, other, operator);
    const today = addDays(money.day, 1);
    money.advance(dayMs);
    await money.run();
    expect(await money.reports(today)).toMatchObject([{ state: 'balanced', deposits: { bank: { count: 0 } } }]);
  });
});
