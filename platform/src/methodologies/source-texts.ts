import type { Factor, LocalisedText, Methodology } from './methodology.ts';

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

/** The same of a single factor, by the words of its file. */
const chineseOfFactors: Readonly<Record<string, string>> = {
  'Demonstration factor of this project; not a published figure': '本项目的演示因子，不是公布的数值',
  'Gasoline 43.070 GJ/t x 18.9 tC/TJ x 0.98 x 44/12 at 0.7462 kg/L; density explicit':
    '汽油 43.070 GJ/t × 18.9 tC/TJ × 0.98 × 44/12，密度 0.7462 kg/L；密度为明示取值',
  'MEE and NBS announcement for data year 2023, Shandong': '生态环境部、国家统计局公告，2023 年度数据，山东',
  'Median of labelled GPS bus rides (Beijing, c. 2008); demonstration default':
    '带标注的公交 GPS 行程的中位数（北京，约 2008 年）；演示用默认值',
  "Median of labelled GPS bus rides (Beijing, c. 2008): the methodology's own distance rule was not found":
    '带标注的公交 GPS 行程的中位数（北京，约 2008 年）：没有找到该方法学自己的里程规则',
  'Shenzhen Commercial Daily 2022-09-23: 46.7 g/pkm against general travel':
    '《深圳商报》2022-09-23：相对一般出行 46.7 g/pkm',
  'Shenzhen Commercial Daily 2022-09-23: battery-electric bus 26.9 g/pkm':
    '《深圳商报》2022-09-23：纯电动公交 26.9 g/pkm',
  'chinapower.com.cn 2022-07-21: shared bicycle 33.88 g/pkm': 'chinapower.com.cn 2022-07-21：共享单车 33.88 g/pkm',
  'quotation of DB11/T 3043-2024': '引用 DB11/T 3043-2024',
};

export function factorSource({ source }: Pick<Factor, 'source'>): LocalisedText {
  return { 'zh-CN': chineseOfFactors[source] ?? source, en: source };
}
