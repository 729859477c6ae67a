import fc from 'fast-check';
import { fen } from '@tanhui/sdk/model';
import { describe, expect, it } from 'vitest';
import { dayBooks } from '../activities/index.ts';
import { balanceOf, balances, holds, journal, postTransfer } from '../accounts/index.ts';
import { batches, programmeDays } from '../carbon/index.ts';
import { citizenDocuments } from '../identity/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import {
  createEmbeddedGateway,
  setWalletState,
  simulatedPayments,
  simulatedWallets,
} from '../wallets/gateways/embedded/embedded-gateway.ts';
import type { PaymentDeps, WalletGateway } from '../wallets/index.ts';
import { payments, payStep, walletBindings } from '../wallets/index.ts';
import { demoCampaign, finishRedemption, openBudget, quote, redeem, redemptionCaps, redemptions } from './index.ts';
import type { RewardDeps } from './index.ts';

const collections = [
  balances,
  holds,
  journal,
  payments,
  walletBindings,
  simulatedPayments,
  simulatedWallets,
  redemptionCaps,
  redemptions,
  citizenDocuments,
  programmeDays,
  batches,
  dayBooks,
];
const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const citizen = 'ctz_x';

async function fixture(
  options: { gateway?: (real: WalletGateway) => WalletGateway; grams?: bigint; tier?: 'class-3' | 'class-4' } = {},
) {
  let now = Date.UTC(2026, 10, 24, 4);
  const clock = { now: () => (now += 1) };
  const store = createSqliteStore({ path: ':memory:', collections });
  const real = createEmbeddedGateway({ store, clock, random: { bytes: (count) => new Uint8Array(count) } });
  const gateway = options.gateway?.(real) ?? real;
  const wallet = await real.openWallet({ holder: citizen, tier: options.tier ?? 'class-3' });
  const payer = await real.openWallet({ holder: 'sponsor', tier: 'class-1' });
  const deps: RewardDeps = {
    store,
    clock,
    gateway,
    campaign: demoCampaign,
  };
  const paying: PaymentDeps = {
    store,
    clock,
    log,
    gateway,
    payer,
    onFinal: (tx, payment) => finishRedemption(tx, clock, payment),
  };
  await openBudget(deps);
  await store.unitOfWork((tx) => tx.insertMany(walletBindings, [{ key: citizen, value: { wallet, boundAt: 0 } }]));
  const person = { name: 'x', programme: demoCampaign.programme, isSimulated: true, createdAt: 0, accounts: [] };
  await store.unitOfWork((tx) => tx.insertMany(citizenDocuments, [{ key: citizen, value: person }]));
  const amount = options.grams ?? 10_000_000n;
  const legs = [
    { account: 'issuance:x', asset: 'milligrams' as const, amount: -amount },
    { account: `citizen:${citizen}`, asset: 'milligrams' as const, amount },
  ];
  await store.unitOfWork((tx) => postTransfer(tx, { id: 'grams', at: 0, kind: 'intake', legs }));
  const advance = (milliseconds: number) => (now += milliseconds);
  return { store, deps, paying, real, wallet, advance };
}

async function grams(store: RewardDeps['store']): Promise<bigint> {
  return (await balanceOf(store, `citizen:${citizen}`, 'milligrams')).amount;
}

async function budget(store: RewardDeps['store']) {
  return balanceOf(store, `budget:${demoCampaign.id}`, 'fen');
}

describe('redemption', () => {
  it('burns grams rounded up, reserves fen, and settles into the wallet', async () => {
    const { store, deps, paying, real, wallet } = await fixture();
    const { redemption } = await redeem(deps, { citizen, amountFen: fen(7), idempotencyKey: 'a' });
    expect(redemption.burnedMilligrams).toBe('875000');
    expect(await grams(store)).toBe(9_125_000n);
    expect(await budget(store)).toEqual({ amount: 1_000_000n, held: 7n, owed: 0n });
    expect(await payStep(paying)).toBe(true);
    expect(await real.balance(wallet)).toBe(7n);
    expect(await budget(store)).toEqual({ amount: 999_993n, held: 0n, owed: 0n });
    expect(await payStep(paying)).toBe(false);
  });

  it('is the same redemption for the same key, and refuses the key for another amount', async () => {
    const { store, deps } = await fixture();
    const first = await redeem(deps, { citizen, amountFen: fen(8), idempotencyKey: 'a' });
    expect(await redeem(deps, { citizen, amountFen: fen(8), idempotencyKey: 'a' })).toEqual(first);
    expect(await grams(store)).toBe(9_000_000n);
    await expect(redeem(deps, { citizen, amountFen: fen(9), idempotencyKey: 'a' })).rejects.toThrow(
      'REWARDS_KEY_REUSED',
    );
  });

  it('gives grams and budget back when the wallet is frozen between quote and payment', async () => {
    const { store, deps, paying, real, wallet } = await fixture();
    const { id } = await redeem(deps, { citizen, amountFen: fen(8), idempotencyKey: 'a' });
    await setWalletState(store, wallet.token, 'frozen');
    await payStep(paying);
    expect((await store.get(redemptions, id))?.value).toMatchObject({
      status: 'rejected',
      code: 'REWARDS_PAYMENT_REJECTED',
    });
    expect(await grams(store)).toBe(10_000_000n);
    expect(await budget(store)).toEqual({ amount: 1_000_000n, held: 0n, owed: 0n });
    expect(await real.balance(wallet)).toBe(0n);
  });

  it.each([
    { what: 'a class-4 wallet', options: { tier: 'class-4' as const }, code: 'REWARDS_WALLET_CLASS' },
    { what: 'nothing to redeem', options: { grams: 1n }, code: 'REWARDS_NOTHING_REDEEMABLE' },
  ])('refuses $what', async ({ options, code }) => {
    const { deps } = await fixture(options);
    await expect(redeem(deps, { citizen, amountFen: fen(1), idempotencyKey: 'a' })).rejects.toThrow(code);
  });

  it('stops at the daily cap', async () => {
    const { store, deps } = await fixture({ grams: 1_000_000_000n });
    await redeem(deps, { citizen, amountFen: fen(150), idempotencyKey: 'a' });
    await expect(redeem(deps, { citizen, amountFen: fen(51), idempotencyKey: 'b' })).rejects.toThrow(
      'REWARDS_DAILY_CAP',
    );
    await redeem(deps, { citizen, amountFen: fen(50), idempotencyKey: 'c' });
    expect(await quote(store, deps, citizen)).toMatchObject({ obstacle: 'REWARDS_DAILY_CAP', leftTodayFen: 0n });
  });
});

describe('money under faults', () => {
  const fault = fc.constantFrom('none', 'lose-reply', 'lose-request', 'crash-before', 'crash-after');

  it('pays each redemption exactly once, whatever is lost on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 8 }), async (faults) => {
        const plan = [...faults];
        const { store, deps, paying, real, wallet, advance } = await fixture({
          gateway: (inner) => ({
            ...inner,
            async credit(instruction) {
              const next = plan.shift() ?? 'none';
              if (next === 'crash-before') throw new Error('crash');
              if (next === 'lose-request') return { kind: 'unknown', reason: 'no answer' };
              const outcome = await inner.credit(instruction);
              if (next === 'crash-after') throw new Error('crash');
              return next === 'lose-reply' ? { kind: 'unknown', reason: 'no answer' } : outcome;
            },
          }),
        });
        let paid = 0n;
        for (const [at, amount] of [3n, 5n, 11n].entries()) {
          await redeem(deps, { citizen, amountFen: fen(amount), idempotencyKey: String(at) });
          paid += amount;
        }
        for (let round = 0; round < 60; round += 1) {
          await payStep(paying).catch(() => undefined);
          advance(10_000);
        }
        expect(await real.balance(wallet)).toBe(paid);
        expect(await budget(store)).toEqual({ amount: 1_000_000n - paid, held: 0n, owed: 0n });
        expect((await balanceOf(store, 'external:ecny', 'fen')).amount).toBe(paid);
        await store.close();
      }),
      { numRuns: 40 },
    );
  });
});
