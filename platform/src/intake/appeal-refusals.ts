import type { RefusalTable } from '../kernel/index.ts';

export const appealRefusals = {
  INTAKE_APPEAL_TRIP_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '您的行程中没有这一条',
    en: 'There is no such trip of yours',
    next: { 'zh-CN': '从行程列表打开后申诉', en: 'Open the trip from the list and appeal there' },
  },
  INTAKE_APPEAL_EXISTS: {
    kind: 'conflict',
    'zh-CN': '这段行程已经申诉过',
    en: 'The trip has been appealed already',
    next: { 'zh-CN': '在“我的申诉”中查看', en: 'See it under My appeals' },
  },
  INTAKE_APPEALS_TOO_MANY: {
    kind: 'limit',
    'zh-CN': '处理中的申诉最多 20 件',
    en: 'At most 20 appeals can be open at a time',
    next: { 'zh-CN': '等待已有申诉的结果', en: 'Wait until one of them is decided' },
  },
  INTAKE_APPEAL_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这件申诉',
    en: 'There is no such appeal',
    next: { 'zh-CN': '从申诉列表打开', en: 'Open it from the list of appeals' },
  },
  INTAKE_APPEAL_DECIDED: {
    kind: 'conflict',
    'zh-CN': '这件申诉已经裁定',
    en: 'The appeal has been decided',
    next: { 'zh-CN': '裁定不再更改；查看已有的裁定', en: 'A decision stands: see the one that was made' },
  },
  INTAKE_APPEAL_OVER_CAP: {
    kind: 'conflict',
    'zh-CN': '计入后将超出当天这种方式的上限',
    en: 'With this trip the day’s cap of its mode would be exceeded',
    next: { 'zh-CN': '上限不可裁量：请驳回并说明', en: 'Caps leave no room to decide: decline and say why' },
  },
  INTAKE_APPEAL_COUNTED_OTHERWISE: {
    kind: 'conflict',
    'zh-CN': '来源的同一条记录已经计入',
    en: 'The same record of the source counts already',
    next: { 'zh-CN': '同一记录不能计入两次：请驳回并说明', en: 'One record counts once: decline and say why' },
  },
  INTAKE_APPEAL_NO_METHODOLOGY: {
    kind: 'conflict',
    'zh-CN': '没有方法学可以核算这段行程',
    en: 'No methodology takes this trip',
    next: { 'zh-CN': '没有依据不能计入：请驳回并说明', en: 'Nothing counts without one: decline and say why' },
  },
  INTAKE_APPEAL_RUN_REVERSED: {
    kind: 'conflict',
    'zh-CN': '这段行程所属的导入已被撤销',
    en: 'The import that the trip came with was undone',
    next: { 'zh-CN': '请驳回并说明：更正后的记录会重新计入', en: 'Decline and say why: corrected records count anew' },
  },
  INTAKE_APPEAL_NOTHING_ELSE: {
    kind: 'invalid',
    'zh-CN': '没有可以一并撤回的另一段行程',
    en: 'There is no other trip to take back with it',
    next: { 'zh-CN': '去掉 alsoReverse 后再次裁定', en: 'Decide again without alsoReverse' },
  },
} as const satisfies RefusalTable;
