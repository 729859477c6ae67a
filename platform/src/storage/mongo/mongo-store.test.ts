import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { mongoServerForTests } from '../../../test/support/mongo-server.ts';
import { mongoSite } from '../../../test/support/stores.ts';
import { required, Secret } from '../../kernel/index.ts';
import { systemRandom } from '../../runtime/index.ts';
import { counters, things } from '../contract/site.ts';
import { describeStorage } from '../contract/storage.contract.ts';
import type { DocumentStore } from '../port.ts';
import { createMongoStore } from './mongo-store.ts';

const server = await mongoServerForTests();
afterAll(() => server?.stop());

const engine = {
  name: `MongoDB on ${server?.name ?? 'no server'}`,
  site: () => mongoSite(required(server, 'server')),
  sequences: 6,
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
