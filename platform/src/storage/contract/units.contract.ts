import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DocumentStore, Transaction } from '../port.ts';
import { StorageConflict } from '../port.ts';
import { counters, openingStores, things } from './site.ts';
import type { StorageEngine } from './site.ts';

/** Long enough for another unit of work to do what it can before this one goes on. */
const aWhileMs = 30;

/** How often a unit of work whose expectations do not hold may be run again before somebody hears of it. */
const fewTries = 5;

async function increment(tx: Transaction, key: string, by = 1): Promise<void> {
  const stored = await tx.get(counters, key);
  await tx.replaceMany(counters, [{ key, version: stored?.version ?? 0, value: { n: (stored?.value.n ?? 0) + by } }]);
}

async function valueOf(store: DocumentStore, key: string): Promise<number | undefined> {
  return (await store.get(counters, key))?.value.n;
}

export function describeUnits(engine: StorageEngine): void {
  const open = openingStores(engine);

  describe('a unit of work', () => {
    it('gives what its work gives, and commits every collection together', async () => {
      const { store } = await open();
      const answer = await store.unitOfWork(async (tx) => {
        await tx.insertMany(things, [{ key: 'a', value: {} }]);
        await increment(tx, 'n');
        return 'done';
      });
      expect([answer, await valueOf(store, 'n'), (await store.get(things, 'a'))?.version]).toEqual(['done', 1, 1]);
    });

    it('leaves nothing behind when its work throws, and throws the same', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => increment(tx, 'n'));
      const failure = new Error('on purpose');
      let runs = 0;
      const failing = store.unitOfWork(async (tx) => {
        runs += 1;
        await tx.insertMany(things, [{ key: 'a', value: {} }]);
        await increment(tx, 'n');
        await tx.removeMany(counters, ['n']);
        throw failure;
      });
      await expect(failing).rejects.toBe(failure);
      expect(runs).toBe(1);
      expect([await valueOf(store, 'n'), await store.get(things, 'a')]).toEqual([1, undefined]);
    });

    it('carries out nothing of a try that failed, also of what was asked for together with what failed', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => increment(tx, 'n'));
      let tries = 0;
      await store.unitOfWork(async (tx) => {
        tries += 1;
        if (tries > 1) {
          await wait(aWhileMs);
          await tx.insertMany(things, [{ key: 'second try', value: {} }]);
          return;
        }
        await Promise.all([
          tx.replaceMany(counters, [{ key: 'n', version: 9, value: { n: 9 } }]),
          // Enough to be still on their way when the next try has begun.
          ...Array.from({ length: 200 }, (_, at) =>
            tx.insertMany(things, [{ key: `first try ${String(at)}`, value: {} }]),
          ),
          tx.replaceMany(counters, [{ key: 'n', version: 1, value: { n: 7 } }]),
        ]);
      });
      expect([tries, await valueOf(store, 'n')]).toEqual([2, 1]);
      const { items } = await store.find(things, { index: 'key', limit: 5 });
      expect(items.map(({ key }) => key)).toEqual(['second try']);
    });

    it('commits what it writes later, sees it meanwhile, and is not answered before', async () => {
      const { store } = await open();
      const seen = await store.unitOfWork(async (tx) => {
        tx.later.insertMany(things, [{ key: 'a', value: {} }]);
        tx.later.insertMany(counters, [{ key: 'n', value: { n: 1 } }]);
        tx.later.replaceMany(counters, [{ key: 'n', version: 1, value: { n: 2 } }]);
        tx.later.insertMany(things, [{ key: 'b', value: {} }]);
        tx.later.removeMany(things, ['b']);
        return [
          (await tx.get(things, 'a'))?.version,
          (await tx.get(counters, 'n'))?.value.n,
          await tx.get(things, 'b'),
        ];
      });
      expect(seen).toEqual([1, 2, undefined]);
      expect([await valueOf(store, 'n'), (await store.get(things, 'a'))?.version]).toEqual([2, 1]);
    });

    it.each<[string, (tx: Transaction) => void]>([
      [
        'replaces what is not there',
        (tx) => {
          tx.later.replaceMany(things, [{ key: 'absent', version: 7, value: {} }]);
        },
      ],
      [
        'inserts what is there',
        (tx) => {
          tx.later.insertMany(things, [{ key: 'there', value: {} }]);
        },
      ],
    ])('leaves nothing behind where it later %s, and goes on with the next', async (_, write) => {
      const { store } = await open();
      await store.unitOfWork((tx) => tx.insertMany(things, [{ key: 'there', value: {} }]));
      const failing = store.unitOfWork(async (tx) => {
        await increment(tx, 'n');
        write(tx);
        return 'done';
      });
      const next = store.unitOfWork((tx) => increment(tx, 'm'));
      await expect(failing).rejects.toThrow(StorageConflict);
      await next;
      expect([await valueOf(store, 'n'), await valueOf(store, 'm')]).toEqual([undefined, 1]);
    });

    it('that goes on after a later write has failed hears of it as soon, whatever it asks for next', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => tx.insertMany(things, [{ key: 'there', value: {} }]));
      let tries = 0;
      const failing = store.unitOfWork(async (tx) => {
        tries += 1;
        tx.later.insertMany(things, [{ key: 'there', value: {} }]);
        await tx.get(things, 'other');
        await tx.insertMany(things, [{ key: 'other', value: {} }]);
      });
      await expect(failing).rejects.toThrow(StorageConflict);
      expect(tries).toBeLessThanOrEqual(fewTries);
      expect(await store.get(things, 'other')).toBeUndefined();
    });

    it('reads its own writes, by key and along every index', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => tx.insertMany(things, [{ key: 'old', value: { openAt: 1 } }]));
      await store.unitOfWork(async (tx) => {
        await tx.insertMany(things, [{ key: 'new', value: { openAt: 2 } }]);
        await tx.replaceMany(things, [{ key: 'old', version: 1, value: { openAt: 3 } }]);
        expect((await tx.find(things, { index: 'open', limit: 5 })).items.map(({ key }) => key)).toEqual([
          'new',
          'old',
        ]);
        expect((await tx.getMany(things, ['new', 'old'])).size).toBe(2);
        await tx.removeMany(things, ['new']);
        expect(await tx.get(things, 'new')).toBeUndefined();
        expect(await tx.get(things, 'old')).toEqual({ key: 'old', version: 2, value: { openAt: 3 } });
      });
    });

    it('shows nothing of itself outside before it has committed', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => tx.insertMany(things, [{ key: 'old', value: { openAt: 1 } }]));
      await store.unitOfWork(async (tx) => {
        await tx.insertMany(things, [{ key: 'new', value: { openAt: 2 } }]);
        await tx.removeMany(things, ['old']);
        expect(await store.get(things, 'new')).toBeUndefined();
        expect((await store.getMany(things, ['new', 'old'])).size).toBe(1);
        expect((await store.find(things, { index: 'open', limit: 5 })).items.map(({ key }) => key)).toEqual(['old']);
      });
      expect((await store.find(things, { index: 'open', limit: 5 })).items.map(({ key }) => key)).toEqual(['new']);
    });

    it('reads one state of the store from its first read on', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => increment(tx, 'a'));
      await store.unitOfWork((tx) => increment(tx, 'b'));
      let other: Promise<void> | undefined;
      const seen = await store.unitOfWork(async (tx) => {
        const first = await tx.get(counters, 'a');
        other = store
          .unitOfWork(async (second) => {
            await increment(second, 'a');
            await increment(second, 'b');
          })
          .catch(() => undefined);
        await wait(aWhileMs);
        return [first?.value.n, (await tx.get(counters, 'b'))?.value.n, (await tx.get(counters, 'a'))?.value.n];
      });
      await other;
      expect(seen).toEqual([1, 1, 1]);
    });

    it('does not nest, and its transaction takes nothing more once it has ended', async () => {
      const { store } = await open();
      const nesting = store.unitOfWork(() => store.unitOfWork((tx) => increment(tx, 'n')));
      await expect(nesting).rejects.toThrow('do not nest');
      const kept = await store.unitOfWork((tx) => Promise.resolve(tx));
      await expect(kept.get(counters, 'n')).rejects.toThrow('has ended');
      await expect(increment(kept, 'n')).rejects.toThrow('has ended');
      await expect(kept.insertMany(counters, [{ key: 'n', value: { n: 1 } }])).rejects.toThrow('has ended');
      expect(await valueOf(store, 'n')).toBeUndefined();
    });
  });

  describe('units of work at the same time', () => {
    it('lose no update of one document', async () => {
      const { store } = await open();
      await Promise.all(Array.from({ length: 48 }, () => store.unitOfWork((tx) => increment(tx, 'n'))));
      expect(await valueOf(store, 'n')).toBe(48);
    });

    it('make one document each, or see that it is there', async () => {
      const { store } = await open();
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, rank) =>
          store.unitOfWork(async (tx) => {
            await tx.get(things, 'other');
            return tx.insertMany(things, [{ key: 'a', value: { rank, codeOn: '2026-01-01', code: 'same' } }]);
          }),
        ),
      );
      expect(answers.flat().filter((answer) => answer === 'inserted')).toHaveLength(1);
      expect(answers.flat().filter((answer) => answer !== 'inserted')).toEqual(
        Array.from({ length: 15 }, () => ({ violates: 'key' })),
      );
    });

    it('move amounts between documents without making or losing any', async () => {
      const { store } = await open();
      const names = ['a', 'b', 'c', 'd'];
      for (const name of names) await store.unitOfWork((tx) => increment(tx, name, 100));
      await Promise.all(
        Array.from({ length: 24 }, (_, at) =>
          store.unitOfWork(async (tx) => {
            await increment(tx, names[at % 4] ?? '', -3);
            await increment(tx, names[(at * 3 + 1) % 4] ?? '', 3);
          }),
        ),
      );
      const sums = await Promise.all(names.map((name) => valueOf(store, name)));
      expect(sums.reduce<number>((sum, n) => sum + (n ?? 0), 0)).toBe(400);
    });

    it('run a work again whose version somebody else has taken, and give a conflict that stays back', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => increment(tx, 'n'));
      let runs = 0;
      await store.unitOfWork(async (tx) => {
        runs += 1;
        if (runs < 3) throw new StorageConflict('on purpose');
        await increment(tx, 'n');
      });
      expect([runs, await valueOf(store, 'n')]).toEqual([3, 2]);
      runs = 0;
      const hopeless = store.unitOfWork(async (tx) => {
        runs += 1;
        await tx.replaceMany(counters, [{ key: 'n', version: 7, value: { n: 0 } }]);
      });
      await expect(hopeless).rejects.toBeInstanceOf(StorageConflict);
      expect(runs).toBeGreaterThan(1);
      expect(await valueOf(store, 'n')).toBe(2);
    });

    it('never decide both upon what only one of them may change, when they hold it', async () => {
      const { store } = await open();
      for (let round = 0; round < 5; round += 1) {
        const [mine, theirs] = [`mine${String(round)}`, `theirs${String(round)}`];
        await store.unitOfWork((tx) => increment(tx, mine, 1));
        await store.unitOfWork((tx) => increment(tx, theirs, 1));
        const takeIfBoth = (take: string, keep: string) =>
          store.unitOfWork(async (tx) => {
            const [taken, kept] = [await tx.get(counters, take), await tx.get(counters, keep)];
            if (kept === undefined || taken?.value.n !== 1 || kept.value.n !== 1) return;
            await wait(5);
            await tx.holdMany(counters, [kept]);
            await increment(tx, take, -1);
          });
        await Promise.all([takeIfBoth(mine, theirs), takeIfBoth(theirs, mine)]);
        expect([await valueOf(store, mine), await valueOf(store, theirs)].sort()).toEqual([0, 1]);
      }
    });

    it('hold only what is at the version that was read, and change nothing by it', async () => {
      const { store } = await open();
      await store.unitOfWork((tx) => increment(tx, 'n'));
      await store.unitOfWork((tx) => tx.holdMany(counters, [{ key: 'n', version: 1 }]));
      expect(await store.get(counters, 'n')).toEqual({ key: 'n', version: 1, value: { n: 1 } });
      for (const document of [
        { key: 'n', version: 2 },
        { key: 'nobody', version: 1 },
      ]) {
        const held = store.unitOfWork((tx) => tx.holdMany(counters, [document]));
        await expect(held).rejects.toBeInstanceOf(StorageConflict);
      }
    });
  });
}
