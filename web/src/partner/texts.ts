import { wordsOf } from '../shared/words.ts';

/** Texts of the partner's console. */
export const partnerTexts = {
  'budgets.title': ['预算', 'Budgets'],
  'counts.duplicate': ['重复', 'Duplicate'],
  'counts.open': ['等待配对', 'Open'],
  'counts.read': ['读入', 'Read'],
  'counts.refused': ['拒绝', 'Refused'],
  'counts.used': ['使用', 'Used'],
  'credentials.title': ['凭证', 'Credentials'],
  'refusal.code': ['代码', 'Code'],
  'refusal.field': ['字段', 'Field'],
  'refusal.line': ['行号', 'Line'],
  'refusal.next': ['怎么办', 'What to do'],
  'refusal.records': ['记录', 'Records'],
  'refusal.text': ['原因', 'Reason'],
  'refusals.none': ['没有记录被拒绝', 'No record was refused'],
  'refusals.title': ['被拒绝的行', 'Refused lines'],
  'run.accepted': ['接受的行程', 'Accepted trips'],
  'run.adds': [
    '读入 {read} = 使用 {used} + 重复 {duplicate} + 拒绝 {refused} + 等待 {open}',
    '{read} read = {used} used + {duplicate} duplicate + {refused} refused + {open} open',
  ],
  'run.finished': ['已结束', 'Finished'],
  'run.id': ['编号', 'Run'],
  'run.openedAt': ['开始', 'Opened'],
  'run.programme': ['项目', 'Programme'],
  'run.reduction': ['减排量', 'Reduction'],
  'run.report': ['下载拒绝报告（NDJSON）', 'Download the report (NDJSON)'],
  'run.running': ['进行中', 'Under way'],
  'run.source': ['来源', 'Source'],
  'run.state': ['状态', 'State'],
  'run.title': ['导入', 'Run'],
  'run.undoing': ['撤销中', 'Being undone'],
  'run.undone': ['已撤销', 'Undone'],
  'runs.none': ['还没有发送过记录', 'Nothing was sent yet'],
  'runs.send': ['发送第一个文件', 'Send the first file'],
  'runs.title': ['导入记录', 'Runs'],
  'send.again': [
    '再发一次是安全的：已收到的行只算重复。',
    'Sending again is safe: lines that arrived count as duplicates only.',
  ],
  'send.canceled': [
    '已停止。已收到的行保留；再发同一个文件就从断点继续。',
    'Stopped. Lines that arrived are kept; send the same file again to go on.',
  ],
  'send.column': [
    '文件缺少列 {field}：请检查表头，或另选来源',
    'The file lacks the column {field}: check its header, or choose another source',
  ],
  'send.csv': [
    '第一行是列名的 CSV，或每行一个 JSON 对象的 NDJSON，UTF-8、GB18030 或 UTF-16，可用 gzip 压缩，最大 200 MB。更大的文件请用 tanhui import。',
    'CSV whose first line names the columns, or NDJSON with one object a line; UTF-8, GB18030 or UTF-16, gzipped or not; at most 200 MB. Use tanhui import for larger ones.',
  ],
  'send.damaged': ['压缩文件不完整或已损坏：请重新取得文件', 'The compressed file is cut off or damaged: get it again'],
  'send.empty': [
    '文件里没有记录：请检查第一行是不是列名',
    'The file holds no record: is its first line the names of the columns?',
  ],
  'send.file': ['文件', 'File'],
  'send.go': ['发送', 'Send'],
  'send.header': [
    '第 {line} 行不能用作表头：应为互不相同的列名',
    'Line {line} cannot be the header: it holds column names, each once',
  ],
  'send.progress': ['已发送 {n} / {of} 条', '{n} of {of} records sent'],
  'send.settling': ['全部送达，正在配对并封存…', 'All arrived; settling and sealing…'],
  'send.source': ['来源', 'Source'],
  'send.stop': ['停止', 'Stop'],
  'send.title': ['发送文件', 'Send a file'],
  'send.tooLarge': [
    '文件（或解压后）超过 200 MB：请用命令行 tanhui import 发送',
    'The file, or what it holds, is larger than 200 MB: send it with tanhui import',
  ],
  title: ['碳惠 伙伴台', 'Tanhui partner'],
} as const;

export const sayPartner = wordsOf(partnerTexts);
