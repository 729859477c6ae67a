import type { WalletView } from '@tanhui/sdk/client';
import { yuan } from '../../shared/format.ts';
import { sayWallet } from './texts.ts';

type Binding = Pick<NonNullable<WalletView['binding']>, 'balanceCapFen' | 'limits'>;

export interface LimitLine {
  readonly kind: 'single' | 'today' | 'year' | 'balance';
  readonly text: string;
}

/** 限额 of a wallet, the smallest first, with what of them is used; none where none is known. */
export function limitLines({ balanceCapFen, limits }: Binding): readonly LimitLine[] {
  const { singleFen, dailyFen, usedTodayFen, yearlyFen, usedThisYearFen } = limits;
  if ([balanceCapFen, singleFen, dailyFen, yearlyFen].every((limit) => limit === undefined)) return [];
  return [
    { kind: 'single', text: limitText(singleFen) },
    { kind: 'today', text: limitText(dailyFen, usedTodayFen) },
    { kind: 'year', text: limitText(yearlyFen, usedThisYearFen) },
    { kind: 'balance', text: limitText(balanceCapFen) },
  ];
}

function limitText(limitFen: string | undefined, usedFen?: string): string {
  if (usedFen === undefined)
    return limitFen === undefined ? sayWallet('limits.none') : sayWallet('limits.upTo', { limit: yuan(limitFen) });
  const used = yuan(usedFen);
  return limitFen === undefined
    ? sayWallet('limits.used', { used })
    : sayWallet('limits.usedOf', { used, limit: yuan(limitFen) });
}
