import type { Day } from '@tanhui/sdk/model';
import { fen, milligrams } from '@tanhui/sdk/model';
import type { NewCampaign } from './campaigns.ts';

/** The demonstration's one campaign: 8 fen a kilogram, between what two live schemes pay (0.8 and 80 fen a kilogram). */
export const demoCampaign: NewCampaign = {
  id: 'cmp_demo',
  programme: 'qingdao-demo',
  name: { 'zh-CN': '绿色出行奖励（演示）', en: 'Green travel reward (demonstration)' },
  sponsor: 'simulated sponsor 模拟出资方',
  organisation: 'partner-demo',
  price: { fen: fen(8), milligrams: milligrams(1_000_000) },
  dailyCapFen: fen(200),
  monthlyCapFen: fen(2_000),
  budgetFen: fen(1_000_000),
  from: '2020-01-01' as Day,
};
