import { wordsOf } from '../shared/words.ts';

/** Texts of the undoing of a run. */
export const undoTexts = {
  'undo.at': ['开始', 'Begun'],
  'undo.by': ['撤销人', 'By'],
  'undo.ended': ['不再等待配对的记录', 'Records that wait no longer'],
  'undo.finished': ['完成', 'Finished'],
  'undo.go': ['撤销这次导入', 'Undo this run'],
  'undo.goOn': ['继续撤销', 'Go on'],
  'undo.grams': ['冲正的减排量', 'Grams reversed'],
  'undo.help': [
    '发错了文件时用它：计入的行程逐条冲正，其余的撤回，因它让位的行程重新计入。更正后的文件可以再发。',
    'For a file sent by mistake: trips that count are reversed one by one, the others withdrawn, and what gave way to them counts again. A corrected file may be sent afterwards.',
  ],
  'undo.progress': [
    '已撤销 {n} / {of} 段，请不要关闭；关掉也会由平台接着做完',
    '{n} of {of} units undone; stay here, or the platform goes on by itself',
  ],
  'undo.reason': ['理由（写入审计留痕）', 'Reason (stands in the trail)'],
  'undo.records': ['冲正的记录', 'Records reversed'],
  'undo.restored': ['重新计入的行程', 'Trips that count again'],
  'undo.title': ['撤销', 'Undo'],
  'undo.warning': [
    '撤销以后不能恢复这次导入，只能重新发送。已经兑换的减排量由本人以后补回。',
    'An undone run cannot be brought back, only sent again. Grams that were redeemed are made up for by the person later.',
  ],
  'undo.why': ['理由', 'Reason'],
  'undo.withdrawn': ['撤回的行程', 'Trips withdrawn'],
} as const;

export const sayUndo = wordsOf(undoTexts);
