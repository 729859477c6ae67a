import { describe, expect, it } from 'vitest';
import { explain } from './explanation.ts';
import { loadCatalogue } from './files.ts';

const catalogue = loadCatalogue({ mode: 'demo' });

describe('a figure opened up', () => {
  it('says the formula in words and with its numbers, exactly', () => {
    const explained = explain(catalogue.methodology('demo.low-carbon-travel@1'), {
      mode: 'metro',
      quantities: { distanceMeters: '30302' },
      milligrams: '1818120',
    });
    expect(explained.formula).toEqual({ 'zh-CN': '里程 × 地铁每公里少排放', en: 'distance × saved per km by metro' });
    expect(explained.text.en).toBe('30.302 km × 60 g/km = 1818.12 g');
    expect(explained.steps.map(({ value, unit }) => `${value} ${unit}`)).toEqual(['30302 m', '60 g/km', '1818120 mg']);
  });

  it('names every factor that a built-in methodology uses', () => {
    for (const { file, formulas } of catalogue.all().map((one) => ({ ...one, formulas: one.formulas })))
      for (const [mode, { formula }] of formulas) {
        const quantities = Object.fromEntries(formula.quantities.map((name) => [name, '1000']));
        const words = explain(catalogue.methodology(`${file.id}@${file.version}`), {
          mode,
          quantities,
          milligrams: '0',
        }).formula['zh-CN'];
        expect(words).not.toMatch(/[A-Za-z]/);
      }
  });
});
