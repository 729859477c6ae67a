import { describe, expect, it } from 'vitest';
import { obstacleLook } from './obstacles.ts';
import { limitLines } from './wallet-limits.ts';

const textsOf = (binding: Parameters<typeof limitLines>[0]) =>
  Object.fromEntries(limitLines(binding).map(({ kind, text }) => [kind, text]));

describe('limits of a wallet', () => {
  it('are told with what of them is used', () => {
    const limits = {
      ...{ singleFen: '200000', dailyFen: '500000', usedTodayFen: '120050' },
      ...{ yearlyFen: '5000000', usedThisYearFen: '4999990' },
    };
    expect(textsOf({ balanceCapFen: '1000000', limits })).toEqual({
      single: '最多 ¥2,000.00',
      today: '已用 ¥1,200.50，上限 ¥5,000.00',
      year: '已用 ¥49,999.90，上限 ¥50,000.00',
      balance: '最多 ¥10,000.00',
    });
  });

  it('are told apart from what nobody has published, and from what the wallet does not tell', () => {
    const limits = { singleFen: '500000', usedTodayFen: '0' };
    expect(textsOf({ balanceCapFen: '2000000', limits })).toMatchObject({
      today: '已用 ¥0.00，没有已知上限',
      year: '没有已知上限',
    });
    expect(textsOf({ limits: { dailyFen: '10000000' } })).toEqual({
      single: '没有已知上限',
      today: '最多 ¥100,000.00',
      year: '没有已知上限',
      balance: '没有已知上限',
    });
  });

  it('are none where none is known, however much was used', () => {
    expect(limitLines({ limits: { usedTodayFen: '100', usedThisYearFen: '100' } })).toEqual([]);
  });

  it('stand in the way of a redemption with another wallet as the way out', () => {
    for (const limit of ['FULL', 'SINGLE', 'DAILY', 'YEARLY'])
      expect(obstacleLook(`REWARDS_WALLET_${limit}`).go).toEqual({ to: '/wallet/bind', text: '换绑钱包' });
    expect(obstacleLook('REWARDS_DAILY_CAP')).toEqual({ icon: 'clock' });
  });
});
