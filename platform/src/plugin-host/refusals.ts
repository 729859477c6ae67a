import type { RefusalTable } from '../kernel/index.ts';

export const pluginHostRefusals = {
  PLUGINS_UNKNOWN_SOURCE: {
    kind: 'not-found',
    'zh-CN': '没有这个数据来源',
    en: 'No plugin contributes this source',
    next: { 'zh-CN': '用 tanhui sources 查看可用的来源', en: 'List the sources with `tanhui sources`' },
  },
  PLUGINS_SETTINGS_INVALID: {
    kind: 'invalid',
    'zh-CN': '来源的设置不能使用',
    en: 'The settings of the source cannot be used',
    next: { 'zh-CN': '修正指出的字段后再试', en: 'Correct the field named here and try again' },
  },
} as const satisfies RefusalTable;
