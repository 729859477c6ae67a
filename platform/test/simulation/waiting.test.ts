import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IntakeDeps } from '../../src/intake/index.ts';
import {
  beginUndo,
  finishRun,
  openJourneys,
  runs,
  settleAll,
  settleDue,
  takeBatch,
  undoAbandoned,
  undoSteps,
} from '../../src/intake/index.ts';
import { Refusal } from '../../src/kernel/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import { Crash, dyingStore } from '../support/dying-store.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

const hourMs = 3_600_000;
const numRuns = Number(process.env['SIMULATION_RUNS'] ?? 40);
const source = 'shenzhen-taps';

const tap = fc.record({
  card: fc.constantFrom('k1', 'k2'),
  minute: fc.nat(59),
  type: fc.constantFrom('地铁入站', '地铁入站', '地铁出站', '地铁出站', '巴士'),
  station: fc.constantFrom('罗湖', '深大', ''),
});
const run = fc.constantFrom('run_a', 'run_b', 'run_c', 'run_d');
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      run,
      taps: fc.array(tap, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('finish' as const), run }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undo' as const), run }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), hours: fc.constantFrom(1, 9, 25, 80, 169) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

interface World {
  readonly deps: IntakeDeps;
  readonly pass: (milliseconds: number) => void;
  figures: { settled: number; undone: number };
}

/** One thing that a partner, an operator or the hour does. */
async function act({ deps, pass, figures }: World, one: Step): Promise<void> {
  const now = deps.clock.now();
  switch (one.kind) {
    case 'take': {
      const scope = { source, programme, settings: {}, run: one.run };
      const records = one.taps.map(({ card, minute, type, station }, at) => ({
        line: at + 1,
        fields: {
          ...{ card_no: card, deal_date: beijing(now - hourMs + minute * 60_000), deal_type: type, deal_value: '300' },
          ...{ equ_no: 'e', station, car_no: 'c' },
        },
      }));
      await takeBatch(deps, { scope, records });
      return;
    }
    case 'finish':
      await settleAll(deps, { source, programme, settings: {}, run: one.run });
      await finishRun(deps.store, one.run, now);
      return;
    case 'undo':
      if ((await deps.store.get(runs, one.run))?.value.reversal === undefined)
        await act({ deps, pass, figures }, { kind: 'finish', run: one.run });
      await deps.store.unitOfWork((tx) => beginUndo(tx, deps, { run: one.run, by: 'x', reason: 'x' }));
      await undoSteps(deps, one.run, 1_000);
      figures.undone += 1;
      return;
    case 'settle':
      while ((await undoAbandoned(deps)) !== undefined);
      while (await settleDue(deps, { isPaused: () => Promise.resolve(false) })) figures.settled += 1;
      return;
    case 'pass':
      pass(one.hours * hourMs);
  }
}

function beijing(at: number): string {
  return new Date(at + 8 * hourMs).toISOString().slice(0, 19).replace('T', ' ');
}

it('what waits is settled, expires or is undone, and every count stays true whenever the process ends', async () => {
  const figures = { settled: 0, undone: 0 };
  let crashes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 8, maxLength: 40 }),
      fc.infiniteStream(fc.nat(19)),
      async (steps, rolls) => {
        const ledger = ledgerFixture();
        const plugins = createPluginRegistry([{ manifest: greenTravelManifest as never, activate }]);
        const { store } = ledger.deps;
        const deaths = ['before', 'after'] as const;
        const dying = dyingStore(store, () => deaths[rolls.next().value as number]);
        const world = {
          deps: { ...ledger.deps, plugins, store: dying },
          pass: (milliseconds: number) => {
            ledger.advance(milliseconds);
          },
          figures,
        };
        const end: Step[] = [
          ...finishing(steps),
          { kind: 'pass', hours: 169 },
          { kind: 'settle' },
          { kind: 'pass', hours: 169 },
          { kind: 'settle' },
        ];
        for (const one of [...steps, ...end]) {
          ledger.advance(1);
          for (let isDone = false; !isDone;) {
            isDone = await act(world, one).then(
              () => true,
              (error: unknown) => {
                if (error instanceof Crash) crashes += 1;
                else if (!(error instanceof Refusal)) throw error;
                return error instanceof Refusal;
              },
            );
            await expectBooksToAgree(store, programme);
          }
        }
        expect(await everything(store, openJourneys)).toEqual([]);
        for (const { key, value } of await everything(store, runs))
          expect([key, value.counts.records.open]).toEqual([key, 0]);
        await store.close();
      },
    ),
    { numRuns },
  );
  expect(Math.min(crashes, figures.settled, figures.undone), JSON.stringify({ crashes, ...figures })).toBeGreaterThan(
    10,
  );
}, 600_000);

/** Every run that took anything is finished in the end. */
function finishing(steps: readonly Step[]): Step[] {
  const names = new Set(steps.flatMap((one) => (one.kind === 'take' ? [one.run] : [])));
  return [...names].map((name) => ({ kind: 'finish', run: name }));
}
