import { addDays, dayOf, fen } from '@tanhui/sdk/model';
import type { Fen } from '@tanhui/sdk/model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentInstruction, WalletGateway, WalletRef, WalletState, WalletTier } from './gateway.ts';
import { rejectionCodes } from './gateway.ts';

/** A gateway on its test bench: what its bank's side can be told to do. */
export interface GatewayBench {
  readonly gateway: WalletGateway;
  now(): number;
  /** Lets time pass for the gateway. */
  advance(milliseconds: number): void;
  /** Puts money from outside into a wallet. */
  fund(wallet: WalletRef, amount: Fen, id: string): Promise<void>;
  setState(wallet: WalletRef, state: WalletState): Promise<void>;
  setQuotaControl(wallet: WalletRef, hasQuotaControl: boolean): Promise<void>;
  close(): Promise<void>;
}

const dayMs = 86_400_000;

/** 网关契约: what every adapter of the e-CNY seam keeps, the embedded core and a bank's alike. */
export function gatewayContract(name: string, open: () => Promise<GatewayBench>): void {
  describe(`wallet gateway: ${name}`, () => {
    let bench: GatewayBench;
    let payer: WalletRef;
    let payee: WalletRef;
    let count = 0;

    beforeEach(async () => {
      bench = await open();
      payer = await wallet('sponsor', 'class-1');
      payee = await wallet('citizen', 'class-3');
      await bench.fund(payer, fen(1_000_000_000), 'deposit-1');
    });
    afterEach(() => bench.close());

    const wallet = (holder: string, tier: WalletTier) => bench.gateway.openWallet({ holder, tier });
    const instruction = (changes: Partial<PaymentInstruction> = {}): PaymentInstruction => ({
      instructionId: `pay_${String((count += 1)).padStart(6, '0')}`,
      payer,
      payee,
      amountFen: fen(100),
      purpose: 'carbon-reward',
      memo: 'carbon reward',
      ...changes,
    });
    const code = async (changes: Partial<PaymentInstruction>) => {
      const outcome = await bench.gateway.credit(instruction(changes));
      return outcome.kind === 'rejected' ? outcome.code : outcome.kind;
    };

    it('names a wallet by four digits', async () => {
      for (let holder = 0; holder < 20; holder += 1)
        expect((await wallet(`citizen-${String(holder)}`, 'class-3')).lastFour).toMatch(/^\d{4}$/);
    });

    describe('moving money', () => {
      it('settles from wallet to wallet, and nothing comes from nowhere', async () => {
        expect(await bench.gateway.credit(instruction())).toMatchObject({ kind: 'settled' });
        expect(await bench.gateway.balance(payee)).toBe(100n);
        expect(await bench.gateway.balance(payer)).toBe(999_999_900n);
      });

      it('answers a duplicate the same and moves money once, also when both come at one time', async () => {
        const one = instruction();
        const [first, second] = await Promise.all([bench.gateway.credit(one), bench.gateway.credit(one)]);
        expect(second).toEqual(first);
        expect(await bench.gateway.credit(one)).toEqual(first);
        expect(await bench.gateway.balance(payee)).toBe(100n);
      });

      it('calls the same id for something else unknown, and moves nothing', async () => {
        const one = instruction();
        await bench.gateway.credit(one);
        for (const other of [{ amountFen: fen(101) }, { payee: payer, payer: payee }])
          expect(await bench.gateway.credit({ ...one, ...other })).toMatchObject({
            kind: 'unknown',
            reason: 'IDEMPOTENCY_CONFLICT',
          });
        expect(await bench.gateway.balance(payee)).toBe(100n);
      });

      it('keeps a rejection: the same id stays rejected when the reason is gone', async () => {
        await bench.setState(payee, 'frozen');
        const one = instruction();
        expect(await bench.gateway.credit(one)).toMatchObject({ kind: 'rejected', code: 'WALLET_FROZEN' });
        await bench.setState(payee, 'active');
        expect(await bench.gateway.credit(one)).toMatchObject({ kind: 'rejected', code: 'WALLET_FROZEN' });
        expect(await bench.gateway.credit(instruction())).toMatchObject({ kind: 'settled' });
      });
    });

    describe('what stops a payment', () => {
      it.each([
        ['active', 'settled'],
        ['frozen-out', 'settled'],
        ['frozen-in', 'WALLET_FROZEN'],
        ['frozen', 'WALLET_FROZEN'],
        ['closed', 'WALLET_CLOSED'],
      ] as const)('a payee that is %s: %s', async (state, expected) => {
        await bench.setState(payee, state);
        expect(await code({})).toBe(expected);
      });

      it.each([
        ['active', 'settled'],
        ['frozen-in', 'settled'],
        ['frozen-out', 'PAYER_STATE'],
        ['closed', 'PAYER_STATE'],
      ] as const)('a payer that is %s: %s', async (state, expected) => {
        await bench.setState(payer, state);
        expect(await code({})).toBe(expected);
      });

      it('a wallet without a real name, an unknown wallet, a payer without the money', async () => {
        expect(await code({ payee: await wallet('anonymous', 'class-4') })).toBe('WALLET_TIER');
        expect(await code({ payee: { ...payee, token: 'wal_nobody' } })).toBe('WALLET_UNKNOWN');
        expect(await code({ payer: await wallet('poor', 'class-1') })).toBe('INSUFFICIENT_FUNDS');
      });

      it.each([
        ['class-3', 2_000_000],
        ['class-2', 50_000_000],
      ] as const)('the balance cap of %s to the fen', async (tier, cap) => {
        const full = await wallet('full', tier);
        expect(await code({ payee: full, amountFen: fen(cap) })).toBe('settled');
        expect(await code({ payee: full, amountFen: fen(1) })).toBe('BALANCE_CAP');
        expect(await bench.gateway.balance(full)).toBe(BigInt(cap));
      });

      it('the payment limits of the payer, which do not bound what a wallet receives', async () => {
        const small = await wallet('small-sponsor', 'class-4');
        await bench.fund(small, fen(9_000_000), 'deposit-2');
        expect(await code({ payer: small, amountFen: fen(200_001) })).toBe('LIMIT_SINGLE');
        expect(await code({ payer: small, amountFen: fen(200_000) })).toBe('settled');
        expect(await code({ payer: small, amountFen: fen(200_000) })).toBe('settled');
        expect(await code({ payer: small, amountFen: fen(100_001) })).toBe('LIMIT_DAILY');
        expect(await code({ payer: small, amountFen: fen(100_000) })).toBe('settled');
        expect(await code({ amountFen: fen(600_000) })).toBe('settled');
      });

      it('tells what of them is used, if at all: what was paid, today and this year', async () => {
        const used = async (one: WalletRef) => (await bench.gateway.inspect(one))?.used;
        if ((await used(payer)) === undefined) return;
        expect(await code({ amountFen: fen(70) })).toBe('settled');
        expect(await used(payer)).toEqual({ todayFen: 70n, thisYearFen: 70n });
        expect(await used(payee)).toEqual({ todayFen: 0n, thisYearFen: 0n });
        bench.advance(dayMs);
        expect(await code({ amountFen: fen(5) })).toBe('settled');
        expect(await used(payer)).toEqual({ todayFen: 5n, thisYearFen: 75n });
        bench.advance(366 * dayMs);
        expect(await used(payer)).toEqual({ todayFen: 0n, thisYearFen: 0n });
      });

      it('the yearly limit, until the year is over', async () => {
        const small = await wallet('small-sponsor', 'class-4');
        await bench.fund(small, fen(9_000_000), 'deposit-3');
        const sink = await wallet('sink', 'class-1');
        const pay = (amount: number) => code({ payer: small, payee: sink, amountFen: fen(amount) });
        const year = dayOf(bench.now()).slice(0, 4);
        while (dayOf(bench.now()).slice(5) !== '01-01') bench.advance(dayMs);
        expect(dayOf(bench.now()).slice(0, 4) > year).toBe(true);
        for (let paid = 0; paid < 5_000_000; paid += 200_000) {
          expect(await pay(200_000)).toBe('settled');
          bench.advance(dayMs);
        }
        expect(await pay(1)).toBe('LIMIT_YEARLY');
        bench.advance(366 * dayMs);
        expect(await pay(1)).toBe('settled');
      });

      it('quota control, which lowers the limits to class 4 and leaves the tier', async () => {
        await bench.setQuotaControl(payee, true);
        expect(await bench.gateway.inspect(payee)).toMatchObject({
          tier: 'class-3',
          hasQuotaControl: true,
          limits: { balanceFen: 1_000_000n, singleFen: 200_000n, dailyFen: 500_000n, yearlyFen: 5_000_000n },
        });
        expect(await code({ amountFen: fen(1_000_001) })).toBe('BALANCE_CAP');
      });

      it('with documented codes only', async () => {
        await bench.setState(payee, 'closed');
        const outcome = await bench.gateway.credit(instruction());
        expect(outcome.kind === 'rejected' && rejectionCodes.includes(outcome.code)).toBe(true);
      });
    });

    describe('asking afterwards', () => {
      it('answers by the id: settled, rejected, and what it never got', async () => {
        const one = instruction();
        const settled = await bench.gateway.credit(one);
        expect(await bench.gateway.query(one)).toEqual(settled);
        const two = instruction({ payee: { ...payee, token: 'wal_nobody' } });
        await bench.gateway.credit(two);
        expect(await bench.gateway.query(two)).toMatchObject({ kind: 'rejected' });
        bench.advance(bench.gateway.capabilities().settleWindowMs);
        expect(await bench.gateway.query(instruction())).toEqual({ kind: 'not-found', isFinal: true });
      });

      it('tells nothing of an id that stands for something else, and says so', async () => {
        const one = instruction();
        await bench.gateway.credit(one);
        for (const other of [{ amountFen: fen(101) }, { payee: payer, payer: payee }])
          expect(await bench.gateway.query({ ...one, ...other })).toMatchObject({
            kind: 'unknown',
            reason: 'IDEMPOTENCY_CONFLICT',
          });
      });

      it('knows a wallet’s tier, state and effective limits, or that there is none', async () => {
        expect(await bench.gateway.inspect(payee)).toMatchObject({
          tier: 'class-3',
          state: 'active',
          limits: { balanceFen: 2_000_000n, singleFen: 500_000n },
        });
        const nobody = { ...payee, token: 'wal_nobody' };
        expect(await bench.gateway.inspect(nobody)).toBeUndefined();
        expect(await bench.gateway.balance(nobody)).toBeUndefined();
      });

      it('opens one wallet for one holder and tier, whoever asks how often', async () => {
        expect(await wallet('citizen', 'class-3')).toEqual(payee);
        expect(await bench.gateway.balance(payee)).toBe(0n);
      });
    });

    describe('the statement', () => {
      it('has each movement of the funding wallet once, on its day, complete when the day is over', async () => {
        const day = dayOf(bench.now());
        const paid = [instruction(), instruction({ amountFen: fen(7) })];
        for (const one of paid) await bench.gateway.credit(one);
        await bench.gateway.credit(instruction({ payee: { ...payee, token: 'wal_nobody' } }));
        const today = await bench.gateway.statement({ wallet: payer, day });
        expect(today.isComplete).toBe(false);
        const seen = today.lines.map(({ kind, entryId, amountFen }) => `${kind} ${entryId} ${String(amountFen)}`);
        expect(seen.sort()).toEqual(
          [
            'deposit deposit-1 1000000000',
            ...paid.map(({ instructionId, amountFen }) => `payout ${instructionId} ${String(amountFen)}`),
          ].sort(),
        );
        bench.advance(2 * dayMs);
        expect((await bench.gateway.statement({ wallet: payer, day })).isComplete).toBe(true);
        expect((await bench.gateway.statement({ wallet: payer, day: addDays(day, 1) })).lines).toEqual([]);
      });
    });
  });
}
