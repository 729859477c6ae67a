import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

export const carbonRefusals = {
  CARBON_RECORD_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这条减排记录',
    en: 'There is no such carbon record',
    next: { 'zh-CN': '从行程列表打开记录', en: 'Open the record from the list of trips' },
  },
  CARBON_BATCH_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有批次 {batch}',
    en: 'There is no batch {batch}',
    next: { 'zh-CN': '从某一天的批次列表打开批次', en: 'Open the batch from the list of a day’s batches' },
  },
  CARBON_NOT_SEALED_YET: {
    kind: 'conflict',
    'zh-CN': '这条记录还没有封存，收据稍后可取',
    en: 'The record is not sealed yet; its receipt comes later',
    next: { 'zh-CN': '几秒后再试', en: 'Try again in a few seconds' },
  },
  CARBON_TOO_LATE: {
    kind: 'conflict',
    'zh-CN': '这条记录封存之前，当天已在账本上日结；它不在该日的封存之内',
    en: 'The day was closed on the ledger before the record was sealed; the day does not hold it',
    next: {
      'zh-CN': '平台会在未日结的日子自动补封一条指回它的更正；稍后从行程打开，取那一条的收据',
      en: 'A correction that points back to it is sealed into an open day by itself: open the trip again later, and take the receipt of that one',
    },
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
  CARBON_DAY_STILL_ARRIVING: {
    kind: 'conflict',
    'zh-CN': '这一天的记录还可能在路上，暂不能日结',
    en: 'Records of this day may still be on their way; it cannot be closed yet',
    next: { 'zh-CN': '{from}（UTC+8）起可以日结', en: 'Close it from {from} (UTC+8) on' },
  },
  CARBON_DAY_NOT_SEALED: {
    kind: 'conflict',
    'zh-CN': '这一天还有记录没能封存，日结未完成；新记录已不再接收',
    en: 'The day has records that could not be sealed yet; its close is begun and not done, and it takes no new ones',
    next: {
      'zh-CN': '封存恢复后（账本应答、封存未被暂停）再次日结即可继续',
      en: 'Close it again when sealing goes on (the ledger answers, sealing is not paused); it goes on from here',
    },
  },
} as const satisfies RefusalTable;

export const refuseCarbon = refuser(carbonRefusals);
