import type { RefusalTable } from '../../kernel/index.ts';
import { refuser } from '../../kernel/index.ts';

/** Why a set of files is not imported at all; nothing of it was sent. */
export const importRefusals = {
  IMPORT_FILE_UNREADABLE: {
    kind: 'not-found',
    'zh-CN': '文件不存在或无法读取',
    en: 'The file is not there or cannot be read',
    next: { 'zh-CN': '检查路径和权限', en: 'Check the path and its permissions' },
  },
  IMPORT_FILE_DAMAGED: {
    kind: 'invalid',
    'zh-CN': '压缩文件不完整或已损坏',
    en: 'The compressed file is cut off or damaged',
    next: { 'zh-CN': '重新取得文件；本次没有提交任何记录', en: 'Get the file again; nothing of it was sent' },
  },
  IMPORT_COLUMN_MISSING: {
    kind: 'invalid',
    'zh-CN': '文件缺少这种格式需要的列',
    en: 'A column that this format needs is missing',
    next: {
      'zh-CN': '检查表头、分隔符（映射文件）和编码（--encoding）',
      en: 'Check the header, the separator (mapping file) and the encoding (--encoding)',
    },
  },
  IMPORT_HEADER_UNUSABLE: {
    kind: 'invalid',
    'zh-CN': '表头为空或列名重复',
    en: 'The header is empty or names a column twice',
    next: { 'zh-CN': '第一行应为互不相同的列名', en: 'The first line holds column names, each once' },
  },
  IMPORT_MAPPING_UNREADABLE: {
    kind: 'invalid',
    'zh-CN': '映射文件不是有效的 JSON',
    en: 'The mapping file is not valid JSON',
    next: {
      'zh-CN': '参照 plugins/green-travel/README.md 的示例',
      en: 'See the example in plugins/green-travel/README.md',
    },
  },
  IMPORT_BATCH_ENDED: {
    kind: 'unavailable',
    'zh-CN': '服务器中止了这一批记录：{reason}',
    en: 'The server ended a batch of records: {reason}',
    next: {
      'zh-CN': '在 docs/reference/refusals.md 查看该代码；处理后重新导入，已接收的不会重复计入',
      en: 'See this code in docs/reference/refusals.md, then import again: what was taken is not taken twice',
    },
  },
  IMPORT_REPORT_UNWRITABLE: {
    kind: 'invalid',
    'zh-CN': '报告文件无法写入；本次没有提交任何记录',
    en: 'The report cannot be written there; nothing was sent',
    next: {
      'zh-CN': '用 --report 指定一个已存在、可写的目录中的文件',
      en: 'Name a file with --report in a folder that is there and can be written to',
    },
  },
} as const satisfies RefusalTable;

export const refuseImport = refuser(importRefusals);
