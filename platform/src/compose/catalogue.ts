import type { Config } from '../config.ts';
import { Refusal } from '../kernel/index.ts';
import type { MethodologyCatalogue } from '../methodologies/index.ts';
import { loadCatalogue } from '../methodologies/index.ts';

/** Methodologies and programmes of this installation; refuses files that do not fit, and a setting that names no programme of theirs. */
export function openCatalogue(config: Pick<Config, 'cityFolder' | 'mode' | 'programme'>): MethodologyCatalogue {
  const catalogue = loadCatalogue(config);
  programmeMissing(catalogue);
  return catalogue;
}

/**
 * What to do where there is no programme yet. A production starts without one, so that its first administrator can be made before its city is described;
 * until then nothing is counted and every request says this.
 */
export function programmeMissing(catalogue: MethodologyCatalogue): Refusal | undefined {
  try {
    catalogue.own();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'METHODOLOGIES_NO_PROGRAMME') return error;
    throw error;
  }
}
