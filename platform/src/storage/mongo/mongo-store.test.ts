import { inspect } from 'node:util';
import mongoose from 'mongoose';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { mongoServerForTests } from '../../../test/support/mongo-server.ts';
import { mongoSite } from '../../../test/support/stores.ts';
import { required, Secret } from '../../kernel/index.ts';
import { systemRandom } from '../../runtime/index.ts';
import { byBytes, counters, things } from '../contract/site.ts';
import { describeStorage } from '../contract/storage.contract.ts';
import type { DocumentStore } from '../port.ts';
import { connect } from './connecting.ts';
import { createMongoStore } from './mongo-store.ts';
import { seeMongo } from './seeing.ts';

const server = await mongoServerForTests();
afterAll(() => server?.stop());

const engine = {
  name: `MongoDB on ${server?.name ?? 'no server'}`,
  site: () => mongoSite(required(server, 'server')),
  sequences: 20,
};
describeStorage(engine, { isLasting: true, isSkipped: server === undefined });

describe('an address', () => {
  const open = (uri: string) => createMongoStore({ uri: new Secret(uri), collections: [things], random: systemRandom });

  it.each([
    ['STORAGE_ADDRESS_UNREADABLE', 'mongodb://user:pass-word@'],
    ['STORAGE_ADDRESS_UNREADABLE', 'postgres://user:pass-word@127.0.0.1/tanhui'],
    ['STORAGE_ADDRESS_UNREADABLE', 'mongodb://user:pass-word@127.0.0.1:1/tanhui?replicaSet=rs0&nonsense=1'],
    ['STORAGE_UNREACHABLE', 'mongodb://user:pass-word@127.0.0.1:1/tanhui?replicaSet=rs0'],
  ])('is refused as %s, and its password told to nobody', async (code, uri) => {
    const failure: unknown = await open(uri).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(inspect(failure, { depth: 20 })).not.toContain('pass-word');
  });
});

async function indexesAt(address: string): Promise<mongoose.mongo.IndexDescriptionInfo[]> {
  const connection = await mongoose.createConnection(address).asPromise();
  try {
    const indexes = await connection.collection(things.name).indexes();
    return indexes.toSorted((first, second) => byBytes(first.name ?? '', second.name ?? ''));
  } finally {
    await connection.close();
  }
}

describe.skipIf(server === undefined)('an address that asks for less', () => {
  it('is read from and written to as every other one', async () => {
    const less = 'w=1&journal=false&readConcernLevel=local&readPreference=secondary';
    const connection = await connect(new Secret(`${required(server, 'server').uriOf('less')}&${less}`));
    const { readConcern, readPreference, writeConcern } = connection.getClient().options;
    expect([readConcern.level, readPreference.mode, writeConcern.w, writeConcern.journal]).toEqual([
      'majority',
      'primary',
      'majority',
      true,
    ]);
    await connection.close();
  });
});

describe.skipIf(server === undefined)('a database that lets one connect, and do nothing', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each([
    ['opened', (uri: Secret) => createMongoStore({ uri, collections: [things], random: systemRandom })],
    ['looked at', seeMongo],
  ])('is told as access that is denied where it is %s', async (_, open) => {
    const denied = { message: 'Command find requires authentication', code: 13 };
    vi.spyOn(mongoose.mongo.Collection.prototype, 'findOne').mockRejectedValue(
      new mongoose.mongo.MongoServerError(denied),
    );
    const uri = new Secret(required(server, 'server').uriOf('denied'));
    await expect(open(uri)).rejects.toMatchObject({ code: 'STORAGE_ACCESS_DENIED' });
  });
});

describe.skipIf(server === undefined)('several servers on one database', () => {
  const opened = async (
    count: number,
  ): Promise<{ readonly stores: DocumentStore[]; readonly close: () => Promise<void> }> => {
    const site = await mongoSite(required(server, 'server'));
    const stores = await Promise.all(Array.from({ length: count }, () => site.open([things, counters])));
    const close = async (): Promise<void> => {
      for (const store of stores) await store.close();
      await site.remove();
    };
    return { stores, close };
  };

  it('lose no update of one document, and make each key once', async () => {
    const { stores, close } = await opened(3);
    const answers = await Promise.all(
      Array.from({ length: 45 }, (_, at) =>
        required(stores[at % 3], 'store').unitOfWork(async (tx) => {
          const stored = await tx.get(counters, 'n');
          const n = (stored?.value.n ?? 0) + 1;
          await tx.replaceMany(counters, [{ key: 'n', version: stored?.version ?? 0, value: { n } }]);
          return tx.insertMany(things, [{ key: `k${String(at % 5)}`, value: { rank: at } }]);
        }),
      ),
    );
    expect((await stores[0]?.get(counters, 'n'))?.value.n).toBe(45);
    expect(answers.flat().filter((answer) => answer === 'inserted')).toHaveLength(5);
    await close();
  });

  it('may start at once, also where an index is to be made anew', async () => {
    const site = await mongoSite(required(server, 'server'));
    const before = {
      ...things,
      indexes: things.indexes.map((index) => ({ ...index, fields: index.fields.slice(0, 1) })),
    };
    await (await site.open([before])).close();
    const stores = await Promise.all(Array.from({ length: 4 }, () => site.open([things])));
    const indexes = await indexesAt(site.address);
    expect(indexes.map(({ name, key }) => [name, Object.keys(key)])).toEqual([
      ['_id_', ['_id']],
      ['by_code', ['by.codeOn', 'by.code']],
      ['by_day', ['by.day', 'by.kind', 'by.rank', '_id']],
      ['open', ['by.openAt', '_id']],
    ]);
    for (const store of stores) await store.close();
    await site.remove();
  });

  it('see in a hold what another one has changed meanwhile', async () => {
    const { stores, close } = await opened(2);
    const [mine, theirs] = [required(stores[0], 'store'), required(stores[1], 'store')];
    await mine.unitOfWork((tx) => tx.insertMany(counters, [{ key: 'n', value: { n: 1 } }]));
    let runs = 0;
    const seen = await mine.unitOfWork(async (tx) => {
      runs += 1;
      const stored = required(await tx.get(counters, 'n'), 'counter');
      if (runs === 1) await theirs.unitOfWork((other) => other.replaceMany(counters, [{ ...stored, value: { n: 2 } }]));
      await tx.holdMany(counters, [stored]);
      return stored.value.n;
    });
    expect([runs, seen]).toEqual([2, 2]);
    await close();
  });
});
