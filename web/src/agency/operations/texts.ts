import { wordsOf } from '../../shared/words.ts';

/** Texts of what waits longer than it should. */
export const stuckTexts = {
  'stuck.batch': ['批次 {batch}：{n} 条还没上链', 'Batch {batch}: {n} records not on the ledger yet'],
  'stuck.day': ['{day}：{n} 条还没进批次', '{day}: {n} records in no batch yet'],
  'stuck.look': ['要有人核对', 'somebody has to look'],
  'stuck.none': ['没有超时的工作', 'Nothing is late'],
  'stuck.payment': ['付款 {payment}：{yuan}', 'Payment {payment}: {yuan}'],
  'stuck.payouts': [
    '{day}：{n} 笔付款还没进结算封存',
    '{day}: {n} payment in no seal yet|{day}: {n} payments in no seal yet',
  ],
  'stuck.reconciliation': [
    '{day}：三方对账有 {n} 处对不上',
    '{day}: {n} difference in the reconciliation|{day}: {n} differences in the reconciliation',
  ],
  'stuck.settlement': [
    '结算封存 {settlement}：{n} 笔付款还没上链',
    'Seal {settlement}: {n} payment not on the ledger yet|Seal {settlement}: {n} payments not on the ledger yet',
  ],
  'stuck.since': ['自 {at}', 'since {at}'],
  'stuck.title': ['超过 {n} 分钟没有完成', 'Late by more than {n} minutes'],
  'stuck.tooLate': [
    '{day}：日结时有 {n} 条还没封存，已不在该日的封存之内',
    '{day}: closed on the ledger without {n} of its records',
  ],
  'stuck.undo': [
    '撤销导入 {run}（{source}）：还剩 {n} / {of} 段',
    'Undo of import {run} ({source}): {n} of {of} units left',
  ],
} as const;

export const sayStuck = wordsOf(stuckTexts);
