import { wordsOf } from '../../shared/words.ts';

/** Texts of the proof story: each step says what it proves and no more. */
export const proofTexts = {
  'checkpoint.title': ['在共签的检查点之内', 'Inside a co-signed checkpoint'],
  'checkpoint.waiting': ['尚未提供：检查点还没有生成', 'Not yet: no checkpoint has been made'],
  'fact.block': ['区块', 'Block'],
  'fact.blockTold': ['{block}（凭证所写，签名不证明）', '{block} (as the receipt says; no signature proves it)'],
  'fact.record': ['批次编号', 'Batch'],
  'fact.settlement': ['封存编号', 'Settlement seal'],
  'failed.CERTIFICATE_NOT_IN_FORCE': [
    '签名所用的证书当时不在有效期内',
    'The certificate it was signed with was not in force then',
  ],
  'failed.CERTIFICATE_REVOKED': [
    '签名所用的证书已被该机构吊销',
    'The organisation has revoked the certificate it was signed with',
  ],
  'failed.CHANNEL_NOT_PROVEN': [
    '旧凭证没有证明它的通道：重新保存一份即可',
    'An old receipt that does not prove its channel: save it again',
  ],
  'failed.CONTRACT_FAILED': ['机构签名的这次写入没有成功', 'The writing that was signed did not succeed'],
  'failed.DISTRICT_DIFFERS': [
    '封存的区划不是记录所在的区，也不是它的市',
    "The sealed district is neither the record's own nor its city",
  ],
  'failed.HEADER_NOT_WRITTEN': ['机构签名写入的是别的内容', 'What the organisations signed writes something else'],
  'failed.METHODOLOGY_NOT_IN_BATCH': [
    '批次里没有这条记录所用的方法学',
    "The batch does not name the record's methodology",
  ],
  'failed.REVOCATION_LIST_UNUSABLE': ['给定的吊销列表不能用', 'A revocation list that was given cannot be used'],
  'failed.ROOT_DIFFERS': [
    '算不出同一个根：内容、盐值、序号或路径被改过',
    'It leads to another root: content, salt, place or path was changed',
  ],
  'failed.SCOPE_DIFFERS': [
    '项目或日期与封存的不同',
    'It names another programme or day than the seal it is said to be in',
  ],
  'failed.SIGNATURE_MISSING': ['缺少一家机构的有效签名', 'A valid signature of one of the organisations is missing'],
  'failed.TRANSACTION_DIFFERS': [
    '凭证所写的交易、通道或合约，不是机构签名的那一个',
    'The receipt names another transaction, channel or contract than was signed',
  ],
  'failed.UNREADABLE': ['这一部分缺失，或不合格式', 'This part is missing, or not in its form'],
  'hash.checkpoint': ['检查点', 'Checkpoint'],
  'hash.place': ['根', 'Root'],
  'hash.record': ['指纹', 'Fingerprint'],
  'hash.signatures': ['交易', 'Transaction'],
  'place.alone': [
    '内容没有改过：封存的只有它，由它直接算得根',
    'Its content is unchanged: it was sealed alone, and gives the root by itself',
  ],
  'place.record': [
    '记录一字未改：它是 {count} 条之一，沿 {steps} 步路径算得批次的根',
    'The record is unchanged: it is one of {count}, and a path of {steps} leads from it to the root of the batch',
  ],
  'place.settlement': [
    '金额、用掉的减排量和银行流水号都没有改过：它是 {count} 笔之一，沿 {steps} 步路径算得封存的根',
    'Amount, grams used and bank reference are unchanged: it is one of {count}, and a path of {steps} leads from it to the root of the seal',
  ],
  'place.title.record': ['在批次里的第 {place} 条', 'Number {place} of its batch'],
  'place.title.settlement': ['在结算封存里的第 {place} 笔', 'Number {place} of its settlement seal'],
  'record.passed': [
    '用全文和凭证里的盐值算出；它是不是封存的那一个，看下一步',
    'Worked out from the whole text and the salt in the receipt; whether it is the one that was sealed, the next step shows',
  ],
  'record.title.record': ['由这条记录算出指纹', 'A fingerprint of this record'],
  'record.title.settlement': ['由这笔付款算出指纹', 'A fingerprint of this payment'],
  'signatures.passed': ['{who} 分别签了名', 'Signed by {who}'],
  'signatures.title': ['机构为写入账本签名', 'The organisations signed its writing to the ledger'],
  skipped: ['前一步没有通过，未核验', 'Not checked: an earlier step failed'],
  title: ['谁作证', 'Who vouches for it'],
  'verdict.checking': ['正在本机核验…', 'Checking on this device…'],
  'verdict.failed': ['核验未通过。{next}', 'The check failed. {next}'],
  'verdict.passed': ['已在本机核验 · {ms} 毫秒 · 未联网', 'Checked on this device · {ms} ms · no network used'],
  'whole.arrived': [
    '凭证证明：为账本签下的是哪一笔付款、用掉了多少减排量；钱到没到，以钱包为准。',
    'It proves which payment, for how many grams, was signed for the ledger; whether the money arrived, your wallet shows.',
  ],
  'whole.otherDay': [
    '行程当天已在账本上日结，这条记录封存在 {day}，并指回原来的记录。',
    'The day of the trip was closed on the ledger: this record is sealed into {day}, and points back to the earlier one.',
  ],
  'whole.roots': [
    '签名根证书的指纹由监管机构另行公布，核对它们，就不必相信本平台。',
    'The agency publishes the fingerprints of the signing roots elsewhere: compare them, and this platform need not be trusted.',
  ],
  'whole.save': ['保存凭证文件', 'Save the receipt'],
} as const;

export const sayProof = wordsOf(proofTexts);
