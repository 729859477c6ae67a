export type { MethodologyCatalogue } from './catalogue.ts';
export { explain } from './explanation.ts';
export type { Explanation } from './explanation.ts';
export { loadCatalogue, maxCreditedDays } from './files.ts';
export { compileMethodology, digestOf, quantify } from './methodology.ts';
export type { Methodology, MethodologyFile } from './methodology.ts';
export type { Programme } from './programme.ts';
export { methodologyRefusals } from './refusals.ts';
export { sourceOf } from './source-texts.ts';
