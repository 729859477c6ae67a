import { join } from 'node:path';
import type { Config } from '../config.ts';
import { holdToKeys } from '../identity/index.ts';
import type { Clock, Random, StepTimes } from '../kernel/index.ts';
import type { InstallationKeys } from '../runtime/keys.ts';
import type { DocumentStore, Lease } from '../storage/index.ts';
import { createLease } from '../storage/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { collections } from './collections.ts';

type Place = Pick<Config, 'store' | 'dataFolder'>;

interface StoreParts {
  readonly random: Random;
  readonly keys: InstallationKeys;
  readonly steps?: StepTimes;
}

/** The store of this installation, open with every collection and known to be written with these keys. */
export async function openStore(place: Place, parts: StoreParts): Promise<DocumentStore> {
  const store = await engineOf(place, parts);
  try {
    await holdToKeys(store, { ...parts.keys });
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function engineOf({ store, dataFolder }: Place, { random, steps }: StoreParts): Promise<DocumentStore> {
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
export async function seeStore({ store, dataFolder }: Place): Promise<string> {
  if (store.engine === 'sqlite') return `embedded store in ${dataFolder}`;
  const { seeMongo } = await import('../storage/mongo/seeing.ts');
  return seeMongo(store.uri);
}
