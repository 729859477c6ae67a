import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import type { Random, Secret } from '../../kernel/index.ts';
import { required } from '../../kernel/index.ts';
import { checkCollections } from '../collections.ts';
import type { Collection, Document, DocumentStore, Reader, Transaction } from '../port.ts';
import { createUnitGuard } from '../units.ts';
import { asThrown, createRunner } from './attempts.ts';
import { connect, notOpened } from './connecting.ts';
import { openShelves } from './models.ts';
import { mongoReader } from './reading.ts';
import type { Shelf } from './rows.ts';
import { mongoTransaction } from './writing.ts';

export interface MongoOptions {
  /** `mongodb://…` of a replica set or a sharded cluster; the database in it, or `tanhui`. */
  readonly uri: Secret;
  readonly collections: readonly Collection<Document>[];
  readonly random: Random;
}

/**
 * The store of a city: MongoDB through mongoose, majority reads and writes, a transaction for each unit of work. One unit of work at a time in this process, as in the
 * embedded store: those of one process would mostly meet in the same totals, and whoever comes second there is rolled back. Other processes may write at the same time.
 */
export async function createMongoStore({ uri, collections, random }: MongoOptions): Promise<DocumentStore> {
  checkCollections(collections);
  const connection = await connect(uri);
  try {
    return storeOn(connection, await openShelves(connection, collections), random);
  } catch (error) {
    await connection.close();
    throw notOpened(error);
  }
}

function storeOn(connection: Connection, shelves: ReadonlyMap<string, Shelf>, random: Random): DocumentStore {
  const shelfOf = ({ name }: Collection<Document>): Shelf => required(shelves.get(name), `collection ${name}`);
  const run = createRunner(connection.getClient(), random);
  const units = createUnitGuard();
  let queue: Promise<unknown> = Promise.resolve();
  return {
    ...answering(mongoReader(shelfOf, {})),
    async unitOfWork<Result>(work: (transaction: Transaction) => Promise<Result>) {
      units.assertOutside();
      const unit = queue.then(() =>
        run(async (session) => {
          const { transaction, end } = mongoTransaction(shelfOf, session);
          try {
            const { value, deferred } = await units.run(transaction, work);
            await deferred;
            return value;
          } finally {
            await end();
          }
        }),
      );
      queue = unit.catch(() => undefined);
      return unit;
    },
    scrub: () => Promise.resolve(),
    approximateCount: (collection) => shelfOf(collection).rows.estimatedDocumentCount(),
    health: async () => ({ engine: 'mongodb', writable: await isWritable(connection) }),
    async close() {
      await queue;
      await connection.close();
    },
  };
}

/** Reads outside of a unit of work say in our words what they could not do. */
function answering(reader: Reader): Reader {
  const told = (error: unknown): never => {
    throw asThrown(error);
  };
  return {
    get: (collection, key) => reader.get(collection, key).catch(told),
    getMany: (collection, keys) => reader.getMany(collection, keys).catch(told),
    find: (collection, query) => reader.find(collection, query).catch(told),
  };
}

const healthTimeoutMs = 2_000;

async function isWritable(connection: Connection): Promise<boolean> {
  if (connection.readyState !== mongoose.ConnectionStates.connected) return false;
  try {
    const hello = await required(connection.db, 'database').command(
      { hello: 1 },
      { signal: AbortSignal.timeout(healthTimeoutMs) },
    );
    return hello['isWritablePrimary'] === true;
  } catch {
    return false;
  }
}
