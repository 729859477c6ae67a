import type { ActivityDraft } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carbonRecords } from '../../src/carbon/index.ts';
import { beginUndo, runs, undoSteps } from '../../src/intake/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { ride, walk } from '../support/drafts.ts';
import { Crash, dyingStore } from '../support/dying-store.ts';
import { batches, days, importAll, openWorld, undo } from '../support/imports.ts';
import type { Batch } from '../support/imports.ts';
import { programme } from '../support/ledger.ts';
import { everything, expectBooksToAgree, standing } from '../support/standing.ts';

const numRuns = Number(process.env['SIMULATION_RUNS'] ?? 60);

function nextOf(rolls: fc.Stream<number>): number {
  const next = rolls.next();
  return next.done === true ? 2 : next.value;
}

describe('undoing an import', () => {
  it('leaves what the imports before it had left, and the same import comes to the same again', async () => {
    const found = { restored: 0, records: 0, withdrawn: 0, ended: 0 };
    await fc.assert(
      fc.asyncProperty(batches, batches, async (first, second) => {
        const world = await openWorld();
        const { store } = world.deps;
        const check = () => expectBooksToAgree(store, programme);
        await importAll(world, 'a', first);
        await check();
        const alone = await standing(store);
        const names = await importAll(world, 'b', second);
        await check();
        const both = await standing(store);
        await undo(world.deps, names);
        await check();
        expect(await standing(store)).toEqual(alone);
        for (const run of names) {
          const { reversal } = (await store.get(runs, run))?.value ?? {};
          for (const key of Object.keys(found) as (keyof typeof found)[]) found[key] += reversal?.[key] ?? 0;
        }
        await undo(world.deps, names);
        await importAll(world, 'c', second);
        await check();
        expect(await standing(store)).toEqual(both);
        await store.close();
      }),
      { numRuns },
    );
    expect(Math.min(...Object.values(found)), JSON.stringify(found)).toBeGreaterThan(0);
  }, 600_000);

  it('leaves nothing when every import was undone, in whatever order', async () => {
    const nothing = await standing((await openWorld()).deps.store);
    const orders = fc.shuffledSubarray(['a', 'b', 'c'] as const, { minLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(batches, { minLength: 3, maxLength: 3 }), orders, async (imports, order) => {
        const world = await openWorld();
        const { store } = world.deps;
        const names: Record<string, readonly string[]> = {};
        for (const [at, name] of ['a', 'b', 'c'].entries())
          names[name] = await importAll(world, name, imports[at] ?? []);
        for (const name of order) {
          await undo(world.deps, names[name] ?? []);
          await expectBooksToAgree(store, programme);
        }
        expect(await standing(store)).toEqual(nothing);
        await store.close();
      }),
      { numRuns },
    );
  }, 600_000);

  it('goes on after a crash between any two of its units of work, and comes to the same', async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(batches, batches, fc.infiniteStream(fc.nat(3)), async (first, second, rolls) => {
        const world = await openWorld();
        const { store } = world.deps;
        await importAll(world, 'a', first);
        const alone = await standing(store);
        const names = await importAll(world, 'b', second);
        const deaths = ['before', 'after'] as const;
        const dying = { ...world.deps, store: dyingStore(store, () => deaths[nextOf(rolls)]) };
        for (const run of names.toReversed()) {
          await store.unitOfWork((tx) => beginUndo(tx, world.deps, { run, by: 'x', reason: 'x' }));
          for (let isDone = false; !isDone;) {
            isDone = await undoSteps(dying, run, 1).then(
              ({ reversal }) => reversal?.finishedAt !== undefined,
              (error: unknown) => {
                if (!(error instanceof Crash)) throw error;
                crashes += 1;
                return false;
              },
            );
            await expectBooksToAgree(store, programme);
          }
        }
        expect(await standing(store)).toEqual(alone);
        await store.close();
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
    expect(crashes).toBeGreaterThan(0);
  }, 600_000);
});

describe('what comes again under a source key', () => {
  const [early, late] = days;
  const at = (day: (typeof days)[number], hour: string) => ({ day, clock: hour, minutes: 50 });
  const bike = (account: string, when: Parameters<typeof ride>[1], change: Partial<ActivityDraft> = {}) =>
    ride(account, when, { mode: 'bike', evidence: 'provider', distanceMeters: 2_000, sourceKey: 'order', ...change });
  const order = (when: Parameters<typeof ride>[1]) => bike('w', when, { sourceKeyIsGlobal: true });
  const sent = (...all: readonly ActivityDraft[]): Batch[] =>
    all.map((one) => ({ source: 'drafts-two', records: [{ draft: JSON.stringify(one) }] }));
  const corrections = async (store: DocumentStore) =>
    (await everything(store, carbonRecords)).flatMap(({ value: { kind, reverses } }) =>
      kind === 'correction' ? [reverses] : [],
    );

  it('corrects what was taken back last, also where an order came on two days', async () => {
    const world = await openWorld();
    const { store } = world.deps;
    const nothing = await standing(store);
    const first = await importAll(world, 'a', sent(order(at(late, '07:00')), walk('w', at(late, '07:00'), 800)));
    const second = await importAll(world, 'b', sent(order(at(early, '07:00'))));
    await undo(world.deps, second);
    await undo(world.deps, first);
    await expectBooksToAgree(store, programme);
    expect(await standing(store)).toEqual(nothing);
    await importAll(world, 'c', sent(order(at(late, '09:00'))));
    const corrected = await corrections(store);
    expect(corrected.length).toBeGreaterThan(2);
    expect(new Set(corrected).size, 'each record is corrected once').toBe(corrected.length);
    await store.close();
  });

  it('leaves the way to what it had followed, once its own import is undone', async () => {
    const world = await openWorld();
    const { store } = world.deps;
    await importAll(world, 'a', sent(order(at(early, '07:00'))));
    const alone = await standing(store);
    const later = sent(walk('w', at(early, '07:00'), 800), order(at(early, '09:00')));
    await undo(world.deps, await importAll(world, 'b', later));
    expect(await standing(store)).toEqual(alone);
    await expectBooksToAgree(store, programme);
    const corrected = await corrections(store);
    expect(new Set(corrected).size).toBe(corrected.length);
    expect(corrected).toHaveLength(2);
    await store.close();
  });

  it('is nobody else’s where a key holds for its account and day alone', async () => {
    const world = await openWorld();
    const { store } = world.deps;
    await importAll(world, 'a', sent(bike('v', at(early, '07:00')), bike('w', at(early, '07:00'))));
    const alone = await standing(store);
    const walks = sent(walk('v', at(early, '07:00'), 800), walk('w', at(early, '07:00'), 800));
    await undo(world.deps, await importAll(world, 'b', walks));
    expect(await standing(store)).toEqual(alone);
    await expectBooksToAgree(store, programme);
    await store.close();
  });
});
