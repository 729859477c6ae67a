import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

/** Why an activity is refused or held. These are written to a store with the activity; the one of kind `not-found` ends a request. */
export const activityRefusals = {
  ACTIVITIES_TOO_FAST: {
    kind: 'invalid',
    'zh-CN': '平均速度超出这种出行方式的可能范围',
    en: 'The average speed is beyond what this mode can do',
    next: {
      'zh-CN': '如果起止时间有误，请让来源方更正后重新提交',
      en: 'If the times are wrong, ask the source to correct and send it again',
    },
  },
  ACTIVITIES_ENDS_BEFORE_IT_BEGINS: {
    kind: 'invalid',
    'zh-CN': '结束时间早于开始时间',
    en: 'The trip ends before it begins',
    next: { 'zh-CN': '请让来源方更正时间后重新提交', en: 'Ask the source to correct the times and send it again' },
  },
  ACTIVITIES_TOO_LONG: {
    kind: 'invalid',
    'zh-CN': '距离或时长超出这种出行方式的可能范围',
    en: 'Distance or duration is beyond what this mode can do',
    next: {
      'zh-CN': '如果距离有误，请让来源方更正后重新提交',
      en: 'If the distance is wrong, ask the source to correct and send it again',
    },
  },
  ACTIVITIES_TOO_SHORT: {
    kind: 'invalid',
    'zh-CN': '短于计入的最小距离',
    en: 'Shorter than the least distance that counts',
    next: { 'zh-CN': '更长的行程会自动计入', en: 'Longer trips count by themselves' },
  },
  ACTIVITIES_OVERLAPS: {
    kind: 'conflict',
    'zh-CN': '与本人同一时段的另一段行程重叠',
    en: 'Overlaps another ride of the same person',
    next: {
      'zh-CN': '证据更强的一段已计入，同样强时计入较早的一段；如有误可以申诉',
      en: 'The ride with the stronger evidence counts, of equals the earlier one; appeal if that is wrong',
    },
  },
  ACTIVITIES_DAILY_CAP: {
    kind: 'limit',
    'zh-CN': '超出当天这种方式的上限',
    en: "Over the day's cap for this mode",
    next: { 'zh-CN': '明天重新计算', en: 'The cap starts anew tomorrow' },
  },
  ACTIVITIES_DAY_CLOSED: {
    kind: 'conflict',
    'zh-CN': '这一天已经日结',
    en: 'The day is closed on the ledger',
    next: {
      'zh-CN': '更正会记入仍开放的日期，请联系平台',
      en: 'A correction goes into an open day: contact the platform',
    },
  },
  ACTIVITIES_CONSENT_WITHDRAWN: {
    kind: 'forbidden',
    'zh-CN': '账户的授权已经撤回',
    en: "The account's consent was withdrawn",
    next: { 'zh-CN': '本人重新授权后，新的行程会计入', en: 'New trips count once the person consents again' },
  },
  ACTIVITIES_ACCOUNT_SUPPRESSED: {
    kind: 'forbidden',
    'zh-CN': '账户已按本人要求删除',
    en: 'The account was erased at the person’s request',
    next: {
      'zh-CN': '无需操作：删除后的记录不再处理',
      en: 'Nothing to do: records of an erased account are not processed',
    },
  },
  ACTIVITIES_SAME_JOURNEY_ELSEWHERE: {
    kind: 'conflict',
    'zh-CN': '同一段行程已由另一个账户申领，暂缓计入',
    en: 'The same journey was claimed on another account; held',
    next: { 'zh-CN': '如果两个账户不是同一个人，可以申诉', en: 'Appeal if the two accounts are not the same person' },
  },
  ACTIVITIES_TAKEN_BACK: {
    kind: 'conflict',
    'zh-CN': '经复核，这段行程不再计入',
    en: 'After a review the trip no longer counts',
    next: { 'zh-CN': '在“我的申诉”中查看裁定', en: 'See the decision under My appeals' },
  },
  ACTIVITIES_RUN_REVERSED: {
    kind: 'conflict',
    'zh-CN': '所属的导入已被提交方撤销',
    en: 'The import that it came with was undone',
    next: {
      'zh-CN': '无需操作：提交方会重新提交更正后的记录',
      en: 'Nothing to do: the sender submits corrected records again',
    },
  },
  ACTIVITIES_OPEN_EXPIRED: {
    kind: 'invalid',
    'zh-CN': '在等待期内没有等到与之配对的记录',
    en: 'The record it waited for did not come within the window',
    next: {
      'zh-CN': '如果另一半记录仍可取得，请让来源方一并重新提交',
      en: 'If the other half can still be had, ask the source to send both again',
    },
  },
  ACTIVITIES_IN_THE_FUTURE: {
    kind: 'invalid',
    'zh-CN': '行程时间在未来',
    en: 'The trip lies in the future',
    next: { 'zh-CN': '检查来源的时钟', en: 'Check the clock of the source' },
  },
  ACTIVITIES_TRIP_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '您的行程中没有这一条',
    en: 'There is no such trip of yours',
    next: { 'zh-CN': '从行程列表打开行程', en: 'Open the trip from the list of trips' },
  },
} as const satisfies RefusalTable;

export const refuseActivities = refuser(activityRefusals);

export type ActivityRefusalCode = keyof typeof activityRefusals;
