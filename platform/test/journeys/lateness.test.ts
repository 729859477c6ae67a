import { activate } from '@tanhui/green-travel';
import greenTravelManifest from '@tanhui/green-travel/plugin.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { activities, refusalsKept } from '../../src/activities/index.ts';
import { programmeDays } from '../../src/carbon/index.ts';
import type { IntakeDeps } from '../../src/intake/index.ts';
import { finishRun, openJourneys, runs, settleAll, settleDue, takeBatch } from '../../src/intake/index.ts';
import { createPluginRegistry } from '../../src/plugin-host/index.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import { everything, expectBooksToAgree } from '../support/standing.ts';

const hourMs = 3_600_000;
const day = '2026-11-24';
const running = () => Promise.resolve(false);
type Kind = '地铁入站' | '地铁出站';

/** An intake of taps and tracks at noon of a day, with a clock that the test moves. */
function openIntake() {
  const ledger = ledgerFixture();
  const deps: IntakeDeps = {
    ...ledger.deps,
    plugins: createPluginRegistry([{ manifest: greenTravelManifest as never, activate }]),
  };
  let line = 0;
  const take = (source: string, fields: readonly Readonly<Record<string, string>>[], run: string) =>
    takeBatch(deps, {
      scope: { source, programme, settings: {}, run },
      records: fields.map((one) => ({ line: (line += 1), fields: one })),
    });
  const tap = (kind: Kind, clock: string, station = '罗湖') => ({
    ...{ card_no: 'k', deal_date: `${day} ${clock}:00`, deal_type: kind, deal_value: '500' },
    ...{ equ_no: 'e', station, car_no: 'c' },
  });
  const { store } = deps;
  return {
    deps,
    store,
    pass: (hours: number) => {
      ledger.advance(hours * hourMs);
    },
    taps: (taps: readonly (readonly [Kind, string, string?])[], run = 'run_1') =>
      take(
        'shenzhen-taps',
        taps.map((one) => tap(...one)),
        run,
      ),
    points: (fields: readonly Readonly<Record<string, string>>[]) => take('gps-track', fields, 'run_gps'),
    /** Everything that is due; how many steps that took. */
    settle: async () => {
      let steps = 0;
      while (await settleDue(deps, { isPaused: running })) steps += 1;
      await expectBooksToAgree(store, programme);
      return steps;
    },
    trips: async () =>
      (await everything(store, activities)).map(({ value }) => [value.run, value.mode, value.evidence, value.status]),
    waiting: async () => (await everything(store, openJourneys)).flatMap(({ value }) => value.records.length),
    takenAt: async () => (await store.get(runs, 'run_1'))?.value.takenAt,
    records: async (run = 'run_1') => (await store.get(runs, run))?.value.counts.records,
    onDays: async () => (await everything(store, programmeDays)).map(({ value }) => value.totals.records),
  };
}

describe('what waits', () => {
  it('is settled once its partner could no longer come, and not before', async () => {
    const intake = openIntake();
    await intake.taps([['地铁出站', '08:30']]);
    const takenAt = await intake.takenAt();
    expect(takenAt).toBeDefined();
    intake.pass(24);
    expect(await intake.settle()).toBe(0);
    expect(await intake.trips()).toEqual([]);
    intake.pass(0.01);
    expect(await intake.settle()).toBe(1);
    expect(await intake.trips()).toEqual([['run_1', 'metro', 'inferred', 'accepted']]);
    expect(await intake.records()).toEqual({ read: 1, used: 1, duplicate: 0, refused: 0, open: 0 });
    expect(await intake.waiting()).toEqual([]);
    expect(await intake.takenAt(), 'nothing arrived with it').toBe(takenAt);
    expect(await intake.settle()).toBe(0);
  });

  it('meets a partner that is late within the window', async () => {
    const intake = openIntake();
    await intake.taps([['地铁出站', '08:30']]);
    intake.pass(23);
    await intake.settle();
    await intake.taps([['地铁入站', '08:00', '深大']]);
    intake.pass(23.9);
    await intake.settle();
    expect(await intake.trips(), 'another tap may still come between them').toEqual([]);
    intake.pass(0.2);
    await intake.settle();
    expect(await intake.trips()).toEqual([['run_1', 'metro', 'measured', 'accepted']]);
  });

  it('expires with a code after the source’s window, in its day’s counts and its run’s, each record by itself', async () => {
    const intake = openIntake();
    await intake.taps([['地铁入站', '08:00']]);
    await finishRun(intake.store, 'run_1', intake.deps.clock.now());
    intake.pass(24);
    await intake.taps([['地铁入站', '18:00']], 'run_2');
    intake.pass(24 * 6 - 0.1);
    await intake.settle();
    expect(await intake.waiting()).toEqual([2]);
    intake.pass(0.2);
    await intake.settle();
    expect(await intake.waiting()).toEqual([1]);
    expect(await intake.records('run_1')).toEqual({ read: 1, used: 0, duplicate: 0, refused: 1, open: 0 });
    expect(await intake.records('run_2')).toEqual({ read: 1, used: 0, duplicate: 0, refused: 0, open: 1 });
    expect(await intake.onDays()).toEqual([{ read: 2, used: 0, duplicate: 0, refused: 1, open: 1 }]);
    expect((await everything(intake.store, refusalsKept)).map(({ value }) => value)).toMatchObject([
      { run: 'run_1', line: 1, day, code: 'ACTIVITIES_OPEN_EXPIRED', kind: 'record', records: 1 },
    ]);
    // The entry that is left pairs still; the one that has gone does not.
    await intake.taps([['地铁出站', '18:40', '深大']], 'run_2');
    intake.pass(24);
    await intake.settle();
    expect(await intake.trips()).toEqual([['run_2', 'metro', 'measured', 'accepted']]);
    intake.pass(24 * 30);
    await intake.settle();
    expect(await intake.onDays()).toEqual([{ read: 3, used: 2, duplicate: 0, refused: 1, open: 0 }]);
  });

  it('waits from its arrival on where it came long after its event', async () => {
    const intake = openIntake();
    intake.pass(24 * 365);
    await intake.taps([
      ['地铁入站', '08:00'],
      ['地铁出站', '07:00'],
    ]);
    intake.pass(23.9);
    expect(await intake.settle()).toBe(0);
    intake.pass(24 * 6);
    await intake.settle();
    expect(await intake.waiting()).toEqual([1]);
    intake.pass(0.2);
    await intake.settle();
    expect(await intake.waiting()).toEqual([]);
    expect(await intake.records()).toEqual({ read: 2, used: 1, duplicate: 0, refused: 1, open: 0 });
  });

  it('is gone through once when runs end again and again', async () => {
    const intake = openIntake();
    await intake.taps([['地铁入站', '08:00']]);
    const scope = { source: 'shenzhen-taps', programme, settings: {}, run: 'run_2' };
    await settleAll(intake.deps, { ...scope, run: 'run_1' });
    const [before] = await everything(intake.store, openJourneys);
    await settleAll(intake.deps, scope);
    expect(await everything(intake.store, openJourneys)).toEqual([before]);
    expect(before?.value).toMatchObject({ isSettled: true });
  });

  it('ends a track whose points no longer come, within the source’s hour', async () => {
    const intake = openIntake();
    const point = (at: number) => ({
      ...{ user_id: 'u', timestamp: new Date(Date.parse(`${day}T08:00:00Z`) - 6 * hourMs + at * 60_000).toISOString() },
      ...{ latitude: String(52 + at * 0.001), longitude: '4.9', stop: 'FALSE', mode: 'Walk' },
    });
    await intake.points([0, 1, 2, 3, 4, 5].map(point));
    expect(await intake.trips()).toEqual([]);
    intake.pass(1.01);
    expect(await intake.settle()).toBe(1);
    expect(await intake.trips()).toEqual([['run_gps', 'walk', 'measured', 'accepted']]);
    expect(await intake.records('run_gps')).toMatchObject({ read: 6, used: 6, open: 0 });
  });

  it('stays where its source is paused', async () => {
    const intake = openIntake();
    await intake.taps([['地铁出站', '08:30']]);
    intake.pass(24 * 8);
    expect(await settleDue(intake.deps, { isPaused: (source) => Promise.resolve(source === 'shenzhen-taps') })).toBe(
      false,
    );
    expect(await intake.waiting()).toEqual([1]);
    expect(await intake.settle()).toBe(1);
  });
});
