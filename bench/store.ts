// Trips a second through the intake on each store, one after the other in one run: `npm run bench:store -- --trips 5000`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateDay } from '@tanhui/green-travel/simulation';
import type { Day } from '@tanhui/sdk/model';
import { openTransfer, postTransfer } from '../platform/src/accounts/index.ts';
import { collections } from '../platform/src/compose/collections.ts';
import { maxBatchRecords, takeBatch } from '../platform/src/intake/index.ts';
import { createStepTimes } from '../platform/src/kernel/index.ts';
import { findMongoServer } from '../platform/test/support/mongo-server.ts';
import { intakeFixture } from '../platform/test/support/intake.ts';
import { openAt } from '../platform/test/support/stores.ts';

const { values } = parseArgs({ options: { trips: { type: 'string', default: '5000' } } });
const count = Number(values.trips);
const day = '2026-11-20' as Day;
const records = [...simulateDay({ seed: 'bench-store', day, people: count * 4, trips: count })].map((fields, at) => ({
  line: at + 1,
  fields,
}));

interface Figures {
  readonly tripsPerSecond: number;
  readonly stepMicroseconds: Readonly<Record<string, number>>;
}

/** Accepted, quantified and posted in one unit of work for each thousand; without HTTP and sealing, which are the same on both. */
async function measure(address: string): Promise<Figures> {
  const store = await openAt(address, collections);
  const steps = createStepTimes(() => performance.now());
  const deps = { ...intakeFixture({ store }), steps, poster: { open: openTransfer, post: postTransfer } };
  const scope = { source: 'metro-trips', programme: 'qingdao-demo', settings: {}, run: `run_${day}_bench` };
  const started = performance.now();
  for (let from = 0; from < records.length; from += maxBatchRecords)
    await takeBatch(deps, { scope, records: records.slice(from, from + maxBatchRecords) });
  const tripsPerSecond = Math.round((records.length * 1_000) / (performance.now() - started));
  await store.close();
  const perTrip = Object.entries(steps.totals()).map(([step, ms]) => [step, Math.round((ms * 1_000) / records.length)]);
  return { tripsPerSecond, stepMicroseconds: Object.fromEntries(perTrip) as Record<string, number> };
}

const folder = mkdtempSync(join(tmpdir(), 'tanhui-bench-store-'));
const sqlite = await measure(join(folder, 'store.db'));
rmSync(folder, { recursive: true, force: true });
const server = await findMongoServer();
if ('missing' in server) {
  console.log(`MongoDB not measured: ${server.missing}`);
  console.log(JSON.stringify({ trips: records.length, sqlite }));
} else {
  const address = server.uriOf(`tanhui_bench_${String(process.pid)}`);
  const mongodb = await measure(address);
  await server.discard(address);
  await server.stop();
  const ratio = Number((mongodb.tripsPerSecond / sqlite.tripsPerSecond).toFixed(3));
  console.log(
    `sqlite ${String(sqlite.tripsPerSecond)} trips/s, ${server.name} ${String(mongodb.tripsPerSecond)} trips/s`,
  );
  console.log(JSON.stringify({ trips: records.length, sqlite, mongodb, ratioMongodbToSqlite: ratio }));
}
