import { Refusal } from '../kernel/index.ts';
import type { MethodologyCatalogue, Programme } from '../methodologies/index.ts';

/** The programme that a caller names; refuses one that nobody has, and one that production leaves out. */
export function namedProgramme({ catalogue }: { readonly catalogue: MethodologyCatalogue }, id: string): Programme {
  const found = catalogue.offered(id);
  if (found === undefined)
    throw new Refusal('INTAKE_PROGRAMME_UNKNOWN', 'not-found', { details: { field: 'programme' } });
  return found;
}
