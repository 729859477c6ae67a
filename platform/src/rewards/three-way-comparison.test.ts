import { fen } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryLedger } from '../../test/support/embedded-ledger.ts';
import type { PaidDay } from '../../test/support/paid-day.ts';
import { dayMs, paidDay } from '../../test/support/paid-day.ts';
import { required } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { StatementPage, WalletGateway } from '../wallets/index.ts';
import { demoCampaign, reconcile, redemptions } from './index.ts';

const { programme } = demoCampaign;
let ledger: LedgerClient;
let days = 0;

beforeAll(async () => {
  ledger = await temporaryLedger();
});

afterAll(() => ledger.close());

/** Each test has a day of its own; nothing of it is sealed. */
function ownDay(): Promise<PaidDay> {
  return paidDay(ledger, (days += 1));
}

function compare({ store, bank, scope }: PaidDay, gateway: WalletGateway = bank) {
  return reconcile({ store, ledger, gateway }, scope);
}

/** A bank whose statement says something else. */
function saying(bank: WalletGateway, change: (page: StatementPage) => StatementPage): WalletGateway {
  return { ...bank, statement: async (request) => change(await bank.statement(request)) };
}

describe('three-way reconciliation', () => {
  it('is open until the day’s statement is complete and everything is sealed, then balanced to the fen and milligram', async () => {
    const money = await ownDay();
    expect(await compare(money)).toMatchObject({
      state: 'open',
      differences: [{ kind: 'NOT_SEALED' }, { kind: 'NOT_SEALED' }],
    });
    await money.seal();
    expect(await compare(money)).toMatchObject({ state: 'open', isStatementComplete: false, differences: [] });
    money.advance(dayMs);
    expect(await compare(money)).toMatchObject({
      state: 'balanced',
      books: { count: 2, fen: 23n, milligrams: 2_875_000n },
      bank: { count: 2, fen: 23n },
      ledger: { count: 2, fen: 23n, milligrams: 2_875_000n },
      differences: [],
    });
  });

  it('lists what the bank has otherwise: missing, another amount, unknown to us', async () => {
    const money = await ownDay();
    await money.seal();
    money.advance(dayMs);
    const { first, second } = money;
    const bank = saying(money.bank, (page) => ({
      ...page,
      lines: page.lines.flatMap((line) => {
        if (line.entryId === first) return [];
        if (line.entryId === second)
          return [
            { ...line, amountFen: fen(17) },
            { ...line, entryId: 'pay_x' },
          ];
        return [line];
      }),
    }));
    const found = await compare(money, bank);
    expect(found.state).toBe('differs');
    expect(found.differences.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      `NOT_AT_BANK ${first}`,
      `AMOUNT_DIFFERS ${second}`,
      'UNKNOWN_TO_US pay_x',
    ]);
    expect(found.differences[1]).toMatchObject({ booksFen: 16n, bankFen: 17n });
  });

  it('concludes nothing from a statement that is not there or not complete', async () => {
    const money = await ownDay();
    await money.seal();
    money.advance(dayMs);
    const empty = saying(money.bank, (page) => ({ ...page, lines: [], isComplete: false }));
    expect(await compare(money, empty)).toMatchObject({ state: 'open', differences: [] });
    const silent = { ...money.bank, statement: () => Promise.reject(new Error('down')) };
    expect(await compare(money, silent)).toMatchObject({ state: 'open', isStatementComplete: false, differences: [] });
  });

  it.each([
    ['rejected', 'PAID_THOUGH_REJECTED'],
    ['reserved', 'UNCONFIRMED'],
  ] as const)('finds what the bank has paid and we hold for %s', async (status, kind) => {
    const money = await ownDay();
    await money.seal();
    await money.store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(redemptions, money.first), 'redemption');
      const { citizen, campaign, amountFen, burnedMilligrams, createdAt, createdOn } = stored.value;
      const value = { citizen, programme, campaign, amountFen, burnedMilligrams, createdAt, createdOn, status };
      await tx.replaceMany(redemptions, [{ ...stored, value }]);
    });
    const sides = { booksFen: 0n, bankFen: 7n, byFen: 7n };
    expect((await compare(money)).differences).toContainEqual({ kind, subject: money.first, ...sides });
  });

  it('finds a seal that is not what its redemptions give', async () => {
    const money = await ownDay();
    await money.seal();
    money.advance(dayMs);
    await money.store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(redemptions, money.first), 'redemption');
      await tx.replaceMany(redemptions, [{ ...stored, value: { ...stored.value, amountFen: '8' } }]);
    });
    const found = await compare(money);
    expect(found.state).toBe('differs');
    expect(found.differences.map(({ kind }) => kind)).toEqual(['NOT_BOOKED', 'AMOUNT_DIFFERS', 'SEAL_DIFFERS']);
  });
});
