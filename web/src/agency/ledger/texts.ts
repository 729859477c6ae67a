import { wordsOf } from '../../shared/words.ts';

/** Texts of a batch and of a record that is computed once more. */
export const ledgerTexts = {
  'batch.agrees': [
    '重算一致：{n} 片叶、{grams}、根相同。用时 {ms} 毫秒，叶文件来自平台，计算在本机。',
    'Recomputed and equal: {n} leaf, {grams}, same root. Took {ms} ms; the leaves came from the platform, the computing was here.|Recomputed and equal: {n} leaves, {grams}, same root. Took {ms} ms; the leaves came from the platform, the computing was here.',
  ],
  'batch.block': ['区块', 'Block'],
  'batch.day': ['日期', 'Day'],
  'batch.differs': [
    '重算不一致：得到 {n} 片叶、{grams}、根 {root}。请保存叶文件并联系平台。',
    'Recomputed and different: {n} leaves, {grams}, root {root}. Keep the leaves file and contact the platform.',
  ],
  'batch.endorsed': ['签名机构', 'Signed by'],
  'batch.hash': ['哈希算法', 'Hash'],
  'batch.leaves': ['下载叶文件（每片 64 字节）', 'Download the leaves (64 bytes each)'],
  'batch.leavesHelp': [
    '叶里没有姓名、卡号和地点，只有带盐的承诺。用同一份文件，任何人都能重算根和总量。',
    'A leaf holds no name, card or place, only a salted commitment. With this file anybody can recompute root and total.',
  ],
  'batch.methodologies': ['所用方法学', 'Methodologies'],
  'batch.recompute': ['在浏览器里重算', 'Recompute in the browser'],
  'batch.records': ['条数', 'Records'],
  'batch.reduction': ['减排量', 'Reduction'],
  'batch.root': ['默克尔根', 'Merkle root'],
  'batch.sealedAt': ['封存时间', 'Sealed at'],
  'batch.state': ['状态', 'State'],
  'batch.title': ['批次', 'Batch'],
  'batch.transaction': ['交易', 'Transaction'],
  'record.again': ['重算得到', 'Recomputed'],
  'record.agrees': ['重算一致：与账上的毫克数相同', 'Agrees: the same milligrams as on the books'],
  'record.another': ['重算另一条', 'Recompute another'],
  'record.differs': ['重算不一致：请保存这一页并联系平台', 'Differs: keep this page and contact the platform'],
  'record.digest': ['方法学指纹', 'Its digest'],
  'record.go': ['重算', 'Recompute'],
  'record.how': ['怎么算的', 'How'],
  'record.id': ['记录编号', 'Record'],
  'record.lead': [
    '平台用存下的数量和当时的方法学再算一次，与账上对照。编号在当天的 CSV 和市民的凭证里。',
    "The platform computes it once more from the stored quantities and the methodology of that day. The id stands in the day's CSV and in a citizen's receipt.",
  ],
  'record.look': [
    '这是一个人的数据。这次查看已写入审计留痕，理由：{reason}',
    "This is a person's data. Your look stands in the trail with its reason: {reason}",
  ],
  'record.methodology': ['方法学', 'Methodology'],
  'record.mg': ['{n} 毫克', '{n} mg'],
  'record.stored': ['账上', 'On the books'],
  'record.usual.appeal': ['核对一件申诉', 'To check an appeal'],
  'record.usual.request': ['本人要求核对', 'The person asked for it'],
  'record.usual.sample': ['抽样审计', 'Sample of an audit'],
} as const;

export const sayLedger = wordsOf(ledgerTexts);
