import type { RefusalTable } from '../kernel/index.ts';

export const ledgerRefusals = {
  LEDGER_UNAVAILABLE: {
    kind: 'unavailable',
    'zh-CN': '账本暂时没有应答',
    en: 'The ledger does not answer at the moment',
    next: { 'zh-CN': '稍后重试；没有丢失任何内容', en: 'Try again later; nothing is lost' },
  },
  LEDGER_REFUSED: {
    kind: 'conflict',
    'zh-CN': '合约拒绝了这项操作',
    en: 'The contract refused the operation',
    next: { 'zh-CN': '查看 details 中的合约代码', en: 'The contract’s own code is in the field' },
  },
  LEDGER_DAY_NOT_OVER: {
    kind: 'conflict',
    'zh-CN': '这一天还没有结束，不能日结',
    en: 'The day is not over yet and cannot be closed',
    next: { 'zh-CN': '请在该日 24:00（UTC+8）之后再日结', en: 'Close it after its midnight (UTC+8)' },
  },
  LEDGER_DAY_CLOSED: {
    kind: 'conflict',
    'zh-CN': '这一天已经日结',
    en: 'The day is closed already',
    next: { 'zh-CN': '更正会进入未日结的日子', en: 'Corrections go into an open day' },
  },
  LEDGER_FABRIC_NOT_OFFERED: {
    kind: 'unavailable',
    'zh-CN': '此版本尚不能接入 Fabric',
    en: 'This build does not offer Fabric yet',
    next: { 'zh-CN': '将 TANHUI_LEDGER 设为 embedded', en: 'Set TANHUI_LEDGER to embedded' },
  },
} as const satisfies RefusalTable;
