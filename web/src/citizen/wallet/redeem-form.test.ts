import { ClientUnreachable } from '@tanhui/sdk/client';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../../shared/api.ts';
import { useRedeemForm } from './redeem-form.ts';

const redemption = {
  redemption: 'pay_1',
  amountFen: '150',
  burnedMilligrams: '1',
  status: 'settled',
  createdAt: 0,
} as const;

beforeEach(() => {
  setActivePinia(createPinia());
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the wish to redeem', () => {
  it('says what is wrong with the amount', () => {
    const form = useRedeemForm();
    const complaintOf = (amount: string) => {
      form.amount = amount;
      return form.complaint('200');
    };
    expect(['2', '2.00', '0.01'].map(complaintOf)).toEqual(['', '', '']);
    expect(complaintOf('2.01')).toBe('最多可兑 ¥2.00');
    expect(['', '0', 'x', '1.234'].map(complaintOf)).toEqual(Array<string>(4).fill('请输入金额，最多两位小数'));
  });

  it('repeats the same redemption after a lost answer, though the page was left', async () => {
    const sent = vi
      .spyOn(api.me, 'redeem')
      .mockRejectedValueOnce(new ClientUnreachable(undefined))
      .mockResolvedValue(redemption);
    useRedeemForm().amount = '1.5';
    expect(await useRedeemForm().redeem()).toBeUndefined();
    expect(useRedeemForm().act.trouble).toEqual({ kind: 'offline' });
    expect(await useRedeemForm().redeem()).toEqual(redemption);
    expect(sent.mock.calls[0]).toEqual(['150', sent.mock.calls[1]?.[1]]);
    expect(useRedeemForm().amount).toBe('');
  });
});
