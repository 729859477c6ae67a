import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Random, StepTimes } from '../kernel/index.ts';
import type { DocumentStore } from '../storage/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { collections } from './collections.ts';

/** The store of this installation, open with every collection. */
export async function openStore(
  { store, dataFolder }: Pick<Config, 'store' | 'dataFolder'>,
  { random, steps }: { readonly random: Random; readonly steps?: StepTimes },
): Promise<DocumentStore> {
  if (store.engine === 'sqlite')
    return createSqliteStore({
      path: join(dataFolder, 'tanhui.db'),
      collections,
      isThreaded: true,
      ...(steps !== undefined && { steps }),
    });
  // The driver takes memory that an embedded installation has no use for.
  const { createMongoStore } = await import('../storage/mongo/mongo-store.ts');
  return createMongoStore({ uri: store.uri, collections, random });
}
