import type { RefusalTable } from '../kernel/index.ts';

export const identityRefusals = {
  IDENTITY_CITIZEN_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这位市民',
    en: 'There is no such citizen',
    next: { 'zh-CN': '请重新登录', en: 'Sign in again' },
  },
  IDENTITY_ACCOUNT_BOUND_ELSEWHERE: {
    kind: 'conflict',
    'zh-CN': '这个账户已绑定给他人',
    en: 'The account is bound to somebody else',
    next: {
      'zh-CN': '如果账户是您的，请联系平台；原持有人解绑后即可绑定',
      en: 'Contact the platform if the account is yours; it can be bound once its holder unbinds it',
    },
  },
  IDENTITY_ACCOUNT_NOT_BOUND: {
    kind: 'not-found',
    'zh-CN': '这个账户没有绑定',
    en: 'The account is not bound',
    next: { 'zh-CN': '在“我的”中查看已绑定的账户', en: 'See the bound accounts under Mine' },
  },
  IDENTITY_ACCOUNT_ERASED: {
    kind: 'forbidden',
    'zh-CN': '这个账户已按本人要求删除',
    en: 'The account was erased at the person’s request',
    next: { 'zh-CN': '删除不可撤销', en: 'An erasure cannot be undone' },
  },
  IDENTITY_ERASURE_PAYMENT_OPEN: {
    kind: 'conflict',
    'zh-CN': '还有一笔兑换正在确认，暂时不能删除',
    en: 'A redemption is still being confirmed, so nothing can be erased yet',
    next: {
      'zh-CN': '等这笔兑换有结果后再删除；通常几分钟内完成',
      en: 'Erase once it has settled or come back; that mostly takes minutes',
    },
  },
  IDENTITY_CONSENT_TEXT_CHANGED: {
    kind: 'conflict',
    'zh-CN': '授权文本已更新',
    en: 'The text of the consent has changed',
    next: { 'zh-CN': '阅读新的授权文本后再次确认', en: 'Read the new text and confirm again' },
  },
  IDENTITY_TOO_MANY_ACCOUNTS: {
    kind: 'limit',
    'zh-CN': '最多同时绑定 20 个账户',
    en: 'At most 20 accounts can be bound at a time',
    next: { 'zh-CN': '先解绑不再使用的账户', en: 'Unbind accounts that are no longer used' },
  },
  IDENTITY_KEYS_OF_OTHER_DATA: {
    kind: 'conflict',
    'zh-CN': '数据是用另一组密钥写入的；换了密钥，同一张卡就成了另一个人',
    en: 'The data were written with other keys; with these the same card would be somebody else',
    next: {
      'zh-CN': '把写入这些数据的服务器（或备份）的 keys.json 复制到 TANHUI_DATA 目录；从未写入过的库则换一个空库',
      en: 'Copy keys.json of the server that wrote them, or of its backup, into the folder TANHUI_DATA; for a new city name an empty database',
    },
  },
} as const satisfies RefusalTable;
