import type { RefusalTable } from '../kernel/index.ts';

export const rewardRefusals = {
  REWARDS_NO_WALLET: {
    kind: 'conflict',
    'zh-CN': '还没有绑定数字人民币钱包',
    en: 'No e-CNY wallet is bound yet',
    next: { 'zh-CN': '先绑定钱包', en: 'Bind a wallet first' },
  },
  REWARDS_NO_MONEY_REGIME: {
    kind: 'forbidden',
    'zh-CN': '这个项目不发放资金',
    en: 'This programme pays no money',
    next: { 'zh-CN': '减排量照常记录', en: 'Grams are recorded all the same' },
  },
  REWARDS_PAUSED: {
    kind: 'unavailable',
    'zh-CN': '活动已暂停',
    en: 'The campaign is paused',
    next: { 'zh-CN': '稍后再来', en: 'Come back later' },
  },
  REWARDS_NOTHING_REDEEMABLE: {
    kind: 'conflict',
    'zh-CN': '可兑换的减排量不足',
    en: 'Not enough grams can be redeemed',
    next: {
      'zh-CN': '已封存的减排量才能兑换，稍后再试或减少金额',
      en: 'Only sealed grams can be redeemed: wait, or ask for less',
    },
  },
  REWARDS_DAILY_CAP: {
    kind: 'limit',
    'zh-CN': '已达到今天的兑换上限',
    en: 'The cap for today is reached',
    next: { 'zh-CN': '明天再兑换', en: 'Redeem again tomorrow' },
  },
  REWARDS_MONTHLY_CAP: {
    kind: 'limit',
    'zh-CN': '已达到本月的兑换上限',
    en: 'The cap for this month is reached',
    next: { 'zh-CN': '下个月再兑换', en: 'Redeem again next month' },
  },
  REWARDS_BUDGET_EMPTY: {
    kind: 'unavailable',
    'zh-CN': '出资方预算已用完',
    en: 'The sponsor’s budget is used up',
    next: { 'zh-CN': '减排量会保留，等待新的预算', en: 'Your grams stay; wait for a new budget' },
  },
  REWARDS_WALLET_FROZEN: {
    kind: 'conflict',
    'zh-CN': '钱包不能收款',
    en: 'The wallet cannot receive',
    next: { 'zh-CN': '在钱包应用中查看原因，或换绑钱包', en: 'See why in the wallet’s app, or bind another' },
  },
  REWARDS_WALLET_CLASS: {
    kind: 'forbidden',
    'zh-CN': '需要实名钱包（三类及以上）',
    en: 'A real-name wallet (class 3 or above) is needed',
    next: { 'zh-CN': '升级钱包后再兑换', en: 'Upgrade the wallet, then redeem' },
  },
  REWARDS_PAYMENT_REJECTED: {
    kind: 'conflict',
    'zh-CN': '银行拒绝了这笔付款，减排量已退回',
    en: 'The bank rejected the payment; your grams are back',
    next: { 'zh-CN': '检查钱包后再兑换', en: 'Check the wallet, then redeem again' },
  },
  REWARDS_KEY_REUSED: {
    kind: 'conflict',
    'zh-CN': '同一个键不能用于不同的金额',
    en: 'One key may not stand for two amounts',
    next: { 'zh-CN': '为新的操作生成新的键', en: 'Make a new key for a new act' },
  },
} as const satisfies RefusalTable;

export type RewardRefusalCode = keyof typeof rewardRefusals;
