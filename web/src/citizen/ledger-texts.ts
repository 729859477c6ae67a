import { wordsOf } from '../shared/words.ts';

/** Texts of the ledger tab. */
export const ledgerTexts = {
  'book.channel': ['通道与合约', 'Channel and contract'],
  'book.engine': ['账本引擎', 'Ledger engine'],
  'book.engine.embedded': [
    '内置引擎（与 Hyperledger Fabric 同一合约）',
    'Embedded engine (the same contract as on Hyperledger Fabric)',
  ],
  'book.engine.fabric': ['Hyperledger Fabric', 'Hyperledger Fabric'],
  'book.fingerprint': ['根证书指纹', 'Root fingerprint'],
  'book.height': ['区块', 'Blocks'],
  'book.lead': [
    '你的每一克都写在一本由两家机构共同签名的账里。不必相信我们：凭证可以自己核验，不联网也行。',
    'Each of your grams stands in a ledger that two organisations sign. There is no need to trust us: check a receipt yourself, even offline.',
  ],
  'book.methodologies': ['方法学与来源', 'Methodologies and sources'],
  'book.recent': ['最近上链的行程', 'Lately put on the ledger'],
  'book.sameOperator': [
    '两家机构目前由同一运营方运行：签名证明账没有被改过，还不能证明各自独立。',
    'Both organisations are run by one operator for now: signatures prove that nothing was changed, not yet that they are independent.',
  ],
  'book.signers': ['签名机构', 'Who signs'],
  'book.title': ['碳账本', 'Carbon ledger'],
  'book.verify': ['核验一张凭证文件', 'Verify a receipt file'],
  'book.verifyNote': ['从本机读取，不上传', 'Read on this device, never uploaded'],
} as const;

export const sayBook = wordsOf(ledgerTexts);
