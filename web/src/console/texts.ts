import { wordsOf } from '../shared/words.ts';

/** Texts of what every console has: frame, tables, keys. */
export const consoleTexts = {
  'deposits.amount': ['金额', 'Amount'],
  'deposits.at': ['存入时间', 'Paid in at'],
  'deposits.campaign': ['活动', 'Campaign'],
  'deposits.reference': ['流水号', 'Reference'],
  'deposits.sponsor': ['出资方', 'Sponsor'],
  'deposits.title': ['存入明细', 'Deposits'],
  'help.close': ['关闭', 'Close'],
  'help.filter': ['在表里查找', 'search in the table'],
  'help.next': ['下一行、上一行', 'next row, row before'],
  'help.open': ['打开这一行', 'open the row'],
  'help.show': ['显示或收起这张说明', 'show or hide this help'],
  'help.title': ['键盘', 'Keyboard'],
  'look.field': ['理由（最多 200 字）', 'Reason (at most 200 characters)'],
  'look.go': ['查看', 'Look'],
  'look.lead': [
    '后面是一个人的数据。理由随这次查看写入审计留痕，本人在“谁看过我的数据”里读得到。',
    "What follows is a person's data. The reason stands in the trail with your look, and the person reads both under 'Who looked at my data'.",
  ],
  'look.title': ['为什么要看？', 'Why do you look?'],
  'reason.confirm': ['确认{act}', '{act} now'],
  'reason.keep': ['先不', 'Not now'],
  'table.csv': ['下载 CSV', 'Download CSV'],
  'table.empty': ['这里还没有内容', 'Nothing here yet'],
  'table.filter': ['查找', 'Search'],
  'table.found': ['{n} 行', '{n} row|{n} rows'],
  'table.none': ['没有符合的行，换一个词试试', 'No row matches; try another word'],
  'table.soFar': ['已显示 {n} 行，后面还有', '{n} row so far, more follow|{n} rows so far, more follow'],
} as const;

export const sayConsole = wordsOf(consoleTexts);
