import { refuser, sha256 } from '../kernel/index.ts';
import type { Collection, DocumentStore } from '../storage/index.ts';
import { identityRefusals } from './refusals.ts';

const refuse = refuser(identityRefusals);

/** 密钥标: the keys that these documents were written with, each by a fingerprint that leads nowhere back. */
export interface KeyMarkDocument {
  readonly fingerprints: Readonly<Record<string, string>>;
}

export const keyMarks: Collection<KeyMarkDocument> = {
  name: 'key_marks',
  keys: { exception: 'one document, read once at start' },
  indexes: [],
};

const markKey = 'keys';

/**
 * Refuses keys other than those that the documents were written with; the first ones are remembered. With others the same card would be somebody else, who earns again
 * for the same trips, and an erased one would be taken.
 * @param keys by name; random, so that a fingerprint cannot be guessed
 */
export async function holdToKeys(store: DocumentStore, keys: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const mark: KeyMarkDocument = {
    fingerprints: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, fingerprintOf(name, key)])),
  };
  const known = await store.unitOfWork(async (tx) => {
    const stored = await tx.get(keyMarks, markKey);
    if (stored === undefined) await tx.insertMany(keyMarks, [{ key: markKey, value: mark }]);
    return stored?.value ?? mark;
  });
  const other = Object.keys(keys).filter((name) => known.fingerprints[name] !== mark.fingerprints[name]);
  if (other.length > 0) throw refuse('IDENTITY_KEYS_OF_OTHER_DATA', { keys: other.join(', ') });
}

function fingerprintOf(name: string, key: Uint8Array): string {
  return sha256([`tanhui-key-v1\0${name}\0`, key], 'hex');
}
