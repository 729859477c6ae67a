import { dayOf, fen } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import type { LedgerClient } from '../../src/ledger/index.ts';
import type { SettlementSealingDeps } from '../../src/rewards/index.ts';
import { demoCampaign, redeem, settlementStep } from '../../src/rewards/index.ts';
import { payStep } from '../../src/wallets/index.ts';
import { silentLog } from './intake.ts';
import type { MoneyFixture } from './money.ts';
import { moneyFixture } from './money.ts';

export const dayMs = 86_400_000;

export interface PaidDay extends MoneyFixture {
  /** On which both were paid; it is not over. */
  readonly scope: { readonly programme: string; readonly day: Day };
  /** The redemption of 7 fen, and the one of 16. */
  readonly first: string;
  readonly second: string;
  /** Brings what was paid onto the ledger. */
  seal(): ReturnType<typeof settlementStep>;
}

/**
 * Two people who redeemed 7 and 16 fen and were paid, nothing of it sealed.
 * @param later days after the fixture's first; where tests share a ledger, each takes a day of its own
 */
export async function paidDay(ledger: LedgerClient, later: number): Promise<PaidDay> {
  const money = await moneyFixture();
  money.advance(later * dayMs);
  const first = await paid(money, 'ctz_a', 7);
  const second = await paid(money, 'ctz_b', 16);
  const { clock } = money.deps;
  const sealing: SettlementSealingDeps = {
    ...{ store: money.store, ledger, clock, log: silentLog },
    ...{ delayMs: 0, commitTimeoutMs: 5_000 },
  };
  const scope = { programme: demoCampaign.programme, day: dayOf(money.now()) };
  return { ...money, scope, first, second, seal: () => settlementStep(sealing, { now: true }) };
}

/** Gives the id of the redemption. */
async function paid(money: MoneyFixture, citizen: string, amount: number): Promise<string> {
  await money.person(citizen);
  const { key } = await redeem(money.deps, { citizen, amountFen: fen(amount), idempotencyKey: 'once' });
  await payStep(money.paying);
  return key;
}
