import type { RefusalTable } from '../kernel/index.ts';

export const methodologyRefusals = {
  METHODOLOGIES_NONE_IN_FORCE: {
    kind: 'conflict',
    'zh-CN': '这一天没有适用于这种出行方式的方法学',
    en: 'No methodology is in force for this mode on this day',
    next: {
      'zh-CN': '由平台运营方在选择表中登记方法学',
      en: 'The operator lists a methodology in the selection table',
    },
  },
  METHODOLOGIES_EVIDENCE_EARNS_NOTHING: {
    kind: 'conflict',
    'zh-CN': '这类证据不产生减排量',
    en: 'This class of evidence earns nothing',
    next: { 'zh-CN': '使用已接入的来源，证据会自动附上', en: 'Use a connected source; its evidence comes along' },
  },
  METHODOLOGIES_FILE_INVALID: {
    kind: 'invalid',
    'zh-CN': '方法学或项目文件有误',
    en: 'A methodology or programme file does not fit',
    next: {
      'zh-CN': '按 docs/guides/add-a-city.md 更正文件后重新启动',
      en: 'Correct the file as docs/guides/add-a-city.md says, then start again',
    },
  },
} as const satisfies RefusalTable;
