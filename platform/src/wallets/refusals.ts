import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

export const walletRefusals = {
  WALLETS_PAYMENT_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这条支付指令',
    en: 'There is no such payment instruction',
    next: { 'zh-CN': '从待处理支付列表中选择', en: 'Take one from the list of unresolved payments' },
  },
  WALLETS_PAYMENT_FINAL: {
    kind: 'conflict',
    'zh-CN': '这笔支付已有最终结果，不会再改变',
    en: 'The payment has its final outcome, which never changes',
    next: { 'zh-CN': '如需更正，请另行记账并指向原支付', en: 'A correction is a new entry that points back to it' },
  },
  WALLETS_PAYMENT_NOT_SENT: {
    kind: 'conflict',
    'zh-CN': '这笔支付尚未发出',
    en: 'The payment has not been sent yet',
    next: { 'zh-CN': '稍后再看；平台会自动发出', en: 'Look again later; it goes out by itself' },
  },
  WALLETS_STATEMENT_INCOMPLETE: {
    kind: 'conflict',
    'zh-CN': '对账单尚不完整，不能据此认定未付款',
    en: 'The statement is not complete yet; nothing follows from what it lacks',
    next: { 'zh-CN': '等银行出具完整对账单后再处理', en: 'Come back when the bank has completed the statement' },
  },
  WALLETS_STATEMENT_DIFFERS: {
    kind: 'conflict',
    'zh-CN': '对账单上的金额与指令不符',
    en: 'The statement has the instruction with another amount',
    next: { 'zh-CN': '联系银行更正，不要自动修复', en: 'Have the bank correct it; this is never repaired by itself' },
  },
} as const satisfies RefusalTable;

export const refuse = refuser(walletRefusals);
