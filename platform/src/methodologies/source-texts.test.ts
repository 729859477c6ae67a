import { describe, expect, it } from 'vitest';
import { loadCatalogue } from './index.ts';
import { sourceOf } from './source-texts.ts';

const shipped = loadCatalogue({ mode: 'demo' }).all();

describe('the source of a methodology', () => {
  it('reads in Chinese wherever its file says it in words, and in English as the file has it', () => {
    expect(shipped.length).toBeGreaterThan(3);
    for (const methodology of shipped) {
      const source = sourceOf(methodology);
      expect(source.en).toBe(methodology.file.source);
      if (/\s/.test(source.en)) expect(source['zh-CN'], methodology.file.id).toMatch(/\p{Script=Han}/u);
      else expect(source['zh-CN']).toBe(source.en);
    }
  });

  it('keeps the figures and addresses of the file', () => {
    for (const methodology of shipped) {
      const { 'zh-CN': chinese, en } = sourceOf(methodology);
      for (const [figure] of en.matchAll(/\d[\d.,/-]*\d|\S+\.html/g))
        expect(chinese, methodology.file.id).toContain(figure);
    }
  });

  it('is what the file says where nobody has translated it: an operator’s own', () => {
    const [{ file } = { file: undefined }] = shipped;
    if (file === undefined) throw new Error('there is one');
    expect(sourceOf({ file: { ...file, id: 'cn.own', source: '本市公报' } })).toEqual({
      'zh-CN': '本市公报',
      en: '本市公报',
    });
  });
});
