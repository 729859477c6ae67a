import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import type { ActivityDraft, Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { activities } from '../../src/activities/index.ts';
import { carbonRecords } from '../../src/carbon/index.ts';
import { accountDocuments, citizenDocuments, consentText, unbindAccount } from '../../src/identity/index.ts';
import type { IntakeDeps } from '../../src/intake/index.ts';
import {
  appeals,
  beginErasure,
  beginUndo,
  bindAndCredit,
  decideAppeal,
  eraseStep,
  fileAppeal,
  finishRun,
  openJourneys,
  runStateOf,
  runs,
  settleAll,
  settleDue,
  standInStep,
  takeBatch,
  undoAbandoned,
  undoSteps,
} from '../../src/intake/index.ts';
import { Refusal } from '../../src/kernel/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import { charge, draftPlugin, ride } from '../support/drafts.ts';
import { batch } from '../support/imports.ts';
import type { Batch } from '../support/imports.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { closeOnItsOwn, closeWhole, sealAll } from '../support/paper-ledger.ts';
import { everything, expectBooksToAgree, standing } from '../support/standing.ts';

const numRuns = Number(process.env['SIMULATION_RUNS'] ?? 40);
const windowDays = 30;
const hourMs = 3_600_000;
const sources = ['drafts-one', 'drafts-two', 'shenzhen-taps'] as const;

const name = fc.constantFrom('a', 'b', 'c');
const citizen = fc.constantFrom('ctz_one', 'ctz_two');
const pick = fc.nat(40);
const day = fc.constantFrom(0, 1, 2).map((later) => addDays('2026-11-22' as Day, later));
const kind = <Kind extends string>(of: Kind) => fc.constant(of);

/** Charges come to their cap with the seventh of a day, and may last over midnight. */
const charges = fc
  .array(fc.record({ from: fc.nat(30), hours: fc.constantFrom(1, 2, 9) }), { maxLength: 8 })
  .map((all): Batch => {
    const first = Date.parse('2026-11-22T00:00:00+08:00');
    const drafts = all.map(({ from, hours }) => charge('u', { from: first + from * hourMs, hours }));
    return { source: 'drafts-one', records: drafts.map((draft) => ({ draft: JSON.stringify(draft) })) };
  });

/** Two orders that come again and again, on any day and account, among metro rides to which they give way. */
const orders = fc
  .array(
    fc.record({
      who: fc.constantFrom('u', 'v', 'w'),
      clock: fc.constantFrom('07:00', '07:20', '23:40'),
      on: fc.constantFrom('2026-11-22', '2026-11-22', '2026-11-23'),
      order: fc.constantFrom(undefined, 'one', 'two'),
      vehicle: fc.constantFrom('b1', 'b2'),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all): Batch => {
    const drafts = all.map(({ who, clock, on, order, vehicle }) =>
      order === undefined
        ? ride(who, { day: on, clock, minutes: 50 })
        : ride(
            who,
            { day: on, clock, minutes: 50 },
            {
              ...{ mode: 'bike', evidence: 'provider', vehicle, distanceMeters: 2_000 },
              ...{ sourceKey: order, sourceKeyIsGlobal: true },
            },
          ),
    );
    return { source: 'drafts-two', records: drafts.map((draft) => ({ draft: JSON.stringify(draft) })) };
  });

const act = fc.oneof(
  {
    weight: 16,
    arbitrary: fc.record({
      kind: kind('take'),
      name,
      batch: fc.oneof(
        { weight: 3, arbitrary: batch },
        { weight: 1, arbitrary: charges },
        { weight: 3, arbitrary: orders },
      ),
      /** Days later than it says. */
      later: fc.constantFrom(0, 0, 1),
      /** The same again is a record of its own once this differs. */
      copy: fc.nat(3),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('finish'), pick }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: kind('undo'),
      pick,
      steps: fc.constantFrom(1, 2, 1_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('bind'),
      citizen,
      who: fc.constantFrom('u', 'v', 'w', 'k1'),
      source: fc.constantFrom(...sources),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('unbind'), citizen, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('erase'), citizen, isAtOnce: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('go-on-erasing') }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('appeal'),
      pick,
      about: fc.constantFrom('held', 'refused', 'reversed', 'accepted'),
      isUpheld: fc.constantFrom(true, true, false),
      alsoReverse: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('seal') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('close'), day, isAlone: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('stand-in') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('settle') }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('pass'), hours: fc.constantFrom(1, 9, 25) }) },
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

interface World {
  readonly deps: IntakeDeps;
  readonly pass: (milliseconds: number) => void;
  /** Whose each record was when it was written. */
  readonly known: Map<string, string>;
  /** Accounts of people who asked to be erased. */
  readonly erased: Set<string>;
}

async function openWorld(): Promise<World> {
  const ledger = ledgerFixture();
  for (const one of ['ctz_one', 'ctz_two']) await ledger.addCitizen(one);
  for (const source of ['drafts-one', 'drafts-two'])
    await bindAndCredit(ledger.deps, {
      citizen: 'ctz_one',
      source,
      name: 'u',
      consent: consentText.version,
      windowDays,
    });
  const plugins = createPluginRegistry([draftPlugin, { manifest: greenTravelManifest as never, activate }]);
  return {
    deps: { ...ledger.deps, plugins },
    known: new Map(),
    erased: new Set(),
    pass: (milliseconds) => {
      ledger.advance(milliseconds);
    },
  };
}

/** A draft as many days later. */
function moved(draft: ActivityDraft, later: number): ActivityDraft {
  const by = later * 24 * hourMs;
  const { occupies, occurredAt, startedAt, endedAt } = draft;
  return {
    ...draft,
    occurredAt: occurredAt + by,
    ...(startedAt !== undefined && { startedAt: startedAt + by }),
    ...(endedAt !== undefined && { endedAt: endedAt + by }),
    occupies:
      occupies.kind === 'interval'
        ? { ...occupies, from: occupies.from + by, to: occupies.to + by }
        : occupies.kind === 'point'
          ? { ...occupies, at: occupies.at + by }
          : occupies,
  };
}

async function pickedRun({ deps }: World, at: number): Promise<string> {
  const all = await everything(deps.store, runs);
  return all[at % all.length]?.key ?? 'run_none';
}

async function finish({ deps }: World, run: string): Promise<void> {
  const stored = await deps.store.get(runs, run);
  if (stored !== undefined && stored.value.finishedAt === undefined)
    await settleAll(deps, { source: stored.value.source, programme, settings: {}, run });
  await finishRun(deps.store, run, deps.clock.now());
}

async function undo(world: World, run: string, steps: number): Promise<void> {
  const { deps } = world;
  const stored = (await deps.store.get(runs, run))?.value;
  // What was cut off is undone as it is; what still runs has to be finished first.
  if (stored !== undefined && stored.reversal === undefined && runStateOf(run, stored, deps.clock.now()) === 'running')
    await finish(world, run);
  await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run, by: 'x', reason: 'x' }));
  await undoSteps(deps, run, steps);
}

async function erase({ deps, erased }: World, { citizen: of, isAtOnce }: { citizen: string; isAtOnce: boolean }) {
  const { store } = deps;
  const own = (await store.get(citizenDocuments, of))?.value.accounts ?? [];
  for (const { account } of own)
    if ((await store.get(accountDocuments, account))?.value.citizen === of) erased.add(account);
  await store.unitOfWork((tx) => beginErasure(tx, deps, { citizen: of, programmes: [programme] }));
  while (isAtOnce && (await eraseStep(deps)));
}

/** Erased is what was of somebody who asked for it, and of nobody else. */
async function expectOwnToBeErased({ deps, known, erased }: World, isDone: boolean): Promise<void> {
  for (const { key, value } of await everything(deps.store, carbonRecords)) {
    const account = known.get(key) ?? value.account;
    if (account !== '') known.set(key, account);
    const isGone = value.erasedAt !== undefined;
    if (isGone && account !== '') expect([key, erased.has(account)], 'nobody else is erased').toEqual([key, true]);
    if (isDone && erased.has(account)) expect([key, isGone], 'nothing is left').toEqual([key, true]);
  }
}

async function appeal({ deps }: World, { pick: at, about, isUpheld, alsoReverse }: Extract<Act, { kind: 'appeal' }>) {
  const { store } = deps;
  const people = await everything(store, citizenDocuments);
  const all = (await everything(store, activities)).flatMap(({ key, value }) =>
    people.flatMap((one) =>
      one.value.accounts.some(({ account }) => account === value.account)
        ? [{ citizen: one.key, activity: key, status: value.status }]
        : [],
    ),
  );
  const wanted = all.filter(({ status }) => status === about);
  const trips = wanted.length > 0 ? wanted : all.filter(({ status }) => status !== 'accepted');
  const trip = trips[at % trips.length];
  if (trip === undefined) return;
  await store.unitOfWork(async (tx) => {
    const { key } = await fileAppeal(tx, {
      citizen: trip.citizen,
      activity: trip.activity,
      statement: 'x',
      at: deps.clock.now(),
    });
    await decideAppeal(tx, deps, { appeal: key, isUpheld, answer: 'x', by: 'x', alsoReverse });
  });
}

type Doing = { readonly [Kind in Act['kind']]: (world: World, one: Extract<Act, { kind: Kind }>) => Promise<unknown> };

/** What a partner, a person, the agency, the operator or the hour does. */
const doing: Doing = {
  take: async ({ deps }, { batch: { source, records }, later, copy, ...one }) => {
    const scope = { source, programme, settings: {}, run: `run_${one.name}_${source}` };
    const fieldsOf = (fields: Batch['records'][number]) => ({
      ...fields,
      ...movedFields(fields, later),
      copy: String(copy),
    });
    await takeBatch(deps, {
      scope,
      records: records.map((fields, at) => ({ line: at + 1, fields: fieldsOf(fields) })),
    });
  },
  finish: async (world, { pick: at }) => finish(world, await pickedRun(world, at)),
  undo: async (world, { pick: at, steps }) => undo(world, await pickedRun(world, at), steps),
  bind: ({ deps }, { citizen: to, source, who }) =>
    bindAndCredit(deps, { citizen: to, source, name: who, consent: consentText.version, windowDays }),
  unbind,
  erase,
  'go-on-erasing': ({ deps }) => eraseStep(deps),
  appeal,
  seal: ({ deps }) => sealAll(deps.store, programme, deps.clock.now()),
  close,
  'stand-in': async ({ deps }) => {
    await sealAll(deps.store, programme, deps.clock.now());
    while (await standInStep(deps));
  },
  settle: async ({ deps }) => {
    while ((await undoAbandoned(deps)) !== undefined);
    while (await settleDue(deps, { isPaused: () => Promise.resolve(false) }));
  },
  pass: ({ pass }, { hours }) => {
    pass(hours * hourMs);
    return Promise.resolve();
  },
};

function movedFields({ draft }: Batch['records'][number], later: number) {
  return draft === undefined ? {} : { draft: JSON.stringify(moved(JSON.parse(draft) as ActivityDraft, later)) };
}

async function unbind({ deps }: World, { citizen: of, pick: at }: { citizen: string; pick: number }): Promise<void> {
  const { store } = deps;
  const bound = (await store.get(citizenDocuments, of))?.value.accounts ?? [];
  const account = bound[at % bound.length]?.account;
  if (account === undefined) return;
  await store.unitOfWork((tx) => unbindAccount(tx, { citizen: of, account, at: deps.clock.now() }));
}

/** The agency alone may close a day that is not over: its own clock is ahead. */
async function close({ deps }: World, { day: of, isAlone }: { day: Day; isAlone: boolean }): Promise<void> {
  const now = deps.clock.now();
  const today = dayOf(now);
  if (isAlone && of <= today) await closeOnItsOwn(deps.store, { programme, day: of });
  if (!isAlone && of < today) await closeWhole(deps.store, { programme, day: of, at: now });
}

async function carryOut(world: World, one: Act): Promise<void> {
  await (doing[one.kind] as (world: World, one: Act) => Promise<unknown>)(world, one);
}

async function end(world: World): Promise<void> {
  const { deps, pass } = world;
  while (await eraseStep(deps));
  for (const { key } of await everything(deps.store, runs)) {
    await undo(world, key, 1_000);
    await expectBooksToAgree(deps.store, programme);
  }
  pass(170 * hourMs);
  await carryOut(world, { kind: 'settle' });
  await carryOut(world, { kind: 'stand-in' });
  await expectBooksToAgree(deps.store, programme);
}

it('every count, record and balance stays true whatever happens in whatever order, and nothing stands once all is undone', async () => {
  const found: Record<string, number> = {};
  const count = (what: string) => void (found[what] = (found[what] ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 8, maxLength: 40, size: 'max' }), async (acts) => {
      const world = await openWorld();
      const { store } = world.deps;
      for (const one of acts) {
        world.pass(1);
        const isDone = await carryOut(world, one).then(
          () => true,
          (error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
            return false;
          },
        );
        if (isDone) count(one.kind);
        await expectBooksToAgree(store, programme);
        await expectOwnToBeErased(world, false);
      }
      await end(world);
      await expectOwnToBeErased(world, true);
      const left = await standing(store);
      expect(left.lines).toEqual([]);
      expect(left.balances.filter(([owner]) => !/^(issuance|void):/.test(String(owner)))).toEqual([]);
      expect(await everything(store, openJourneys)).toEqual([]);
      for (const { value } of await everything(store, appeals)) count(`outcome ${value.outcome ?? 'none'}`);
      await store.close();
    }),
    { numRuns },
  );
  const of = (what: string) => found[what] ?? 0;
  const others = of('outcome taken-back') + of('outcome unchanged');
  const least = Math.min(...Object.keys(doing).map(of), of('outcome counted'), others);
  expect(least, JSON.stringify(found)).toBeGreaterThan(0);
}, 600_000);
