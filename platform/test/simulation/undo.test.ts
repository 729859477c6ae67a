import type { ActivityDraft } from '@tanhui/sdk/model';
import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carbonRecords } from '../../src/carbon/index.ts';
import { consentText } from '../../src/identity/index.ts';
import type { IntakeDeps } from '../../src/intake/index.ts';
import { beginUndo, bindAndCredit, runs, settleAll, takeBatch, undoSteps } from '../../src/intake/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import type { DocumentStore } from '../../src/storage/index.ts';
import { draftPlugin, ride, steps, walk } from '../support/drafts.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { Crash, dyingStore } from '../support/dying-store.ts';
import { everything, expectBooksToAgree, standing } from '../support/standing.ts';

const days = ['2026-11-22', '2026-11-23'] as const;
const given = process.env['SIMULATION_SEED'];
const seeding = given === undefined ? { seed: 7 } : { seed: Number(given) };
const numRuns = Number(process.env['SIMULATION_RUNS'] ?? 60);

type Source = 'drafts-one' | 'drafts-two' | 'shenzhen-taps';
type Fields = Readonly<Record<string, string>>;
interface Batch {
  readonly source: Source;
  readonly records: readonly Fields[];
}

const clock = fc.tuple(fc.integer({ min: 7, max: 9 }), fc.nat(11)).map(([hour, part]) => {
  const minutes = String(part * 5).padStart(2, '0');
  return `0${String(hour)}:${minutes}`;
});
const late = fc.constantFrom('23:10', '23:25', '23:40');
const morningOrNight = fc.oneof({ weight: 3, arbitrary: clock }, { weight: 1, arbitrary: late });
const when = fc.record({ day: fc.constantFrom(...days), clock: morningOrNight, minutes: fc.constantFrom(10, 25, 50) });
const who = fc.constantFrom('u', 'v', 'w');

/** Rides that overlap on one account and on two, are claimed twice by vehicle, have order numbers of their own, or come to a cap; walks and days of steps. */
const draft: fc.Arbitrary<ActivityDraft> = fc.oneof(
  fc
    .record({
      who,
      when,
      evidence: fc.constantFrom('measured' as const, 'provider' as const),
      mode: fc.constantFrom('metro' as const, 'bus' as const),
    })
    .map(({ who: account, when: at, ...change }) => ride(account, at, change)),
  fc
    .record({
      who,
      when,
      bike: fc.constantFrom('b1', 'b2'),
      order: fc.nat(5),
      meters: fc.constantFrom(90, 2_000, 20_000),
    })
    .map(({ who: account, when: at, bike, order, meters }) =>
      ride(
        account,
        { ...at, minutes: 50 },
        {
          ...{ mode: 'bike', evidence: 'provider', vehicle: bike, distanceMeters: meters },
          ...(order < 4 && { sourceKey: `order ${String(order)}`, sourceKeyIsGlobal: true }),
        },
      ),
    ),
  fc
    .record({ who, when, meters: fc.constantFrom(800, 9_000) })
    .map(({ who: account, when: at, meters }) => walk(account, at, meters)),
  fc
    .record({ who, day: fc.constantFrom(...days), meters: fc.constantFrom(6_000, 12_000) })
    .map(({ who: account, day, meters }) => steps(account, day, meters)),
);

const stations = fc.constantFrom('罗湖', '深大', '');
const tap: fc.Arbitrary<Fields> = fc
  .record({
    card: fc.constantFrom('k1', 'k2'),
    day: fc.constantFrom(...days),
    clock,
    type: fc.constantFrom('地铁入站', '地铁出站', '巴士'),
    station: stations,
    fare: fc.constantFrom('300', '500', 'x'),
  })
  .map(({ card, day, clock: at, type, station, fare }) => ({
    ...{ card_no: card, deal_date: `${day} ${at}:00`, deal_type: type, deal_value: fare },
    ...{ equ_no: 'e', station, car_no: 'c' },
  }));

const drafts = (source: Source) =>
  fc
    .array(draft, { maxLength: 12 })
    .map((all): Batch => ({ source, records: all.map((one) => ({ draft: JSON.stringify(one) })) }));
const batch: fc.Arbitrary<Batch> = fc.oneof(
  drafts('drafts-one'),
  drafts('drafts-two'),
  fc.array(tap, { maxLength: 12 }).map((records): Batch => ({ source: 'shenzhen-taps', records })),
);
const batches = fc.array(batch, { minLength: 1, maxLength: 4 });

interface World {
  readonly deps: IntakeDeps;
  readonly ledger: ReturnType<typeof ledgerFixture>;
}

/** Two accounts of one citizen, one at each source, and others that nobody has bound. */
async function openWorld(): Promise<World> {
  const ledger = ledgerFixture();
  const modules = [draftPlugin, { manifest: greenTravelManifest as never, activate }];
  const deps = { ...ledger.deps, plugins: createPluginRegistry(modules) };
  await ledger.addCitizen('ctz_one');
  for (const source of ['drafts-one', 'drafts-two'])
    await bindAndCredit(deps, { citizen: 'ctz_one', source, name: 'u', consent: consentText.version, windowDays: 30 });
  return { deps, ledger };
}

/** A run for each source that has batches: an import is of one source. */
async function importAll({ deps, ledger }: World, name: string, all: readonly Batch[]): Promise<string[]> {
  const names: string[] = [];
  for (const source of new Set(all.map((one) => one.source))) {
    const run = `run_${name}_${source}`;
    const scope = { source, programme, settings: {}, run };
    let line = 0;
    for (const { records } of all.filter((one) => one.source === source)) {
      await takeBatch(deps, { scope, records: records.map((fields) => ({ line: (line += 1), fields })) });
      ledger.advance(1_000);
    }
    await settleAll(deps, scope);
    const stored = await deps.store.get(runs, run);
    if (stored === undefined) throw new Error('run');
    await deps.store.unitOfWork((tx) =>
      tx.replaceMany(runs, [{ ...stored, value: { ...stored.value, finishedAt: deps.clock.now() } }]),
    );
    names.push(run);
  }
  return names;
}

async function undo(deps: IntakeDeps, names: readonly string[]): Promise<void> {
  for (const run of names.toReversed()) {
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run, by: 'x', reason: 'x' }));
    await undoSteps(deps, run, 1_000);
  }
}

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
      { numRuns, ...seeding },
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
      { numRuns, ...seeding },
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
      { numRuns: Math.ceil(numRuns / 3), ...seeding },
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
