import type { RefusalTable } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';

/** Refusals of what an operator asks, and of what an operator has stopped. */
export const operationsRefusals = {
  OPERATIONS_INTAKE_PAUSED: {
    kind: 'unavailable',
    'zh-CN': '运营方已暂停接收这个来源的数据',
    en: 'The operator has paused this source; it takes nothing now',
    next: {
      'zh-CN': '稍后重新发送同样的记录；已见的记录不会重复计入',
      en: 'Send the same records again later; records seen before add nothing',
    },
  },
  OPERATIONS_CONTROL_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这个开关',
    en: 'There is no such thing to pause',
    next: {
      'zh-CN': '可暂停的有：intake、sealing、payments，或 intake.<来源>',
      en: 'What can be paused: intake, sealing, payments, or intake.<source>',
    },
  },
} as const satisfies RefusalTable;

export const refuseOperations = refuser(operationsRefusals);
