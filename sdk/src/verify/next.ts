import type { FailureCode } from './bytes.ts';

const doNotTrust = {
  'zh-CN': '不要采信；向平台重新下载收据，仍不通过请告知主管部门',
  en: 'Do not rely on it; download the receipt again from the platform, and tell the agency if it fails still',
};

/** What to do about a proof that does not hold, by its reason. */
export const nextSteps: Readonly<Record<FailureCode, { readonly 'zh-CN': string; readonly en: string }>> = {
  UNREADABLE: {
    'zh-CN': '检查文件是否完整，然后重新下载',
    en: 'Check that the file is whole, and download it again',
  },
  DISTRICT_DIFFERS: doNotTrust,
  METHODOLOGY_NOT_IN_BATCH: doNotTrust,
  SCOPE_DIFFERS: doNotTrust,
  ROOT_DIFFERS: doNotTrust,
  CONTRACT_FAILED: doNotTrust,
  HEADER_NOT_WRITTEN: doNotTrust,
  TRANSACTION_DIFFERS: doNotTrust,
  CHANNEL_NOT_PROVEN: {
    'zh-CN': '这张收据早于通道证明：重新下载，新的收据会证明它的通道',
    en: 'The receipt is older than the proof of a channel: download it again, the new one proves its channel',
  },
  SIGNATURE_MISSING: {
    'zh-CN': '核对根证书是否来自这些机构；无误则不要采信',
    en: 'Check that the root certificates are these organisations’ own; if they are, do not rely on the receipt',
  },
  CERTIFICATE_NOT_IN_FORCE: {
    'zh-CN': '向签名机构查询：该证书在交易所称的时间不在有效期内',
    en: 'Ask the organisation that signed: at the time that the transaction bears, its certificate was not in force',
  },
  CERTIFICATE_REVOKED: {
    'zh-CN': '向签名机构查询：它已吊销该证书；请它用现用证书再次确认这一批次',
    en: 'Ask the organisation that signed: it has revoked this certificate, and can confirm the batch from its own peer',
  },
  REVOCATION_LIST_UNUSABLE: {
    'zh-CN': '从机构取得由其根证书签发的吊销列表（PEM），替换后再核验',
    en: 'Get the revocation list that the organisation’s own root has signed (PEM), and verify again with it',
  },
};
