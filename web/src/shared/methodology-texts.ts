import { wordsOf } from './words.ts';

/** Texts of the whole text of a methodology 方法学全文. */
const methodologyTexts = {
  'confidence.D': ['演示用', 'demonstration only'],
  'confidence.S': ['转引', 'second-hand'],
  'confidence.V': ['已核实', 'verified'],
  'confidence.V*': ['已核算', 'verified arithmetically'],
  'factor.source': ['来源：{source}', 'Source: {source}'],
  'factors.title': ['因子', 'Factors'],
  'formula.default': [
    '来源不知道里程时，按 {value} {unit} 计。',
    'Where the source knows no distance, {value} {unit} is taken.',
  ],
  'formulas.title': ['公式', 'Formulas'],
  gone: ['没有这个版本的方法学', 'There is no such version of a methodology'],
  'text.confidence': ['可信度', 'Confidence'],
  'text.digest': ['指纹', 'Digest'],
  'text.digestHelp': [
    '指纹是 “tanhui-methodology-v1”、一个零字节和全文文件的 SHA-256；每条记录和每个批次头都写着它。',
    'The digest is SHA-256 of “tanhui-methodology-v1”, a zero byte and the file below; every record and every batch header names it.',
  ],
  'text.file': ['下载全文（JSON）', 'Download the text (JSON)'],
  'text.id': ['编号与版本', 'Id and version'],
  'text.inForce': ['有效期', 'In force'],
  'text.issuer': ['发布', 'Issuer'],
  'text.region': ['适用地区', 'Region'],
  'text.regionAny': ['不限地区', 'any region'],
  'text.rounding': ['取整', 'Rounding'],
  'text.roundingFloor': ['每条记录向下取整到毫克', 'down to the milligram, record by record'],
  'text.since': ['{from} 起', 'from {from}'],
  'text.source': ['来源', 'Source'],
  'text.span': ['{from} 至 {to}', '{from} to {to}'],
} as const;

export const sayMethodology = wordsOf(methodologyTexts);

const confidences = ['D', 'S', 'V', 'V*'] as const;

/** How well a figure is known, in words; a letter that is not known here stays as it is. */
export function confidenceText(confidence: string): string {
  const known = confidences.find((one) => one === confidence);
  return known === undefined ? confidence : sayMethodology(`confidence.${known}`);
}
