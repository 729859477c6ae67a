import type { Mode } from '@tanhui/sdk/model';
import type { Json } from '../kernel/index.ts';
import { canonicalJson } from '../kernel/index.ts';
import { factorName, inWords } from './explanation.ts';
import type { Confidence, Factor, LocalisedText, Methodology } from './methodology.ts';
import { factorSource } from './source-texts.ts';

export interface FactorText {
  readonly value: string;
  readonly unit: string;
  readonly source: LocalisedText;
  readonly confidence: Confidence;
}

/** 方法学全文: everything that a version says, in words, and the bytes that its digest is of. */
export interface MethodologyText {
  readonly region: string;
  readonly issuer: string;
  readonly rounding: string;
  readonly formulas: readonly {
    readonly mode: Mode;
    readonly formula: string;
    readonly inWords: LocalisedText;
    readonly defaultDistance?: FactorText;
  }[];
  readonly factors: readonly (FactorText & { readonly name: string; readonly label: LocalisedText })[];
  readonly canonicalText: string;
}

export function fullTextOf({ file, formulas }: Pick<Methodology, 'file' | 'formulas'>): MethodologyText {
  const names = Object.keys(file.factors);
  return {
    ...{ region: file.region, issuer: file.issuer, rounding: file.rounding },
    formulas: [...formulas].map(([mode, { formula }]) => ({
      ...{ mode, formula: formula.formula, inWords: inWords(formula, names) },
      ...(formula.defaultDistanceMeters !== undefined && { defaultDistance: textOf(formula.defaultDistanceMeters) }),
    })),
    factors: Object.entries(file.factors).map(([name, factor]) => ({
      ...{ name, label: factorName(name) },
      ...textOf(factor),
    })),
    canonicalText: canonicalJson(file as unknown as Json),
  };
}

function textOf(factor: Factor): FactorText {
  const { value, unit, confidence } = factor;
  return { value, unit, source: factorSource(factor), confidence };
}
