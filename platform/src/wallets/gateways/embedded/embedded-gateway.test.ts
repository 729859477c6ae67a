import { fen } from '@tanhui/sdk/model';
import { expect, it } from 'vitest';
import { createSqliteStore } from '../../../storage/sqlite/sqlite-store.ts';
import { gatewayContract } from '../../gateway.contract.ts';
import { createEmbeddedGateway, simulatedPayments, simulatedWallets } from './embedded-gateway.ts';

gatewayContract('embedded core', () => {
  let now = Date.UTC(2026, 10, 24, 4);
  const store = createSqliteStore({ path: ':memory:', collections: [simulatedPayments, simulatedWallets] });
  const gateway = createEmbeddedGateway({ store, clock: { now: () => (now += 1) } });
  return Promise.resolve({
    gateway,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    fund: async (wallet, amountFen, entryId) => {
      await gateway.book({ entryId, wallet, kind: 'deposit', amountFen });
    },
    setState: (wallet, state) => gateway.setState(wallet, state),
    setQuotaControl: (wallet, hasQuotaControl) => gateway.setQuotaControl(wallet, hasQuotaControl),
    close: () => store.close(),
  });
});

it('counts what a holder has paid elsewhere towards the limits of payments, until its day or year is over', async () => {
  let now = Date.UTC(2026, 10, 24, 4);
  const store = createSqliteStore({ path: ':memory:', collections: [simulatedPayments, simulatedWallets] });
  const gateway = createEmbeddedGateway({ store, clock: { now: () => (now += 1) } });
  const payer = await gateway.openWallet({ holder: 'somebody', tier: 'class-2' });
  const payee = await gateway.openWallet({ holder: 'a shop', tier: 'class-1' });
  await gateway.book({ entryId: 'salary', wallet: payer, kind: 'deposit', amountFen: fen(1_000) });
  await gateway.setSpent(payer, { todayFen: fen(9_999_990), thisYearFen: fen(20_000_000) });
  const pay = (instructionId: string, amountFen: number) =>
    gateway.credit({ instructionId, payer, payee, amountFen: fen(amountFen), purpose: 'carbon-reward', memo: '' });
  expect(await pay('too-much', 11)).toMatchObject({ kind: 'rejected', code: 'LIMIT_DAILY' });
  expect(await pay('just-enough', 10)).toMatchObject({ kind: 'settled' });
  expect((await gateway.inspect(payer))?.used).toEqual({ todayFen: 10_000_000n, thisYearFen: 20_000_010n });
  now += 86_400_000;
  expect((await gateway.inspect(payer))?.used).toEqual({ todayFen: 0n, thisYearFen: 20_000_010n });
  expect(await pay('tomorrow', 11)).toMatchObject({ kind: 'settled' });
  await store.close();
});
