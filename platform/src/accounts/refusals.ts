import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

export const accountRefusals = {
  ACCOUNTS_OVERDRAFT: {
    kind: 'conflict',
    'zh-CN': '余额不足',
    en: 'The balance does not cover this',
    next: { 'zh-CN': '减少数额，或等待新的入账', en: 'Ask for less, or wait for the next credit' },
  },
  ACCOUNTS_FROZEN: {
    kind: 'forbidden',
    'zh-CN': '账户已冻结，暂不能转出',
    en: 'The account is frozen; nothing can leave it',
    next: { 'zh-CN': '联系平台了解原因', en: 'Ask the platform for the reason' },
  },
  ACCOUNTS_HOLD_EXPIRED: {
    kind: 'conflict',
    'zh-CN': '这笔预留已过期',
    en: 'The reservation has expired',
    next: { 'zh-CN': '重新发起', en: 'Start again' },
  },
} as const satisfies RefusalTable;

export const refuse = refuser(accountRefusals);
