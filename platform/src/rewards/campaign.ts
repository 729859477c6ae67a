import type { Day, Fen, Milligrams } from '@tanhui/sdk/model';
import { fen, milligrams } from '@tanhui/sdk/model';

/** 活动: a sponsor's offer, as dated configuration. A price is an exact ratio. */
export interface Campaign {
  readonly id: string;
  readonly programme: string;
  readonly name: { readonly 'zh-CN': string; readonly en: string };
  readonly sponsor: string;
  readonly price: { readonly fen: Fen; readonly milligrams: Milligrams };
  readonly dailyCapFen: Fen;
  readonly monthlyCapFen: Fen;
  readonly budgetFen: Fen;
  readonly from: Day;
  readonly isPaused: boolean;
}

/** The demonstration's one campaign: 8 fen a kilogram, between what two live schemes pay (0.8 and 80 fen a kilogram). */
export const demoCampaign: Campaign = {
  id: 'cmp_demo',
  programme: 'qingdao-demo',
  name: { 'zh-CN': '绿色出行奖励（演示）', en: 'Green travel reward (demonstration)' },
  sponsor: 'simulated sponsor 模拟出资方',
  price: { fen: fen(8), milligrams: milligrams(1_000_000) },
  dailyCapFen: fen(200),
  monthlyCapFen: fen(2_000),
  budgetFen: fen(1_000_000),
  from: '2020-01-01' as Day,
  isPaused: false,
};

/** Grams that an amount burns: rounded up, so that nobody is paid for grams that are not burned; the rest stays. */
export function milligramsFor({ price }: Campaign, amount: Fen): Milligrams {
  const numerator = (amount as bigint) * price.milligrams;
  return milligrams((numerator + price.fen - 1n) / price.fen);
}

/** The most that grams buy: rounded down. */
export function fenFor({ price }: Campaign, grams: Milligrams): Fen {
  return fen(grams < 0n ? 0n : ((grams as bigint) * price.fen) / price.milligrams);
}
