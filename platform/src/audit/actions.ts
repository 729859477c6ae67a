import type { TrailAction } from '../kernel/index.ts';

interface Words {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** What each line of the trail says to a reader. */
export const trailTexts: Readonly<Record<TrailAction, Words>> = {
  'admin-bootstrapped': { 'zh-CN': '建立了首位管理员', en: 'made the first administrator' },
  'credential-issued': { 'zh-CN': '签发了凭证', en: 'issued a credential' },
  'credential-rotated': { 'zh-CN': '轮换了凭证', en: 'rotated a credential' },
  'credential-revoked': { 'zh-CN': '吊销了凭证', en: 'revoked a credential' },
  'work-paused': { 'zh-CN': '暂停了一项工作', en: 'paused work' },
  'work-resumed': { 'zh-CN': '恢复了一项工作', en: 'resumed work' },
  'backup-made': { 'zh-CN': '做了备份', en: 'made a backup' },
  'campaign-created': { 'zh-CN': '设立了活动', en: 'made a campaign' },
  'campaign-extended': { 'zh-CN': '延长或追加了活动', en: 'extended a campaign' },
  'campaign-paused': { 'zh-CN': '暂停了活动', en: 'paused a campaign' },
  'campaign-resumed': { 'zh-CN': '恢复了活动', en: 'resumed a campaign' },
  'day-closed': { 'zh-CN': '日结了一天', en: 'closed a day' },
  'run-reversed': { 'zh-CN': '冲正了一次导入', en: 'reversed an import' },
  'record-reversed': { 'zh-CN': '冲正了一条记录', en: 'reversed a record' },
  'payment-asked': { 'zh-CN': '查询了一笔支付', en: 'asked for a payment’s outcome' },
  'payment-decided': { 'zh-CN': '裁定了一笔支付', en: 'decided a payment' },
  'appeal-upheld': { 'zh-CN': '支持了一次申诉', en: 'upheld an appeal' },
  'appeal-declined': { 'zh-CN': '对一次申诉维持原判', en: 'declined an appeal' },
  'appeal-decided': { 'zh-CN': '裁定了一次申诉', en: 'decided an appeal' },
  'person-erased': { 'zh-CN': '删除了一位市民', en: 'erased a person' },
  'person-looked-at': { 'zh-CN': '查看了个人数据', en: 'looked at a person’s data' },
  exported: { 'zh-CN': '导出了数据', en: 'took data out' },
};
