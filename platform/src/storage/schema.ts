import { refuseStorage } from './refusals.ts';

/**
 * How stores are laid out, in steps that only grow: collections and indexes follow their declarations by themselves, so a new number is for what documents must be
 * rewritten for. A store says which number wrote it.
 *
 * 2: grams that nobody has claimed stand in one account of their programme (`intake/gathering.ts`).
 */
export const schemaVersion = 2;

/** A server never works on what a later one has written: it would lose what it does not know. */
export function checkSchemaVersion(found: number): void {
  if (found > schemaVersion) throw refuseStorage('STORAGE_NEWER_SCHEMA', { found, known: schemaVersion });
}
