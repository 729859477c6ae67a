import type { ReconciledSides } from '@tanhui/sdk/client';
import { describe, expect, it } from 'vitest';
import { amountsOf, kindsOf, verdictOf } from './differences.ts';

const side = { count: 2, amountFen: '320', burnedMilligrams: '40000000' };
const balanced = {
  state: 'balanced',
  isStatementComplete: true,
  books: side,
  bank: side,
  ledger: side,
} as unknown as ReconciledSides;

describe('verdictOf', () => {
  it('says how much agrees, and that nothing was paid', () => {
    expect(verdictOf(balanced, {})).toEqual({
      tone: 'proof',
      icon: 'seal',
      text: '对得上：平台账、银行、账本三方都是 2 笔、¥3.20',
      notes: [],
    });
    const none = { ...balanced, books: { ...side, count: 0, amountFen: '0' } };
    expect(verdictOf(none, {}).text).toBe('对得上：这一天三方都没有付款');
  });

  it('says what an open day waits for', () => {
    const found = verdictOf({ ...balanced, state: 'open', isStatementComplete: false }, { NOT_SEALED: 1 });
    expect(found.text).toContain('还没完');
    expect(found.notes).toEqual(['银行对账单还没出齐，要等这一天过完', '1 处还在途中，自己会消失']);
  });

  it('counts only what needs a person', () => {
    const kinds = kindsOf([
      { kind: 'NOT_SEALED', subject: 'pay_1' },
      { kind: 'NOT_AT_BANK', subject: 'pay_2' },
      { kind: 'NOT_AT_BANK', subject: 'pay_3' },
    ]);
    expect(kinds).toEqual({ NOT_SEALED: 1, NOT_AT_BANK: 2 });
    expect(verdictOf({ ...balanced, state: 'differs' }, kinds)).toMatchObject({
      tone: 'look',
      text: '对不上：有 2 处差异要人来看',
      notes: ['1 处还在途中，自己会消失'],
    });
  });
});

describe('amountsOf', () => {
  it('names every side that was asked, and how far they are apart', () => {
    const fen = { kind: 'AMOUNT_DIFFERS', subject: 'pay_1', booksFen: '120', bankFen: '100', byFen: '20' } as const;
    expect(amountsOf(fen)).toEqual(['平台账 ¥1.20', '银行 ¥1.00', '相差 ¥0.20']);
    const grams = { redemptionMilligrams: '0', booksMilligrams: '15000000', byMilligrams: '15000000' };
    expect(amountsOf({ kind: 'BURNED_WITHOUT_REDEMPTION', subject: 'acc_1', ...grams })).toEqual([
      '兑换 0 克',
      '平台账 15.0 千克',
      '相差 15.0 千克',
    ]);
    expect(amountsOf({ kind: 'NOT_SEALED', subject: 'pay_1', booksFen: '5', byFen: '0' })).toEqual(['平台账 ¥0.05']);
  });
});
