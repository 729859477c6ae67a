import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { operatorToken } from '../platform/src/cli/server.ts';
import { parseConfig } from '../platform/src/config.ts';
import { rawSqlitePerSecond, transactionsPerSecond } from './support/comparisons.ts';
import type { BenchServer } from './support/server.ts';
import { startServer } from './support/server.ts';
import type { TripFile } from './support/trips.ts';
import { writeTrips } from './support/trips.ts';

// Streams simulated trips over loopback HTTP into a server of its own until every one is posted and sealed, and prints ratios of this very run.
// The last line is one JSON object. `--trips N` and `--people N` make it smaller; `--profile FOLDER` writes a CPU profile of each thread.
const { values } = parseArgs({
  options: {
    trips: { type: 'string', default: '2000000' },
    people: { type: 'string', default: '1000000' },
    profile: { type: 'string' },
  },
});
const trips = Number(values.trips);
const batchSize = 1_000;
/** Batches on their way at a time: while some commit, the next ones are read and prepared. */
const inFlight = 12;
const sampledBatches = 200;
const folder = mkdtempSync(join(tmpdir(), 'tanhui-bench-'));
const port = 20_000 + (process.pid % 9_000);

interface RunCounts {
  readonly records: { readonly read: number; readonly used: number };
  readonly sealed: { readonly records: number };
}

interface Sent {
  readonly counts: RunCounts;
  readonly seconds: number;
  /** Trips a second of each fifth of the run. */
  readonly fifths: readonly number[];
}

async function sendAll(server: BenchServer, file: TripFile): Promise<Sent> {
  const opening = JSON.stringify({ source: 'metro-trips', programme: 'qingdao-demo' });
  const { run } = await server.call<{ run: string }>('/v1/runs', opening);
  const fifths: number[] = [];
  const startedAt = performance.now();
  let [next, done, fifthAt] = [0, 0, startedAt];
  const answered = (): void => {
    done += 1;
    if (done * 5 < (fifths.length + 1) * file.batchCount) return;
    fifths.push(trips / 5 / ((performance.now() - fifthAt) / 1_000));
    fifthAt = performance.now();
    const [rate, megabytes] = [fifths.at(-1) ?? 0, server.usage().peakMegabytes].map((figure) => Math.round(figure));
    console.log(`fifth ${String(fifths.length)}: ${String(rate)} trips/s, peak ${String(megabytes)} MB`);
  };
  const lane = async (): Promise<void> => {
    while (next < file.batchCount) {
      await server.sendRecords(`/v1/sources/metro-trips/records?run=${run}`, file.batch(next++));
      answered();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const counts = await server.call<RunCounts>(`/v1/runs/${run}/finish`, '{}');
  return { counts, seconds: (performance.now() - startedAt) / 1_000, fifths };
}

async function main(): Promise<void> {
  const environment = {
    TANHUI_DATA: join(folder, 'data'),
    TANHUI_PORT: String(port),
    TANHUI_LOG: 'warn',
    TANHUI_SEAL_DELAY_MS: '200',
  };
  const people = Math.min(Number(values.people), trips);
  const file = writeTrips(join(folder, 'trips.ndjson'), { trips, people, batchSize, now: Date.now() });
  const token = await operatorToken(parseConfig(environment));
  const nodeFlags = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const server = await startServer({ environment, port, token, nodeFlags });
  try {
    const before = server.usage();
    const { counts, seconds, fifths } = await sendAll(server, file);
    const after = server.usage();
    if (counts.records.used !== trips || counts.sealed.records !== trips)
      throw new Error(`of ${String(trips)} trips ${JSON.stringify(counts)}`);
    const steps = await server.call<Record<string, number>>('/v1/operations/steps');
    const tripsPerSecond = trips / seconds;
    const sample = Array.from({ length: Math.min(sampledBatches, file.batchCount) }, (_, at) => file.batch(at));
    const [raw, single] = [rawSqlitePerSecond(folder, sample), await transactionsPerSecond(folder)];
    const perTrip = (milliseconds: number): number => Number(((milliseconds * 1_000) / trips).toFixed(2));
    console.log(
      JSON.stringify({
        trips,
        tripsPerSecond: Math.round(tripsPerSecond),
        ratioToRawSqlite: Number((tripsPerSecond / raw).toFixed(3)),
        ratioToTransactionPerTrip: Math.round(tripsPerSecond / single),
        lastFifthToFirstFifth: Number(((fifths.at(-1) ?? 0) / (fifths[0] ?? 1)).toFixed(2)),
        peakRssMegabytes: Math.round(after.peakMegabytes),
        stepMicroseconds: {
          whole: perTrip(seconds * 1_000),
          cpu: perTrip(after.cpuMs - before.cpuMs),
          ...Object.fromEntries(Object.entries(steps).map(([step, milliseconds]) => [step, perTrip(milliseconds)])),
          rawInsert: Number((1e6 / raw).toFixed(1)),
          ledgerTransaction: Math.round(1e6 / single),
        },
      }),
    );
  } finally {
    await server.stop();
    file.close();
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
