import { simulateDay } from '@tanhui/green-travel/simulation';
import type { Day } from '@tanhui/sdk/model';
import { afterAll, describe, expect, it } from 'vitest';
import { operatorToken } from '../../src/cli/server.ts';
import { parseConfig } from '../../src/config.ts';
import { required } from '../../src/kernel/index.ts';
import { openCity } from '../support/city.ts';
import { mongoServerForTests } from '../support/mongo-server.ts';

const server = await mongoServerForTests();
afterAll(() => server?.stop());

const day = '2026-11-20' as Day;
const trips = [...simulateDay({ seed: 'two-stores', day, people: 90, trips: 600 })];

interface Finished {
  readonly records: Readonly<Record<string, number>>;
  readonly activities: unknown;
  readonly reductionMilligrams: string;
  readonly sealed: { readonly records: number };
}

/** A simulated day, sent twice over HTTP, sealed, and looked at as the agency does. */
async function mainJob(settings: Readonly<Record<string, string>>) {
  const city = await openCity(settings);
  const token = await operatorToken(parseConfig({ TANHUI_DATA: city.folder }));
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const post = (path: string, body: string, type = 'application/json') =>
    fetch(`${city.url}${path}`, { method: 'POST', headers: { ...headers, 'content-type': type }, body });
  const runs: string[] = [];
  const imported = async (): Promise<Finished> => {
    const opened = await post('/v1/runs', JSON.stringify({ source: 'metro-trips', programme: 'qingdao-demo' }));
    const { run } = (await opened.json()) as { run: string };
    runs.push(run);
    for (let from = 0; from < trips.length; from += 200) {
      const lines = trips.slice(from, from + 200).map((trip) => JSON.stringify(trip));
      const answer = await post(`/v1/sources/metro-trips/records?run=${run}`, lines.join('\n'), 'application/x-ndjson');
      expect(answer.status, await answer.text()).toBe(200);
    }
    return (await (await post(`/v1/runs/${run}/finish`, '')).json()) as Finished;
  };
  try {
    const [first, second] = [await imported(), await imported()];
    const agency = city.clientOf(await city.tokenOf('agency-demo'));
    const { adds, sealed, ...seen } = await agency.audit.day(day);
    expect(adds.map(({ holds }) => holds)).toEqual([true, true, true]);
    const undone = await city.clientOf(token).runs.undo(runs[0] ?? '', 'a test of both stores', 'undo-the-first');
    const third = await imported();
    const health = await city.platform.services.store.health();
    return { health, first, second, third, undone, totals: { ...seen, sealed: sealed.records } };
  } finally {
    await city.close();
  }
}

describe.skipIf(server === undefined)('the main job on MongoDB', () => {
  it('comes to the same figures as on the embedded store, adds nothing the second time, and all of it again once it was undone', async () => {
    const database = required(server, 'server');
    const uri = database.uriOf(`tanhui_journey_${String(process.pid)}`);
    const embedded = await mainJob({});
    const onMongo = await mainJob({ TANHUI_STORE: 'mongodb', TANHUI_MONGODB_URI: uri });
    await database.discard(uri);
    expect([embedded.health.engine, onMongo.health]).toEqual(['sqlite', { engine: 'mongodb', writable: true }]);
    expect(figures(onMongo.first)).toEqual(figures(embedded.first));
    expect(onMongo.totals).toEqual(embedded.totals);
    const { read, used, refused } = onMongo.first.records;
    expect([read, onMongo.first.sealed.records, Number(used) + Number(refused)]).toEqual([600, used, 600]);
    expect(BigInt(onMongo.first.reductionMilligrams)).toBeGreaterThan(0n);
    expect(onMongo.second).toMatchObject({
      records: { read: 600, used: 0, duplicate: 600, refused: 0, open: 0 },
      reductionMilligrams: '0',
    });
    const { state, reversedRecords, reversedMilligrams } = onMongo.undone;
    expect([state, reversedRecords, reversedMilligrams]).toEqual(['done', used, onMongo.first.reductionMilligrams]);
    expect(figures(onMongo.third)).toEqual(figures(onMongo.first));
    expect(figures(embedded.third)).toEqual(figures(embedded.first));
  });
});

function figures({ records, activities, reductionMilligrams, sealed }: Finished): unknown {
  return { records, activities, reductionMilligrams, sealedRecords: sealed.records };
}
