import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Clock, Random, StepTimes } from '../kernel/index.ts';
import type { DocumentStore, Lease } from '../storage/index.ts';
import { createLease } from '../storage/index.ts';
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

/** Leases of this server's workers. A file has one server at a time, which takes up its own leases again; on a database each server is somebody else. */
export function leasesOf(
  store: DocumentStore,
  parts: { readonly clock: Clock; readonly random: Random; readonly engine: Config['store']['engine'] },
): (worker: string) => Lease {
  const { clock, random, engine } = parts;
  const holder = engine === 'sqlite' ? 'embedded' : Buffer.from(random.bytes(8)).toString('hex');
  return (worker) => createLease({ store, clock, holder }, worker);
}

/** What stands where this installation keeps its documents, in words; refuses as a start would. */
export async function seeStore({ store, dataFolder }: Pick<Config, 'store' | 'dataFolder'>): Promise<string> {
  if (store.engine === 'sqlite') return `embedded store in ${dataFolder}`;
  const { seeMongo } = await import('../storage/mongo/seeing.ts');
  return seeMongo(store.uri);
}
