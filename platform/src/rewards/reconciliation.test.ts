import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fen } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../test/support/intake.ts';
import { moneyFixture } from '../../test/support/money.ts';
import { required } from '../kernel/index.ts';
import { createEmbeddedLedger } from '../ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { systemClock } from '../runtime/index.ts';
import type { StatementPage, WalletGateway } from '../wallets/index.ts';
import { payStep } from '../wallets/index.ts';
import { demoCampaign, reconcile, redeem, redemptions, settlementStep } from './index.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tanhui-reconciliation-'));
const dayMs = 86_400_000;
const { programme } = demoCampaign;
let ledger: LedgerClient;
let days = 0;

beforeAll(async () => {
  ledger = await createEmbeddedLedger({ folder, contractsModule, clock: systemClock });
});

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** Two people paid and sealed, each test on a day of its own; the day is over. */
async function paidDay() {
  const money = await moneyFixture();
  money.advance((days += 1) * dayMs);
  const keys: string[] = [];
  for (const [citizen, amount] of [
    ['ctz_a', 7],
    ['ctz_b', 16],
  ] as const) {
    await money.person(citizen);
    keys.push((await redeem(money.deps, { citizen, amountFen: fen(amount), idempotencyKey: 'once' })).key);
    await payStep(money.paying);
  }
  const { clock } = money.deps;
  const sealing = { store: money.store, ledger, clock, log: silentLog, delayMs: 0, commitTimeoutMs: 5_000 };
  const stored = required(await money.store.get(redemptions, keys[0] ?? ''), 'redemption');
  const scope = { programme, day: stored.value.settledOn as Day };
  const look = (gateway: WalletGateway = money.bank) => reconcile({ store: money.store, ledger, gateway }, scope);
  const seal = () => settlementStep(sealing, { now: true });
  return { ...money, keys, look, seal };
}

/** A bank whose statement says something else. */
function saying(bank: WalletGateway, change: (page: StatementPage) => StatementPage): WalletGateway {
  return { ...bank, statement: async (request) => change(await bank.statement(request)) };
}

describe('three-way reconciliation', () => {
  it('is open until the day’s statement is complete and everything is sealed, then balanced to the fen and milligram', async () => {
    const money = await paidDay();
    expect(await money.look()).toMatchObject({
      state: 'open',
      differences: [{ kind: 'NOT_SEALED' }, { kind: 'NOT_SEALED' }],
    });
    await money.seal();
    expect(await money.look()).toMatchObject({ state: 'open', isStatementComplete: false, differences: [] });
    money.advance(dayMs);
    expect(await money.look()).toMatchObject({
      state: 'balanced',
      books: { count: 2, fen: 23n, milligrams: 2_875_000n },
      bank: { count: 2, fen: 23n },
      ledger: { count: 2, fen: 23n, milligrams: 2_875_000n },
      differences: [],
    });
  });

  it('lists what the bank has otherwise: missing, another amount, unknown to us', async () => {
    const money = await paidDay();
    await money.seal();
    money.advance(dayMs);
    const [first = '', second = ''] = money.keys;
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
    const found = await money.look(bank);
    expect(found.state).toBe('differs');
    expect(found.differences.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      `NOT_AT_BANK ${first}`,
      `AMOUNT_DIFFERS ${second}`,
      'UNKNOWN_TO_US pay_x',
    ]);
    expect(found.differences[1]).toMatchObject({ booksFen: 16n, bankFen: 17n });
  });

  it('concludes nothing from a statement that is not there or not complete', async () => {
    const money = await paidDay();
    await money.seal();
    money.advance(dayMs);
    const empty = saying(money.bank, (page) => ({ ...page, lines: [], isComplete: false }));
    expect(await money.look(empty)).toMatchObject({ state: 'open', differences: [] });
    const silent = { ...money.bank, statement: () => Promise.reject(new Error('down')) };
    expect(await money.look(silent)).toMatchObject({ state: 'open', isStatementComplete: false, differences: [] });
  });

  it.each([
    ['rejected', 'PAID_THOUGH_REJECTED'],
    ['reserved', 'UNCONFIRMED'],
  ] as const)('finds what the bank has paid and we hold for %s', async (status, kind) => {
    const money = await paidDay();
    await money.seal();
    await money.store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(redemptions, money.keys[0] ?? ''), 'redemption');
      const { citizen, campaign, amountFen, burnedMilligrams, createdAt, createdOn } = stored.value;
      const value = { citizen, programme, campaign, amountFen, burnedMilligrams, createdAt, createdOn, status };
      await tx.replaceMany(redemptions, [{ ...stored, value }]);
    });
    const sides = { booksFen: 0n, bankFen: 7n, byFen: 7n };
    expect((await money.look()).differences).toContainEqual({ kind, subject: money.keys[0], ...sides });
  });

  it('finds a seal that is not what its redemptions give', async () => {
    const money = await paidDay();
    await money.seal();
    money.advance(dayMs);
    await money.store.unitOfWork(async (tx) => {
      const stored = required(await tx.get(redemptions, money.keys[0] ?? ''), 'redemption');
      await tx.replaceMany(redemptions, [{ ...stored, value: { ...stored.value, amountFen: '8' } }]);
    });
    const found = await money.look();
    expect(found.state).toBe('differs');
    expect(found.differences.map(({ kind }) => kind)).toEqual(['NOT_BOOKED', 'AMOUNT_DIFFERS', 'SEAL_DIFFERS']);
  });
});
