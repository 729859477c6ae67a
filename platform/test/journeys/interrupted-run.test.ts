import type { RunView } from '@tanhui/sdk/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interruptedAfterMs } from '../../src/intake/index.ts';
import type { TestServer } from '../support/server.ts';
import { metroTrip, startServer } from '../support/server.ts';

const minuteMs = 60_000;
const day = '2026-11-23';
const dayMs = 24 * 60 * minuteMs;
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function open(): Promise<string> {
  const opened = await server.operator('/v1/runs', { source: 'metro-trips', programme: 'qingdao-demo' });
  return (opened.body as { readonly run: string }).run;
}

async function runs(): Promise<readonly RunView[]> {
  return (await (await server.signedIn('operator-demo')).runs.list()).items;
}

async function stateOf(run: string): Promise<RunView['state'] | undefined> {
  const { state } = (await server.operator(`/v1/runs/${run}`)).body as RunView;
  expect((await runs()).find((one) => one.run === run)?.state).toBe(state);
  return state;
}

describe('a run that nobody finished', () => {
  it('is called interrupted once nothing has arrived for a while, and goes on when something does', async () => {
    const run = await open();
    expect(await stateOf(run)).toBe('running');
    server.advance(interruptedAfterMs - minuteMs);
    await server.send('metro-trips', [metroTrip('card-1', { day, clock: '08:00' })], run);
    server.advance(interruptedAfterMs - minuteMs);
    expect(await stateOf(run)).toBe('running');
    server.advance(2 * minuteMs);
    expect(await stateOf(run)).toBe('interrupted');
    const { takenAt = 0, openedAt, finishedAt } = (await runs()).find((one) => one.run === run) as RunView;
    expect(finishedAt).toBeUndefined();
    expect(Math.round((takenAt - openedAt) / minuteMs)).toBe((interruptedAfterMs - minuteMs) / minuteMs);
    await server.send('metro-trips', [metroTrip('card-2', { day, clock: '09:00' })], run);
    expect(await stateOf(run)).toBe('running');
    await server.operator(`/v1/runs/${run}/finish`, {});
    server.advance(dayMs);
    expect(await stateOf(run)).toBe('finished');
  });

  it('is called so too where nothing ever arrived', async () => {
    const run = await open();
    server.advance(interruptedAfterMs + minuteMs);
    expect(await stateOf(run)).toBe('interrupted');
  });

  it('is undone as it is, and takes nothing more; while something still arrives it is not', async () => {
    const run = await open();
    await server.send('metro-trips', [metroTrip('card-4', { day, clock: '11:00' })], run);
    const undo = () => server.operator(`/v1/runs/${run}/reversal`, { reason: 'a wrong file' });
    expect((await undo()).status).toBe(409);
    server.advance(interruptedAfterMs + minuteMs);
    expect((await undo()).status).toBe(200);
    await expect
      .poll(async () => ((await server.operator(`/v1/runs/${run}`)).body as RunView).reversal?.state)
      .toBe('done');
    const { reversal, counts } = (await server.operator(`/v1/runs/${run}`)).body as RunView;
    expect([reversal?.reversedRecords, counts.activities.accepted]).toEqual([1, { metro: 1 }]);
    const late = [metroTrip('card-5', { day, clock: '12:00' })];
    expect(await server.operator(`/v1/sources/metro-trips/records?run=${run}`, late)).toMatchObject({
      status: 409,
      body: { code: 'INTAKE_RUN_REVERSED' },
    });
  });

  it('is not called so where it gathers what comes without a run: its day goes on, or is over', async () => {
    await server.send('metro-trips', [metroTrip('card-3', { day, clock: '10:00' })]);
    const { run } = (await runs())[0] as RunView;
    server.advance(interruptedAfterMs + minuteMs);
    expect(await stateOf(run)).toBe('running');
    server.advance(dayMs);
    expect(await stateOf(run)).toBe('day-over');
  });
});
