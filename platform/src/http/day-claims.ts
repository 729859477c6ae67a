import type { AuditDayView } from '@tanhui/sdk/client';
import { balanceOf } from '../accounts/index.ts';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { programmeDays, whereaboutsOf } from '../carbon/index.ts';
import { everyOf } from '../storage/index.ts';
import type { Services } from './services.ts';

type Claim = AuditDayView['adds'][number];
type Words = readonly [chinese: string, english: string];

/** Claims that an auditor can check by eye: each side comes from another place. */
export async function claimsOf({ store }: Pick<Services, 'store'>, day: ProgrammeDayDocument): Promise<Claim[]> {
  const { programme } = day;
  const { records } = day.totals;
  const issued = -(await balanceOf(store, `issuance:${programme}`, 'milligrams')).amount;
  const allDays = await everyOf(store, programmeDays, { index: 'by_programme', prefix: [programme] });
  const posted = allDays.reduce((sum, { value }) => sum + BigInt(value.totals.milligrams), 0n);
  return [
    equality(
      ['读入 = 使用 + 重复 + 拒绝 + 等待', 'read = used + duplicate + refused + open'],
      String(records.read),
      String(records.used + records.duplicate + records.refused + records.open),
    ),
    equality(
      ['全部减排量 = 复式账发行额（毫克）', 'all grams = issued in double entry (mg)'],
      String(posted),
      String(issued),
    ),
    sealedClaim(day),
  ];
}

function equality(words: Words, left: string, right: string): Claim {
  const holds = left === right;
  return { claim: textOf(words), holds, standing: holds ? 'agrees' : 'differs', left, right };
}

const sealedWords: Words = ['已封存记录 = 这一天的全部记录', 'records sealed = records of the day'];
const withStandInsWords: Words = [
  '已封存记录 + 由他日记录补封的记录 = 这一天的全部记录',
  'records sealed + records that those of another day stand in for = records of the day',
];

/** Records in the day's seals, and those that others stand in for, against records of the day. What is missing waits, or came too late for the close. */
export function sealedClaim(day: ProgrammeDayDocument): Claim {
  const { sealed, waiting, tooLate, standIns } = whereaboutsOf(day);
  const sides = equality(
    standIns.records > 0 ? withStandInsWords : sealedWords,
    String(sealed.records + standIns.records),
    String(day.lastRecord),
  );
  const notes = [
    ...(waiting.records > 0 ? [countText(waiting.records, ['待封存', 'waiting for the seal'])] : []),
    ...(tooLate.records > 0 ? [countText(tooLate.records, ['错过日结', 'missed the close of the day'])] : []),
  ];
  if (notes.length === 0) return sides;
  const note = textOf([notes.map(([zh]) => zh).join('，'), notes.map(([, en]) => en).join(', ')]);
  return { ...sides, standing: tooLate.records > 0 ? 'too-late' : 'under-way', note };
}

function countText(records: number, [zh, en]: Words): Words {
  return [`${String(records)} 条${zh}`, `${String(records)} ${en}`];
}

function textOf([zh, en]: Words): Claim['claim'] {
  return { 'zh-CN': zh, en };
}
