import { isDeepStrictEqual } from 'node:util';
import { mongo } from 'mongoose';
import { required } from '../../kernel/index.ts';
import type { IndexDefinition } from '../port.ts';
import { pathOf } from './rows.ts';
import type { Rows, Shelf } from './rows.ts';

const primaryIndex = '_id_';
const maxTries = 5;
/** Not found, made otherwise, or its making cut short: what one server meets when another one that starts at the same time makes the same indexes anew. */
const othersDoing = new Set<unknown>([27, 85, 86, 276]);

/**
 * Makes the indexes of a collection as they are declared now; one that is declared no more, or otherwise, goes. Queries name their index, so its name counts too.
 * Those that are there are asked for again: where another server is still making one, that waits for it.
 */
export async function keepIndexes({ collection, rows }: Shelf): Promise<void> {
  const declared = collection.indexes.map(descriptionOf);
  for (let tried = 1; ; tried += 1) {
    try {
      await dropOthers(rows, declared);
      if (declared.length > 0) await rows.createIndexes(declared);
      return;
    } catch (error) {
      const isTheirs = error instanceof mongo.MongoServerError && othersDoing.has(error.code);
      if (!isTheirs || tried === maxTries) throw error;
    }
  }
}

type Description = mongo.IndexDescription & { readonly name: string };

/** The key stands behind the fields, so that a page may begin anywhere between two documents; a unique index is unambiguous without. */
function descriptionOf({ name, fields, unique, sparse }: IndexDefinition): Description {
  const isUnique = unique === true;
  const paths = [...fields, ...(isUnique ? [] : ['key'])].map((field): [string, 1] => [pathOf(field), 1]);
  const first = pathOf(required(fields[0], 'field'));
  return {
    name,
    key: Object.fromEntries(paths),
    ...(isUnique && { unique: true }),
    ...(sparse === true && { partialFilterExpression: { [first]: { $exists: true } } }),
  };
}

async function dropOthers(rows: Rows, declared: readonly Description[]): Promise<void> {
  const wanted = declared.map(traitsOf);
  for (const index of await rows.indexes()) {
    const { name = primaryIndex } = index;
    const stays = name === primaryIndex || wanted.some((traits) => isDeepStrictEqual(traits, traitsOf(index)));
    if (!stays) await rows.dropIndex(name);
  }
}

/** What makes an index the one that is declared; order counts among its fields. */
function traitsOf(index: Description | mongo.IndexDescriptionInfo): unknown {
  const { name, key, unique, sparse, partialFilterExpression, expireAfterSeconds } = index;
  return [name, Object.entries(key), unique === true, sparse === true, partialFilterExpression, expireAfterSeconds];
}
