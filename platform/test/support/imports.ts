import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import type { ActivityDraft } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { consentText } from '../../src/identity/index.ts';
import type { IntakeDeps } from '../../src/intake/index.ts';
import { beginUndo, bindAndCredit, runs, settleAll, takeBatch, undoSteps } from '../../src/intake/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import { draftPlugin, ride, steps, walk } from './drafts.ts';
import { ledgerFixture, programme } from './ledger.ts';

export const days = ['2026-11-22', '2026-11-23'] as const;
type Source = 'drafts-one' | 'drafts-two' | 'shenzhen-taps';
type Fields = Readonly<Record<string, string>>;
export interface Batch {
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
export const batch: fc.Arbitrary<Batch> = fc.oneof(
  drafts('drafts-one'),
  drafts('drafts-two'),
  fc.array(tap, { maxLength: 12 }).map((records): Batch => ({ source: 'shenzhen-taps', records })),
);
export const batches = fc.array(batch, { minLength: 1, maxLength: 4 });

export interface World {
  readonly deps: IntakeDeps;
  readonly ledger: ReturnType<typeof ledgerFixture>;
}

/** Two accounts of one citizen, one at each source, and others that nobody has bound. */
export async function openWorld(): Promise<World> {
  const ledger = ledgerFixture();
  const modules = [draftPlugin, { manifest: greenTravelManifest as never, activate }];
  const deps = { ...ledger.deps, plugins: createPluginRegistry(modules) };
  await ledger.addCitizen('ctz_one');
  for (const source of ['drafts-one', 'drafts-two'])
    await bindAndCredit(deps, { citizen: 'ctz_one', source, name: 'u', consent: consentText.version, windowDays: 30 });
  return { deps, ledger };
}

/** A run for each source that has batches: an import is of one source. */
export async function importAll({ deps, ledger }: World, name: string, all: readonly Batch[]): Promise<string[]> {
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

export async function undo(deps: IntakeDeps, names: readonly string[]): Promise<void> {
  for (const run of names.toReversed()) {
    await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run, by: 'x', reason: 'x' }));
    await undoSteps(deps, run, 1_000);
  }
}
