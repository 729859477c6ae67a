import { hash } from 'node:crypto';
import type { ActivityDraft, Day, MethodologyReference, Milligrams, Mode } from '@tanhui/sdk/model';
import { milligrams } from '@tanhui/sdk/model';
import type { Json } from '../kernel/index.ts';
import { assert, canonicalJson, required } from '../kernel/index.ts';
import type { Expression } from './expression.ts';
import { compileExpression } from './expression.ts';
import type { Rational } from './rational.ts';
import { floor, parseDecimal, rational } from './rational.ts';
import { areEqual, massDimensions, parseUnit, toBase } from './units.ts';

export interface LocalisedText {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** V verified · V* verified arithmetically · S second-hand · D demonstration only. */
export type Confidence = 'V' | 'V*' | 'S' | 'D';

export interface Factor {
  /** Decimal text. */
  readonly value: string;
  readonly unit: string;
  readonly source: string;
  readonly confidence: Confidence;
}

export interface ModeFormula {
  readonly formula: string;
  /** Names of quantities that the formula takes, each a field of the activity. */
  readonly quantities: readonly QuantityName[];
  /** Where the source knows no distance: the methodology's own figure, in metres. */
  readonly defaultDistanceMeters?: Factor;
}

export type QuantityName = 'distanceMeters' | 'energyWattHours' | 'steps';

/** 方法学 as a file: immutable, identified by the digest of its canonical bytes. */
export interface MethodologyFile {
  readonly id: string;
  readonly version: string;
  readonly name: LocalisedText;
  readonly region: string;
  readonly issuer: string;
  readonly source: string;
  readonly confidence: Confidence;
  readonly validFrom: Day;
  readonly validTo?: Day;
  readonly isDemonstration: boolean;
  readonly rounding: 'floor-to-milligram';
  readonly factors: Readonly<Record<string, Factor>>;
  readonly modes: Readonly<Partial<Record<Mode, ModeFormula>>>;
}

export interface Methodology {
  readonly file: MethodologyFile;
  readonly reference: MethodologyReference;
  readonly formulas: ReadonlyMap<Mode, { readonly expression: Expression; readonly formula: ModeFormula }>;
}

const quantityUnits: Readonly<Record<QuantityName, string>> = {
  distanceMeters: 'm',
  energyWattHours: 'Wh',
  steps: 'step',
};
const milligramsPerGram = 1000n;

/** @see docs/spec/canonical-v1.md §6 */
export function digestOf(file: MethodologyFile): string {
  return hash(
    'sha256',
    Buffer.concat([Buffer.from('tanhui-methodology-v1\0'), Buffer.from(canonicalJson(file as unknown as Json))]),
    'hex',
  );
}

/** Checks a file and compiles its formulas; a factor without source or confidence, or a unit that does not fit, is refused here. */
export function compileMethodology(file: MethodologyFile): Methodology {
  const scope: Record<string, { dimensions: Expression['dimensions']; constant?: Rational }> = {};
  for (const [name, unit] of Object.entries(quantityUnits))
    scope[name] = { dimensions: required(parseUnit(unit), unit).dimensions };
  for (const [name, factor] of Object.entries(file.factors)) scope[name] = constantOf(`${file.id}.${name}`, factor);
  const formulas = new Map<Mode, { expression: Expression; formula: ModeFormula }>();
  for (const [mode, formula] of Object.entries(file.modes) as [Mode, ModeFormula][]) {
    const expression = compileExpression(formula.formula, scope);
    assert(
      areEqual(expression.dimensions, massDimensions),
      `${file.id}@${file.version} ${mode}: the formula gives no mass`,
    );
    formulas.set(mode, { expression, formula });
  }
  return { file, reference: { id: file.id, version: file.version, digest: digestOf(file) }, formulas };
}

function constantOf(name: string, factor: Factor): { dimensions: Expression['dimensions']; constant: Rational } {
  assert(factor.source.length > 0, `${name} names its source`);
  const unit = required(parseUnit(factor.unit), `unit of ${name}: ${factor.unit}`);
  const value = required(parseDecimal(factor.value), `decimal of ${name}: ${factor.value}`);
  return { dimensions: unit.dimensions, constant: toBase(value, unit) };
}

export interface Quantification {
  readonly milligrams: Milligrams;
  readonly quantities: Readonly<Record<string, string>>;
}

/** 量化: exact arithmetic, one floor at the end, nothing below zero. Undefined where the mode or a quantity is missing. */
export function quantify(
  methodology: Methodology,
  draft: Pick<ActivityDraft, 'mode' | QuantityName>,
): Quantification | undefined {
  const found = methodology.formulas.get(draft.mode);
  if (found === undefined) return undefined;
  const values: Record<string, Rational> = {};
  const quantities: Record<string, string> = {};
  for (const name of found.formula.quantities) {
    const value = draft[name] ?? defaultOf(name, found.formula);
    if (value === undefined) return undefined;
    values[name] = rational(BigInt(value));
    quantities[name] = String(value);
  }
  return { milligrams: inMilligrams(found.expression.evaluate(values)), quantities };
}

function defaultOf(name: QuantityName, formula: ModeFormula): number | undefined {
  if (name !== 'distanceMeters' || formula.defaultDistanceMeters === undefined) return undefined;
  return Number(formula.defaultDistanceMeters.value);
}

/** Base mass is grams. */
function inMilligrams({ n, d }: Rational): Milligrams {
  const whole = floor({ n: n * milligramsPerGram, d });
  return milligrams(whole < 0n ? 0n : whole);
}
