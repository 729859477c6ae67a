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
  METHODOLOGIES_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这个版本的方法学',
    en: 'There is no such version of a methodology',
    next: {
      'zh-CN': '编号@版本写在记录、收据和批次头里；在 /v1/methodologies 查看全部',
      en: 'Records, receipts and batch headers name it as id@version; see all at /v1/methodologies',
    },
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
  METHODOLOGIES_DEMONSTRATION_ONLY: {
    kind: 'conflict',
    'zh-CN': '项目 {programme} 使用演示因子，正式环境不计入演示项目',
    en: 'The programme {programme} counts with demonstration factors, which production does not take',
    next: {
      'zh-CN': '用 TANHUI_CITY 指定本市的项目和方法学（docs/guides/add-a-city.md）；演示只在 TANHUI_MODE=demo 中进行',
      en: 'Name the folder with your own programme and methodologies in TANHUI_CITY (docs/guides/add-a-city.md); a demonstration runs with TANHUI_MODE=demo only',
    },
  },
  METHODOLOGIES_PILOT_ONLY: {
    kind: 'conflict',
    'zh-CN': '项目 {programme} 是试点，可追溯计入方法学生效之前的行程，正式环境不接受',
    en: 'The programme {programme} is a pilot, which may count trips from before its methodology; production takes none',
    next: {
      'zh-CN': '在 TANHUI_CITY 的 programmes.json 中登记非试点、不追溯的项目（docs/guides/add-a-city.md）',
      en: 'List a programme that is no pilot and counts nothing retrospectively in programmes.json of TANHUI_CITY (docs/guides/add-a-city.md)',
    },
  },
  METHODOLOGIES_NO_PROGRAMME: {
    kind: 'conflict',
    'zh-CN': '这里还没有可用的项目：随附的都是演示或试点，正式环境不使用',
    en: 'There is no programme here yet: those that ship are demonstrations and pilots, which production does not take',
    next: {
      'zh-CN': '用 TANHUI_CITY 指定本市的项目和方法学（docs/guides/add-a-city.md），然后重新启动',
      en: 'Name the folder with your own programme and methodologies in TANHUI_CITY (docs/guides/add-a-city.md), then start again',
    },
  },
  METHODOLOGIES_PROGRAMME_NOT_CHOSEN: {
    kind: 'invalid',
    'zh-CN': '有多个项目，而没有说明以哪一个为准',
    en: 'There are several programmes, and none is named as the one that is meant where nobody says',
    next: { 'zh-CN': '将 TANHUI_PROGRAMME 设为其中之一', en: 'Set TANHUI_PROGRAMME to one of them' },
  },
  METHODOLOGIES_PROGRAMME_UNKNOWN: {
    kind: 'invalid',
    'zh-CN': '设置的项目不存在',
    en: 'The programme that is set is not there',
    next: {
      'zh-CN': '用 tanhui methodologies 查看全部项目，然后更正 TANHUI_PROGRAMME',
      en: 'See all programmes with tanhui methodologies, then correct TANHUI_PROGRAMME',
    },
  },
} as const satisfies RefusalTable;
