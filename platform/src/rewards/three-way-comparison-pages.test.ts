import { fen } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import { beforeAll, expect, it } from 'vitest';
import type { MoneyFixture } from '../../test/support/money.ts';
import { moneyFixture } from '../../test/support/money.ts';
import { journal } from '../accounts/index.ts';
import { sequenceId } from '../carbon/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import type { StatementLine, WalletGateway } from '../wallets/index.ts';
import type { RedemptionDocument, SettlementDocument } from './index.ts';
import {
  burnedAccount,
  demoCampaign,
  reconcile,
  redemptions,
  settlementLeaves,
  settlements,
  settlementsOf,
} from './index.ts';
import { settlementText } from './settlement-sealing.ts';

/** Beyond one page of the store in redemptions, postings and seals. */
const payments = 1_100;
const amountFen = '3';
const burnedMilligrams = '375000';
const { programme, id: campaign } = demoCampaign;
const scope = { programme, day: '2026-11-23' as Day };
const settledAt = Date.UTC(2026, 10, 23, 4);
let money: MoneyFixture;

/** A day of many payments, each in a seal of its own, as the books, the bank and the ledger have them. */
beforeAll(async () => {
  money = await moneyFixture();
  const all = Array.from({ length: payments }, (_, at) => at);
  await money.store.unitOfWork(async (tx) => {
    await tx.insertMany(
      redemptions,
      all.map((at) => ({ key: paymentOf(at), value: redemptionOf(at) })),
    );
    await tx.insertMany(
      journal,
      all.map((at) => ({ key: `${paymentOf(at)}:hold:posted`, value: posting })),
    );
    await tx.insertMany(
      journal,
      all.map((at) => ({ key: `${paymentOf(at)}:burn`, value: burning })),
    );
  });
  const seals = await Promise.all(all.map((at) => sealOf(at)));
  await money.store.unitOfWork((tx) => tx.insertMany(settlements, seals));
});

function paymentOf(at: number): string {
  return `pay_${String(at).padStart(6, '0')}`;
}

function redemptionOf(at: number): RedemptionDocument {
  return {
    ...{ citizen: 'ctz_a', programme, campaign, amountFen, burnedMilligrams, createdAt: settledAt },
    ...{ createdOn: scope.day, settledAt, settledOn: scope.day, bankReference: `SIM${String(at)}` },
    status: 'settled',
    commitment: at.toString(16).padStart(64, '0'),
    settlement: sequenceId('stl', scope, at + 1),
  };
}

const posting = {
  kind: 'payout',
  postedAt: settledAt,
  bookedOn: scope.day,
  legs: [
    { account: `budget:${campaign}`, asset: 'fen' as const, amount: `-${amountFen}` },
    { account: 'external:ecny', asset: 'fen' as const, amount: amountFen },
  ],
};

const burning = {
  kind: 'redemption',
  postedAt: settledAt,
  legs: [
    { account: 'citizen:ctz_a', asset: 'milligrams' as const, amount: `-${burnedMilligrams}` },
    { account: burnedAccount(programme, scope.day), asset: 'milligrams' as const, amount: burnedMilligrams },
  ],
};

async function sealOf(at: number): Promise<{ readonly key: string; readonly value: SettlementDocument }> {
  const key = sequenceId('stl', scope, at + 1);
  const value = { ...scope, header: scope as never, state: 'sealed' as const, transaction: 'x', block: at };
  const { header } = await settlementLeaves(money.store, { key, version: 1, value });
  return { key, value: { ...value, header } };
}

/** The ledger as far as a reconciliation asks it: it holds every seal. */
const ledger = {
  async evaluate({ args }: { readonly args: readonly string[] }) {
    const { settlement } = JSON.parse(args[0] ?? '') as { readonly settlement: string };
    const stored = await money.store.get(settlements, settlement);
    return Buffer.from(stored === undefined ? '' : settlementText(stored.value.header));
  },
} as unknown as LedgerClient;

/** The bank's statement, whose pages are its own. */
function bank(): WalletGateway {
  const lines = Array.from({ length: payments }, (_, at): StatementLine => {
    return {
      kind: 'payout',
      entryId: paymentOf(at),
      amountFen: fen(amountFen),
      settledAt,
      bankReference: `SIM${String(at)}`,
    };
  });
  return { ...money.bank, statement: () => Promise.resolve({ lines, isComplete: true }) };
}

it('reconciles a day of more payments and more seals than a page of the store holds', async () => {
  const found = await reconcile({ store: money.store, ledger, gateway: bank() }, scope);
  const side = { count: payments, fen: 3_300n };
  expect(found).toMatchObject({ state: 'balanced', bank: side, differences: [] });
  expect(found.books).toEqual({ ...side, milligrams: 412_500_000n });
  expect(found.ledger).toEqual({ ...side, milligrams: 412_500_000n });
});

it('lists every seal of a day, in order', async () => {
  const keys = (await settlementsOf(money.store, scope)).map(({ key }) => key);
  expect(keys).toEqual(Array.from({ length: payments }, (_, at) => sequenceId('stl', scope, at + 1)));
});
