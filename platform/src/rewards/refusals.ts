import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';
import type { RejectionCode } from '../wallets/index.ts';

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
    'zh-CN': '超过今天剩余的兑换额度',
    en: 'More than is left of your cap for today',
    next: {
      'zh-CN': '金额不要超过剩余额度；明天重新计算',
      en: 'Redeem no more than is left; the cap starts anew tomorrow',
    },
  },
  REWARDS_MONTHLY_CAP: {
    kind: 'limit',
    'zh-CN': '超过本月剩余的兑换额度',
    en: 'More than is left of your cap for this month',
    next: {
      'zh-CN': '金额不要超过剩余额度；下个月重新计算',
      en: 'Redeem no more than is left; the cap starts anew next month',
    },
  },
  REWARDS_BUDGET_EMPTY: {
    kind: 'unavailable',
    'zh-CN': '出资方的预算已用完',
    en: 'The sponsor’s budget is used up',
    next: {
      'zh-CN': '等待新的预算后再兑换；减排量会保留',
      en: 'Redeem once there is a new budget; your grams stay',
    },
  },
  REWARDS_BUDGET_SHORT: {
    kind: 'limit',
    'zh-CN': '超过出资方预算的余额，现在最多可兑 {redeemableFen}',
    en: 'More than is left of the sponsor’s budget: at most {redeemableFen} can be redeemed now',
    next: {
      'zh-CN': '减少到 {redeemableFen} 以内，或等待新的预算；减排量会保留',
      en: 'Redeem {redeemableFen} or less, or wait for a new budget; your grams stay',
    },
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
  REWARDS_WALLET_CLOSED: {
    kind: 'conflict',
    'zh-CN': '钱包已注销',
    en: 'The wallet is closed',
    next: { 'zh-CN': '绑定另一个数字人民币钱包', en: 'Bind another e-CNY wallet' },
  },
  REWARDS_WALLET_FULL: {
    kind: 'limit',
    'zh-CN': '钱包余额已接近该类别的上限，放不下这笔钱',
    en: 'The wallet’s balance cap leaves no room for this',
    next: { 'zh-CN': '先用掉一些余额，或升级钱包类别', en: 'Spend some of it first, or upgrade the wallet' },
  },
  REWARDS_WALLET_SINGLE: {
    kind: 'limit',
    'zh-CN': '超过钱包类别的单笔限额',
    en: 'More than the wallet’s limit for one payment',
    next: {
      'zh-CN': '减少金额分次兑换，或升级钱包类别',
      en: 'Redeem less at a time, or upgrade the wallet',
    },
  },
  REWARDS_WALLET_DAILY: {
    kind: 'limit',
    'zh-CN': '超过钱包今天剩余的限额',
    en: 'More than is left of the wallet’s limit for today',
    next: {
      'zh-CN': '减少金额，明天再兑换，或升级钱包类别',
      en: 'Redeem less, come back tomorrow, or upgrade the wallet',
    },
  },
  REWARDS_WALLET_YEARLY: {
    kind: 'limit',
    'zh-CN': '超过钱包今年剩余的限额',
    en: 'More than is left of the wallet’s limit for this year',
    next: {
      'zh-CN': '减少金额，升级钱包类别，或明年再兑换',
      en: 'Redeem less, upgrade the wallet, or come back next year',
    },
  },
  REWARDS_GATEWAY_UNAVAILABLE: {
    kind: 'unavailable',
    'zh-CN': '暂时连不上数字人民币钱包',
    en: 'The e-CNY wallet cannot be reached just now',
    next: { 'zh-CN': '减排量都在，稍后再兑换', en: 'Your grams are safe; redeem later' },
  },
  REWARDS_NO_CAMPAIGN: {
    kind: 'unavailable',
    'zh-CN': '目前没有可以兑换的活动',
    en: 'No campaign is on at the moment',
    next: { 'zh-CN': '减排量会保留，等待新的活动', en: 'Your grams stay; wait for the next campaign' },
  },
  REWARDS_BEING_CONFIRMED: {
    kind: 'conflict',
    'zh-CN': '付款正在向银行确认',
    en: 'The payment is being confirmed with the bank',
    next: { 'zh-CN': '不会重复付款，也不会丢失；稍后再看', en: 'It is neither paid twice nor lost; look again later' },
  },
  REWARDS_IN_REVIEW: {
    kind: 'conflict',
    'zh-CN': '银行没有给出结果，工作人员正在核对对账单',
    en: 'The bank gave no outcome; somebody is checking its statement',
    next: {
      'zh-CN': '无需操作，核对后到账或退回减排量',
      en: 'Nothing to do: it will be paid, or your grams come back',
    },
  },
  REWARDS_REJECTED_WALLET: {
    kind: 'conflict',
    'zh-CN': '钱包不能收款，减排量已退回',
    en: 'The wallet could not receive; your grams are back',
    next: { 'zh-CN': '在钱包应用中查看状态，再兑换', en: 'See its state in the wallet’s app, then redeem again' },
  },
  REWARDS_REJECTED_FULL: {
    kind: 'limit',
    'zh-CN': '钱包余额达到上限，减排量已退回',
    en: 'The wallet’s balance cap was reached; your grams are back',
    next: {
      'zh-CN': '用掉一些余额或升级钱包，再兑换',
      en: 'Spend some of it or upgrade the wallet, then redeem again',
    },
  },
  REWARDS_REJECTED_SPONSOR: {
    kind: 'unavailable',
    'zh-CN': '出资方账户暂时付不出，减排量已退回',
    en: 'The sponsor’s wallet could not pay; your grams are back',
    next: { 'zh-CN': '与您的钱包无关，稍后再兑换', en: 'Your wallet is fine; redeem again later' },
  },
  REWARDS_PAYMENT_REJECTED: {
    kind: 'conflict',
    'zh-CN': '银行拒绝了这笔付款，减排量已退回',
    en: 'The bank rejected the payment; your grams are back',
    next: { 'zh-CN': '检查钱包后再兑换', en: 'Check the wallet, then redeem again' },
  },
  REWARDS_CAMPAIGN_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这个活动',
    en: 'There is no such campaign',
    next: { 'zh-CN': '从活动列表中选择', en: 'Take one from the list of campaigns' },
  },
  REWARDS_CAMPAIGN_EXISTS: {
    kind: 'conflict',
    'zh-CN': '这个编号已属于另一个活动',
    en: 'The id belongs to another campaign',
    next: { 'zh-CN': '换一个编号', en: 'Choose another id' },
  },
  REWARDS_CAMPAIGN_INVALID: {
    kind: 'invalid',
    'zh-CN': '活动的价格、上限或日期不成立',
    en: 'Price, caps or days of the campaign do not hold together',
    next: {
      'zh-CN': '价格须大于零，日上限不超过月上限，结束日不早于开始日且只能延后',
      en: 'The price is above zero, the daily cap at most the monthly one, the last day not before the first and only ever later',
    },
  },
  REWARDS_SETTLEMENT_NOT_SEALED: {
    kind: 'conflict',
    'zh-CN': '这笔兑换还没有封存，结算收据稍后可取',
    en: 'The redemption is not sealed yet; its receipt comes later',
    next: { 'zh-CN': '到账后稍候再试', en: 'Try again a little after the money has arrived' },
  },
  REWARDS_REDEMPTION_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这笔兑换',
    en: 'There is no such redemption',
    next: { 'zh-CN': '从兑换记录中打开', en: 'Open it from the list of redemptions' },
  },
  REWARDS_SETTLEMENT_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这个结算封存',
    en: 'There is no such settlement seal',
    next: { 'zh-CN': '从当天的结算封存列表中选择', en: 'Take one from the list of the day’s seals' },
  },
  REWARDS_RECONCILIATION_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这份对账报告',
    en: 'There is no such reconciliation report',
    next: { 'zh-CN': '从对账报告列表中选择', en: 'Take one from the list of reports' },
  },
  REWARDS_DAY_AHEAD: {
    kind: 'invalid',
    'zh-CN': '这一天还没有开始，无账可对',
    en: 'The day has not begun; there is nothing to reconcile',
    next: { 'zh-CN': '选择今天或以前的日期', en: 'Choose today or a day before it' },
  },
  REWARDS_KEY_REUSED: {
    kind: 'conflict',
    'zh-CN': '同一个键不能用于不同的金额',
    en: 'One key may not stand for two amounts',
    next: { 'zh-CN': '为新的操作生成新的键', en: 'Make a new key for a new act' },
  },
} as const satisfies RefusalTable;

export type RewardRefusalCode = keyof typeof rewardRefusals;

export const refuse = refuser(rewardRefusals);

/** What a citizen is told of a bank's final refusal. */
export const reasonOfRejection: Readonly<Record<RejectionCode, RewardRefusalCode>> = {
  LIMIT_SINGLE: 'REWARDS_REJECTED_SPONSOR',
  LIMIT_DAILY: 'REWARDS_REJECTED_SPONSOR',
  LIMIT_YEARLY: 'REWARDS_REJECTED_SPONSOR',
  PAYER_STATE: 'REWARDS_REJECTED_SPONSOR',
  INSUFFICIENT_FUNDS: 'REWARDS_REJECTED_SPONSOR',
  BALANCE_CAP: 'REWARDS_REJECTED_FULL',
  WALLET_FROZEN: 'REWARDS_REJECTED_WALLET',
  WALLET_CLOSED: 'REWARDS_REJECTED_WALLET',
  WALLET_TIER: 'REWARDS_REJECTED_WALLET',
  WALLET_UNKNOWN: 'REWARDS_REJECTED_WALLET',
  IDENTITY: 'REWARDS_PAYMENT_REJECTED',
  NOT_EXECUTED: 'REWARDS_PAYMENT_REJECTED',
};
