import { fen } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { moneyFixture, operator } from '../../test/support/money.ts';
import type { WalletGateway } from '../wallets/index.ts';
import { askNow, payments, payStep, resolveByStatement } from '../wallets/index.ts';
import { gramsOf, redeem, redemptions } from './index.ts';

const citizen = 'ctz_x';
const hourMs = 3_600_000;
const silence = () => Promise.reject(new Error('no answer'));

/** A redemption of eight fen, and what the bank does when it is called; it gives its statements as they are. */
async function fixture() {
  const says: { credit: WalletGateway['credit']; query: WalletGateway['query'] } = { credit: silence, query: silence };
  let sent = 0;
  const gateway = (bank: WalletGateway): WalletGateway => ({
    ...bank,
    credit: (instruction) => ((sent += 1), says.credit(instruction)),
    query: (instruction) => says.query(instruction),
  });
  const money = await moneyFixture({ gateway });
  const wallet = await money.person(citizen);
  const { key } = await redeem(money.deps, { citizen, amountFen: fen(8), idempotencyKey: 'a' });
  /** Lets the workers run for so many hours. */
  const run = async (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) {
      for (let steps = 0; steps < 5 && (await payStep(money.paying)); steps += 1);
      money.advance(hourMs);
    }
  };
  const payment = async () => (await money.store.get(payments, key))?.value;
  return { ...money, says, wallet, key, run, payment, sent: () => sent };
}

/** Lost at first, certainly not executed as the bank says three days later, then sent again and executed; and nobody hears of that. */
async function sentAgain() {
  const money = await fixture();
  await money.run(75);
  money.says.query = () => Promise.resolve({ kind: 'not-found', isFinal: true });
  money.says.credit = async (instruction) => {
    money.says.query = silence;
    await money.bank.credit(instruction);
    return silence();
  };
  await money.store.unitOfWork((tx) => askNow(tx, money.paying, { id: money.key, at: money.now(), by: operator }));
  await payStep(money.paying);
  await payStep(money.paying);
  expect([money.sent(), await money.bank.balance(money.wallet)]).toEqual([2, 8n]);
  return money;
}

describe('a payment that was sent again days after the first time', () => {
  it('is not given back because the statements of the first days lack it: those of the days since are read too', async () => {
    const money = await sentAgain();
    await money.run(24 * 5);
    expect(await money.payment()).toMatchObject({ state: 'settled', evidence: { by: 'statement' } });
    expect((await money.store.get(redemptions, money.key))?.value.status).toBe('settled');
    expect((await gramsOf(money.store, citizen)).balance).toBe(9_000_000n);
    expect([money.sent(), await money.bank.balance(money.wallet)]).toEqual([2, 8n]);
  });

  it('is ended by nobody while the statement of a day on which it may be executed is incomplete', async () => {
    const money = await fixture();
    await money.run(75);
    money.says.query = () => Promise.resolve({ kind: 'not-found', isFinal: true });
    money.says.credit = () => ((money.says.query = silence), silence());
    await money.store.unitOfWork((tx) => askNow(tx, money.paying, { id: money.key, at: money.now(), by: operator }));
    await payStep(money.paying);
    await payStep(money.paying);
    const decide = () => resolveByStatement(money.paying, { id: money.key, by: operator, note: 'looked at it' });
    await expect(decide()).rejects.toThrow('WALLETS_STATEMENT_INCOMPLETE');
    await money.run(24 * 3);
    await decide();
    expect(await money.payment()).toMatchObject({ state: 'rejected', rejectionCode: 'NOT_EXECUTED' });
    expect((await gramsOf(money.store, citizen)).balance).toBe(10_000_000n);
  });
});

describe('what the bank says of an id', () => {
  it('settles nothing where the id stands there for another amount, whoever asks', async () => {
    const money = await fixture();
    money.says.query = (instruction) => money.bank.query(instruction);
    money.says.credit = async (instruction) => {
      await money.bank.credit({ ...instruction, amountFen: fen(5) });
      return money.bank.credit(instruction);
    };
    await payStep(money.paying);
    for (let time = 0; time < 3; time += 1) {
      expect(await money.payment()).toMatchObject({ state: 'manual', unknownReason: 'IDEMPOTENCY_CONFLICT' });
      await money.store.unitOfWork((tx) => askNow(tx, money.paying, { id: money.key, at: money.now(), by: operator }));
      await payStep(money.paying);
    }
    expect((await money.store.get(redemptions, money.key))?.value.status).toBe('reserved');
    await money.run(24 * 4);
    const decide = () => resolveByStatement(money.paying, { id: money.key, by: operator, note: 'looked at it' });
    await expect(decide()).rejects.toThrow('WALLETS_STATEMENT_DIFFERS');
  });

  it('settles nothing where the id stands there for another amount and nobody heard so: it is asked for with its amount', async () => {
    const money = await fixture();
    money.says.credit = async (instruction) => {
      await money.bank.credit({ ...instruction, amountFen: fen(5) });
      return silence();
    };
    await payStep(money.paying);
    expect(await money.payment()).toMatchObject({ state: 'unknown' });
    money.says.query = (instruction) => money.bank.query(instruction);
    await money.run(2);
    expect(await money.payment()).toMatchObject({ state: 'manual', unknownReason: 'IDEMPOTENCY_CONFLICT' });
    expect((await money.store.get(redemptions, money.key))?.value.status).toBe('reserved');
  });

  it.each([
    ['seconds', (now: number) => Math.floor(now / 1000)],
    ['microseconds', (now: number) => now * 1000],
    ['the last number that is exact', () => Number.MAX_SAFE_INTEGER],
    ['two days to come', (now: number) => now + 48 * hourMs],
    ['two days before it was made', (now: number) => now - 48 * hourMs],
  ])('is not believed where it was settled at %s: it is asked again', async (_, settledAt) => {
    const money = await fixture();
    money.says.credit = () =>
      Promise.resolve({ kind: 'settled', bankReference: 'SIM1', settledAt: settledAt(money.now()) });
    money.says.query = (instruction) => money.bank.query(instruction);
    await payStep(money.paying);
    expect(await money.payment()).toMatchObject({ state: 'unknown', unknownReason: 'SETTLED_AT_ANOTHER_TIME' });
    expect((await money.store.get(redemptions, money.key))?.value.status).toBe('reserved');
  });
});
