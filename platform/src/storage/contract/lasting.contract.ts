import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { required } from '../../kernel/index.ts';
import type { DocumentStore } from '../port.ts';
import { counters, things } from './site.ts';
import type { StorageEngine, StorageSite } from './site.ts';

const child = fileURLToPath(new URL('../../../test/support/units.child.ts', import.meta.url));
/** A database keeps the locks of a transaction whose process is gone for up to a minute. */
const patienceMs = 100_000;
/** What each unit of work of the child inserts, beside its count. */
const documentsPerUnit = 5;

/** Runs units of work in another process, kills it where it stands after so many acknowledgements, and gives the last number it acknowledged. */
function acknowledgedUntilKilled(address: string, stopAfter: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, ['--conditions=tanhui-source', child, address], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = 0;
    const started = { at: 0 };
    createInterface({ input: running.stdout }).on('line', (line) => {
      acknowledged = Number(line);
      started.at = started.at === 0 ? acknowledged : started.at;
      if (acknowledged >= started.at + stopAfter) running.kill('SIGKILL');
    });
    running.once('error', reject);
    running.once('exit', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(acknowledged);
      else reject(new Error('the child ended by itself'));
    });
  });
}

export function describeLasting(engine: StorageEngine): void {
  const sites: StorageSite[] = [];
  const stores: DocumentStore[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const site of sites.splice(0)) await site.remove();
  });
  const lasting = async (): Promise<StorageSite> => {
    const site = await engine.site();
    sites.push(site);
    return site;
  };
  const opened = async (site: StorageSite, ...[declared]: Parameters<StorageSite['open']>): Promise<DocumentStore> => {
    const store = await site.open(declared);
    stores.push(store);
    return store;
  };
  const closed = async (store: DocumentStore): Promise<void> => {
    stores.splice(stores.indexOf(store), 1);
    await store.close();
  };

  describe('what was committed', () => {
    it('is there when the store is opened again', async () => {
      const site = await lasting();
      const store = await opened(site, [things, counters]);
      await store.unitOfWork((tx) => tx.insertMany(things, [{ key: 'a', value: { day: '2026-01-01', note: '碳' } }]));
      await closed(store);
      const again = await opened(site, [things, counters]);
      expect(await again.get(things, 'a')).toEqual({ key: 'a', version: 1, value: { day: '2026-01-01', note: '碳' } });
    });

    it('is found by an index that was declared later, or otherwise', async () => {
      const site = await lasting();
      const bare = { ...things, indexes: [{ name: 'by_day', fields: ['day'] }] };
      const store = await opened(site, [bare]);
      const documents = Array.from({ length: 9 }, (_, at) => ({
        key: `k${String(at)}`,
        value: { day: '2026-01-01', kind: 'x', rank: 9 - at, ...(at < 2 && { openAt: at }) },
      }));
      await store.unitOfWork((tx) => tx.insertMany(bare, documents));
      await closed(store);
      const again = await opened(site, [things]);
      const byRank = await again.find(things, { index: 'by_day', prefix: ['2026-01-01', 'x'], from: 1, limit: 3 });
      expect(byRank.items.map(({ key }) => key)).toEqual(['k8', 'k7', 'k6']);
      expect((await again.find(things, { index: 'open', limit: 9 })).items.map(({ key }) => key)).toEqual(['k0', 'k1']);
      await again.unitOfWork((tx) => tx.replaceMany(things, [{ key: 'k8', version: 1, value: { day: '2026-01-02' } }]));
      expect((await again.find(things, { index: 'by_day', from: '2026-01-02', limit: 9 })).items).toHaveLength(1);
    });

    it('is found by an index that has another name now', async () => {
      const site = await lasting();
      const [byDay] = things.indexes;
      const named = (name: string) => ({ ...things, indexes: [{ ...required(byDay, 'index'), name }] });
      const store = await opened(site, [named('before')]);
      await store.unitOfWork((tx) => tx.insertMany(named('before'), [{ key: 'a', value: { day: '2026-01-01' } }]));
      await closed(store);
      const again = await opened(site, [named('after')]);
      const { items } = await again.find(named('after'), { index: 'after', prefix: ['2026-01-01'], limit: 5 });
      expect(items.map(({ key }) => key)).toEqual(['a']);
    });

    it('is refused to a server older than the one that wrote it', async () => {
      const site = await lasting();
      await closed(await opened(site, [things]));
      await site.markAsNewer();
      await expect(site.open([things])).rejects.toMatchObject({ code: 'STORAGE_NEWER_SCHEMA' });
    });

    it(
      'is all there, and nothing of what was not acknowledged is half there, after kill -9',
      { timeout: patienceMs },
      async () => {
        const site = await lasting();
        for (const stopAfter of [3, 11]) {
          const acknowledged = await acknowledgedUntilKilled(site.address, stopAfter);
          const store = await opened(site, [things, counters]);
          const units = (await store.get(counters, 'units'))?.value.n ?? 0;
          // The unit that was under way may have committed without its answer being heard.
          expect(units).toBeGreaterThanOrEqual(acknowledged);
          expect(units).toBeLessThanOrEqual(acknowledged + 1);
          const keys = Array.from({ length: (units + 1) * documentsPerUnit }, (_, at) => `k${String(at)}`);
          expect((await store.getMany(things, keys)).size).toBe(units * documentsPerUnit);
          await closed(store);
        }
      },
    );
  });
}
