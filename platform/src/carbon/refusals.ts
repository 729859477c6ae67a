import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

export const carbonRefusals = {
  CARBON_RECORD_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这条减排记录',
    en: 'There is no such carbon record',
    next: { 'zh-CN': '从行程列表打开记录', en: 'Open the record from the list of trips' },
  },
  CARBON_NOT_SEALED_YET: {
    kind: 'conflict',
    'zh-CN': '这条记录还没有封存，收据稍后可取',
    en: 'The record is not sealed yet; its receipt comes later',
    next: { 'zh-CN': '几秒后再试', en: 'Try again in a few seconds' },
  },
  CARBON_RECORD_ERASED: {
    kind: 'not-found',
    'zh-CN': '这条记录已按本人要求删除',
    en: 'The record was erased at the person’s request',
    next: { 'zh-CN': '已经下载的收据仍可验证', en: 'A receipt that was downloaded before still verifies' },
  },
  CARBON_DAY_EMPTY: {
    kind: 'not-found',
    'zh-CN': '这一天没有任何记录',
    en: 'The day has no records',
    next: { 'zh-CN': '从日列表选择一天', en: 'Choose a day from the list of days' },
  },
  CARBON_DAY_NOT_SEALED: {
    kind: 'conflict',
    'zh-CN': '这一天还有记录没能封存，暂不能日结；新记录已不再接收',
    en: 'The day has records that could not be sealed yet; it takes no new ones and is not closed',
    next: { 'zh-CN': '账本恢复后再次日结即可继续', en: 'Close it again when the ledger answers; it goes on from here' },
  },
} as const satisfies RefusalTable;

export const refuseCarbon = refuser(carbonRefusals);
