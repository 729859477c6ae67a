import { describe, expect, it } from 'vitest';
import { createLease, leases, underLease } from '../leases.ts';
import type { Lease } from '../leases.ts';
import { counters, openingStores } from './site.ts';
import type { StorageEngine } from './site.ts';

const longMs = 60_000;

export function describeLeases(engine: StorageEngine): void {
  const open = openingStores(engine);

  /** Two servers on one store, and a clock that both look at. */
  const servers = async () => {
    const { store } = await open();
    let now = 1_000_000;
    const leaseOf = (holder: string): Lease => createLease({ store, clock: { now: () => now }, holder }, 'worker');
    const write = (lease: Lease, n: number) =>
      lease.store.unitOfWork(async (tx) => {
        const stored = await tx.get(counters, 'written');
        await tx.replaceMany(counters, [{ key: 'written', version: stored?.version ?? 0, value: { n } }]);
      });
    return {
      leaseOf,
      write,
      pass: (milliseconds: number) => void (now += milliseconds),
      written: async () => (await store.get(counters, 'written'))?.value.n,
      token: async () => (await store.get(leases, 'worker'))?.value.token,
    };
  };

  describe('a lease', () => {
    it('is held by one server at a time, prolonged by it, and free once it has given it back', async () => {
      const { leaseOf, pass, token } = await servers();
      const [one, two] = [leaseOf('one'), leaseOf('two')];
      expect([await one.hold(), await two.hold()]).toEqual([true, false]);
      for (let step = 0; step < 5; step += 1) {
        pass(10_000);
        expect([await one.hold(), await two.hold()]).toEqual([true, false]);
      }
      expect(await token()).toBe(1);
      await one.release();
      expect([await two.hold(), await one.hold(), await token()]).toEqual([true, false, 2]);
    });

    it('passes on when its holder is not heard of, and refuses every later write of that one', async () => {
      const { leaseOf, write, pass, written } = await servers();
      const [one, two] = [leaseOf('one'), leaseOf('two')];
      await one.hold();
      await write(one, 1);
      pass(longMs);
      expect(await two.hold()).toBe(true);
      await expect(write(one, 2)).rejects.toMatchObject({ code: 'STORAGE_LEASE_LOST' });
      expect(await written()).toBe(1);
      await write(two, 3);
      await one.release();
      await write(two, 4);
      expect([await written(), await one.hold()]).toEqual([4, false]);
    });

    it('refuses what is written without it, and what an earlier life of the same server still writes', async () => {
      const { leaseOf, write, written } = await servers();
      await expect(write(leaseOf('one'), 1)).rejects.toMatchObject({ code: 'STORAGE_LEASE_LOST' });
      const before = leaseOf('one');
      await before.hold();
      const after = leaseOf('one');
      expect(await after.hold()).toBe(true);
      await expect(write(before, 2)).rejects.toMatchObject({ code: 'STORAGE_LEASE_LOST' });
      await write(after, 3);
      expect(await written()).toBe(3);
    });

    it('lets a step that outlived it end quietly, and passes on what else went wrong', async () => {
      const { leaseOf, write, pass, written } = await servers();
      const [one, two] = [leaseOf('one'), leaseOf('two')];
      const step = async (): Promise<string> => {
        pass(longMs);
        await two.hold();
        await write(one, 1);
        return 'written';
      };
      expect(await underLease(one, step, 'nothing')).toBe('nothing');
      expect(await underLease(one, () => Promise.resolve('done'), 'nothing')).toBe('nothing');
      const failure = new Error('on purpose');
      await expect(underLease(two, () => Promise.reject(failure), 'nothing')).rejects.toBe(failure);
      expect(await written()).toBeUndefined();
    });
  });
}
