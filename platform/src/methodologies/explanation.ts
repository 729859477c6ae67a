import { required } from '../kernel/index.ts';
import type { LocalisedText, Methodology, QuantityName } from './methodology.ts';

export interface Explanation {
  readonly text: LocalisedText;
  readonly steps: readonly { readonly label: LocalisedText; readonly value: string; readonly unit: string }[];
}

const quantityNames: Readonly<Record<QuantityName, LocalisedText & { readonly unit: string }>> = {
  distanceMeters: { 'zh-CN': '里程', en: 'Distance', unit: 'm' },
  energyWattHours: { 'zh-CN': '充电量', en: 'Energy', unit: 'Wh' },
  steps: { 'zh-CN': '步数', en: 'Steps', unit: 'step' },
};

/** The figure opened up: the formula with its numbers put in, for a person. */
export function explain(
  methodology: Methodology,
  record: { readonly mode: string; readonly quantities: Readonly<Record<string, string>>; readonly milligrams: string },
): Explanation {
  const { formula } = required(
    [...methodology.formulas].find(([mode]) => mode === record.mode)?.[1],
    `formula for ${record.mode}`,
  );
  const used = Object.entries(methodology.file.factors).filter(([name]) =>
    new RegExp(`\\b${name}\\b`).test(formula.formula),
  );
  let filled = formula.formula;
  const steps: { label: LocalisedText; value: string; unit: string }[] = [];
  for (const name of formula.quantities) {
    const value = required(record.quantities[name], name);
    const { unit, ...label } = quantityNames[name];
    filled = filled.replaceAll(name, `${value} ${unit}`);
    steps.push({ label, value, unit });
  }
  for (const [name, { value, unit }] of used) {
    filled = filled.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${value} ${unit}`);
    steps.push({ label: { 'zh-CN': name, en: name }, value, unit });
  }
  const shown = filled.replaceAll('*', '×').replaceAll('/ ', '÷ ');
  steps.push({ label: { 'zh-CN': '减排量', en: 'Reduction' }, value: record.milligrams, unit: 'mg' });
  return {
    text: {
      'zh-CN': `${shown} = ${record.milligrams} 毫克，向下取整`,
      en: `${shown} = ${record.milligrams} mg, rounded down`,
    },
    steps,
  };
}
