import type { RefusalTable } from '../kernel/index.ts';

export const credentialRefusals = {
  IDENTITY_CREDENTIAL_INVALID: {
    kind: 'unauthenticated',
    'zh-CN': '凭证无效、已过期或已吊销',
    en: 'The credential is not valid, has expired or was revoked',
    next: {
      'zh-CN': '使用当前有效的凭证；可请平台运营方重新签发',
      en: 'Use the credential that is in force; the operator can issue another',
    },
  },
  IDENTITY_CREDENTIAL_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这个凭证',
    en: 'There is no such credential',
    next: { 'zh-CN': '列出凭证以查看其编号', en: 'List the credentials to see their ids' },
  },
  IDENTITY_CREDENTIAL_REVOKED: {
    kind: 'conflict',
    'zh-CN': '这个凭证已吊销，不能轮换',
    en: 'The credential was revoked and cannot be rotated',
    next: { 'zh-CN': '签发一个新的凭证', en: 'Issue a new one' },
  },
  IDENTITY_SCOPE_TOO_WIDE: {
    kind: 'forbidden',
    'zh-CN': '不能签发超出自身范围的凭证',
    en: 'A credential cannot be issued beyond your own scope',
    next: { 'zh-CN': '缩小范围，或请平台运营方签发', en: 'Narrow the scope, or ask the operator' },
  },
  IDENTITY_SOURCE_NOT_YOURS: {
    kind: 'forbidden',
    'zh-CN': '凭证不包含这个数据来源',
    en: 'The credential does not cover this source',
    next: { 'zh-CN': '使用包含该来源的凭证', en: 'Use a credential that covers the source' },
  },
  IDENTITY_PROGRAMME_NOT_YOURS: {
    kind: 'forbidden',
    'zh-CN': '凭证不包含这个项目',
    en: 'The credential does not cover this programme',
    next: { 'zh-CN': '使用包含该项目的凭证', en: 'Use a credential that covers the programme' },
  },
  IDENTITY_BOOTSTRAP_INVALID: {
    kind: 'unauthenticated',
    'zh-CN': '引导口令无效或已使用',
    en: 'The bootstrap token is not valid or was used',
    next: {
      'zh-CN': '在服务器上运行 tanhui bootstrap 生成新的口令',
      en: 'Run tanhui bootstrap on the server for a new one',
    },
  },
  IDENTITY_BOOTSTRAP_DONE: {
    kind: 'conflict',
    'zh-CN': '首位管理员已经建立',
    en: 'The first administrator exists already',
    next: {
      'zh-CN': '使用管理员凭证；遗失时在服务器上运行 tanhui credentials issue',
      en: 'Use its credential; if it is lost, run tanhui credentials issue on the server',
    },
  },
} as const satisfies RefusalTable;
