import { required } from '../kernel/index.ts';
import type { LocalisedText, Methodology, ModeFormula, QuantityName } from './methodology.ts';

export interface Explanation {
  /** The formula in plain words. */
  readonly formula: LocalisedText;
  /** The formula with its numbers put in, and what it gives. */
  readonly text: LocalisedText;
  readonly steps: readonly { readonly label: LocalisedText; readonly value: string; readonly unit: string }[];
}

interface Term {
  readonly name: string;
  readonly label: LocalisedText;
  readonly value: string;
  readonly unit: string;
}

const quantityNames: Readonly<Record<QuantityName, LocalisedText & { readonly unit: string }>> = {
  distanceMeters: { 'zh-CN': '里程', en: 'distance', unit: 'm' },
  energyWattHours: { 'zh-CN': '充电量', en: 'energy', unit: 'Wh' },
  steps: { 'zh-CN': '步数', en: 'steps', unit: 'step' },
};

/** What people call a factor; one that is not listed keeps the name that its methodology gives it. */
const factorNames: Readonly<Record<string, LocalisedText>> = {
  baseline: { 'zh-CN': '开车每公里排放', en: 'emitted per km by car' },
  bikeReduction: { 'zh-CN': '骑行每公里少排放', en: 'saved per km by bike' },
  bus: { 'zh-CN': '公交每公里排放', en: 'emitted per km by bus' },
  busReduction: { 'zh-CN': '公交每公里少排放', en: 'saved per km by bus' },
  carFuel: { 'zh-CN': '汽油车每公里油耗', en: 'petrol a car burns per km' },
  cycling: { 'zh-CN': '骑行每公里排放', en: 'emitted per km by bike' },
  ferryReduction: { 'zh-CN': '轮渡每公里少排放', en: 'saved per km by ferry' },
  fuelEmission: { 'zh-CN': '每升汽油排放', en: 'emitted per litre of petrol' },
  gridEmission: { 'zh-CN': '每度电排放', en: 'emitted per kWh of the grid' },
  metroReduction: { 'zh-CN': '地铁每公里少排放', en: 'saved per km by metro' },
  rail: { 'zh-CN': '轨道交通每公里排放', en: 'emitted per km by rail' },
  railReduction: { 'zh-CN': '轨道交通每公里少排放', en: 'saved per km by rail' },
  vehicleConsumption: { 'zh-CN': '电动车每公里耗电', en: 'power an electric car takes per km' },
  walkReduction: { 'zh-CN': '步行每公里少排放', en: 'saved per km on foot' },
};

export function factorName(name: string): LocalisedText {
  return factorNames[name] ?? { 'zh-CN': name, en: name };
}

/** A formula in plain words, with nothing put in. */
export function inWords({ formula, quantities }: ModeFormula, factors: readonly string[]): LocalisedText {
  const labels = new Map<string, LocalisedText>([
    ...quantities.map((name) => [name, quantityNames[name]] as const),
    ...factors.map((name) => [name, factorName(name)] as const),
  ]);
  const read = (language: keyof LocalisedText) => filledIn(formula, (name) => labels.get(name)?.[language]);
  return { 'zh-CN': read('zh-CN'), en: read('en') };
}

/** The figure opened up: the formula in words, with its numbers put in, and each number with its name. */
export function explain(
  methodology: Methodology,
  record: { readonly mode: string; readonly quantities: Readonly<Record<string, string>>; readonly milligrams: string },
): Explanation {
  const { formula } = required(
    [...methodology.formulas].find(([mode]) => mode === record.mode)?.[1],
    `formula for ${record.mode}`,
  );
  const quantities = formula.quantities.map((name): Term => {
    const { unit, ...label } = quantityNames[name];
    return { name, label, value: required(record.quantities[name], name), unit };
  });
  const factors = Object.entries(methodology.file.factors)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(formula.formula))
    .map(([name, { value, unit }]): Term => ({
      name,
      label: factorName(name),
      value,
      unit,
    }));
  const terms = [...quantities, ...factors];
  const numbers = new Map(terms.map(({ name, value, unit }) => [name, amount(value, unit)]));
  const filled = filledIn(formula.formula, (name) => numbers.get(name));
  const result = amount(record.milligrams, 'mg');
  return {
    formula: inWords(formula, Object.keys(methodology.file.factors)),
    text: { 'zh-CN': `${filled} = ${result}`, en: `${filled} = ${result}` },
    steps: [
      ...terms.map(({ label, value, unit }) => ({ label, value, unit })),
      { label: { 'zh-CN': '减排量', en: 'reduction' }, value: record.milligrams, unit: 'mg' },
    ],
  };
}

function filledIn(formula: string, put: (name: string) => string | undefined): string {
  return formula
    .replaceAll(/[A-Za-z]\w*/g, (name) => put(name) ?? name)
    .replaceAll('*', '×')
    .replaceAll(' / ', ' ÷ ')
    .replaceAll(' - ', ' − ');
}

const thousands: Readonly<Record<string, string>> = { m: 'km', Wh: 'kWh', mg: 'g' };

/** Metres as kilometres, watt-hours as kWh, milligrams as grams: exact, only the point moves. */
function amount(value: string, unit: string): string {
  const larger = thousands[unit];
  if (larger === undefined || !/^\d+$/.test(value)) return `${value} ${unit}`;
  const digits = value.padStart(4, '0');
  const fraction = digits.slice(-3).replace(/0+$/, '');
  return `${digits.slice(0, -3)}${fraction === '' ? '' : `.${fraction}`} ${larger}`;
}
