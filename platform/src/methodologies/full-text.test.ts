import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fullTextOf } from './full-text.ts';
import { loadCatalogue } from './index.ts';

const catalogue = loadCatalogue({ mode: 'demo' });

describe('the whole text of a methodology', () => {
  it('has each formula in words and as it is written, and each factor with its unit, source and confidence', () => {
    const text = fullTextOf(catalogue.named('cn.shenzhen.public-transit@2021'));
    expect(text).toMatchObject({ region: '440300', issuer: 'Shenzhen Ecology and Environment Bureau, as reported' });
    expect(text.formulas[1]).toMatchObject({
      mode: 'bus',
      formula: 'distanceMeters * busReduction',
      inWords: { 'zh-CN': '里程 × 公交每公里少排放', en: 'distance × saved per km by bus' },
      defaultDistance: { value: '5400', unit: 'm', confidence: 'S' },
    });
    expect(text.factors).toHaveLength(2);
    expect(text.factors[0]).toMatchObject({
      ...{ name: 'metroReduction', value: '46.7', unit: 'g/km', confidence: 'V' },
      label: { 'zh-CN': '地铁每公里少排放', en: 'saved per km by metro' },
      source: { 'zh-CN': '《深圳商报》2022-09-23：相对一般出行 46.7 g/pkm' },
    });
  });

  it('gives the bytes that its digest is of', () => {
    for (const methodology of catalogue.all()) {
      const { canonicalText } = fullTextOf(methodology);
      const digest = createHash('sha256').update('tanhui-methodology-v1\0').update(canonicalText).digest('hex');
      expect(digest).toBe(methodology.reference.digest);
    }
  });

  it('reads in Chinese what a shipped file says in words, with its figures', () => {
    const texts = catalogue.all().map(fullTextOf);
    const factors = texts.flatMap((text) => [
      ...text.factors,
      ...text.formulas.flatMap(({ defaultDistance }) => defaultDistance ?? []),
    ]);
    expect(factors.length).toBeGreaterThan(15);
    for (const { source } of factors) {
      expect(source['zh-CN'], source.en).toMatch(/\p{Script=Han}/u);
      for (const [figure] of source.en.matchAll(/\d[\d.,/-]*\d/g)) expect(source['zh-CN']).toContain(figure);
    }
  });

  it('refuses what no file holds', () => {
    expect(() => catalogue.named('nobody.has@1')).toThrow(
      expect.objectContaining({ code: 'METHODOLOGIES_UNKNOWN', details: { methodology: 'nobody.has@1' } }),
    );
  });
});
