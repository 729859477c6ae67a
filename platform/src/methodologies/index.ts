export { builtInCatalogue, createCatalogue } from './catalogue.ts';
export type { CatalogueAnswer, MethodologyCatalogue, Programme, ProgrammeTable, SelectionLine } from './catalogue.ts';
export { explain } from './explanation.ts';
export type { Explanation } from './explanation.ts';
export { compileMethodology, digestOf, quantify } from './methodology.ts';
export type { Methodology, MethodologyFile } from './methodology.ts';
export { methodologyRefusals } from './refusals.ts';
