import type { LocalisedText, Methodology } from './methodology.ts';

/**
 * Where the factors of a version come from, in Chinese. The words of its file stand in English and under its digest, so a released one cannot be given others: the translation stands
 * beside it, as display only. Where there is none, an address for instance, the file's own words are shown.
 */
const chinese: Readonly<Record<string, string>> = {
  'demo.low-carbon-travel@1': '演示因子，取值在中国已发布方案的范围之内',
  'cn.shenzhen.public-transit@2021': '《深圳商报》2022-09-23，citysz.net/guonei/2022/0923/2022107136.html',
  'cn.bth.low-carbon-travel@2024': '引用 DB11/T 3043-2024 的 TypeScript 数据文件；已用公布的算例 2,517 克在允差内核对',
};

/** 来源 of a version as people read it. */
export function sourceOf({ file }: Pick<Methodology, 'file'>): LocalisedText {
  return { 'zh-CN': chinese[`${file.id}@${file.version}`] ?? file.source, en: file.source };
}
