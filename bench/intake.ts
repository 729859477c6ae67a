import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findFabric, howToGetFabric } from '../platform/src/cli/fabric-binaries.ts';
import { operatorToken } from '../platform/src/cli/server.ts';
import { parseConfig } from '../platform/src/config.ts';
import { rawSqlitePerSecond, transactionsPerSecond } from './support/comparisons.ts';
import { startBenchNetwork } from './support/network.ts';
import type { BenchServer } from './support/server.ts';
import { startServer, usageOf } from './support/server.ts';
import type { TripFile } from './support/trips.ts';
import { writeTrips } from './support/trips.ts';

// Streams simulated trips over loopback HTTP into a server of its own until every one is posted and sealed, and prints ratios of this very run.
// The last line is one JSON object. `--trips N` and `--people N` make it smaller; `--profile FOLDER` writes a CPU profile of the server's main thread; `--ledger fabric` sends
// the same trips once more to a server whose ledger is a Fabric network of its own.
const { values } = parseArgs({
  options: {
    trips: { type: 'string', default: '2000000' },
    people: { type: 'string', default: '1000000' },
    profile: { type: 'string' },
    ledger: { type: 'string', default: 'embedded' },
  },
});
if (!['embedded', 'fabric'].includes(values.ledger))
  throw new Error(`--ledger is embedded or fabric, not ${values.ledger}`);
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

interface Measured extends Sent {
  /** Whole milliseconds of each step of the server. */
  readonly steps: Readonly<Record<string, number>>;
  readonly peakMegabytes: number;
  /** Resident memory of the server before the first trip. */
  readonly restMegabytes: number;
  readonly cpuMs: number;
}

/** Sends every trip to a server of its own, with these settings besides. */
async function measure(name: string, file: TripFile, settings: Readonly<Record<string, string>>): Promise<Measured> {
  const environment = {
    TANHUI_DATA: join(folder, name),
    TANHUI_PORT: String(port),
    TANHUI_LOG: 'warn',
    TANHUI_SEAL_DELAY_MS: '200',
    ...settings,
  };
  const token = await operatorToken(parseConfig(environment));
  const nodeFlags = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const server = await startServer({ environment, port, token, nodeFlags });
  try {
    const before = server.usage();
    const sent = await sendAll(server, file);
    const after = server.usage();
    const { records, sealed } = sent.counts;
    if (records.used !== trips || sealed.records !== trips)
      throw new Error(`of ${String(trips)} trips ${JSON.stringify(sent.counts)}`);
    const steps = await server.call<Record<string, number>>('/v1/operations/steps');
    const [restMegabytes, peakMegabytes] = [before.residentMegabytes, after.peakMegabytes];
    return { ...sent, steps, restMegabytes, peakMegabytes, cpuMs: after.cpuMs - before.cpuMs };
  } finally {
    await server.stop();
  }
}

const perTrip = (milliseconds: number): number => Number(((milliseconds * 1_000) / trips).toFixed(2));

function stepsOf({ seconds, cpuMs, steps }: Measured): Readonly<Record<string, number>> {
  return {
    whole: perTrip(seconds * 1_000),
    cpu: perTrip(cpuMs),
    ...Object.fromEntries(Object.entries(steps).map(([step, milliseconds]) => [step, perTrip(milliseconds)])),
  };
}

/** The same on real Fabric; null where its programs are not found. */
async function measureOnFabric(file: TripFile, embedded: Measured) {
  const found = findFabric(process.env);
  if (!found.isUsable) {
    console.log(`Fabric is left out: ${found.reason}.\n${howToGetFabric}`);
    return null;
  }
  const network = await startBenchNetwork(join(folder, 'network'), found.binaries);
  try {
    const cpuMs = (): number => network.processes().reduce((sum, pid) => sum + usageOf(pid).cpuMs, 0);
    const before = cpuMs();
    const settings = { TANHUI_LEDGER: 'fabric', TANHUI_FABRIC_CONNECTION: network.connectionFile };
    const measured = await measure('data-fabric', file, settings);
    return {
      version: found.version,
      tripsPerSecond: Math.round(trips / measured.seconds),
      toEmbedded: Number((embedded.seconds / measured.seconds).toFixed(2)),
      peakRssMegabytes: Math.round(measured.peakMegabytes),
      stepMicroseconds: { ...stepsOf(measured), networkCpu: perTrip(cpuMs() - before) },
    };
  } finally {
    await network.stop();
  }
}

async function main(): Promise<void> {
  const people = Math.min(Number(values.people), trips);
  const file = writeTrips(join(folder, 'trips.ndjson'), { trips, people, batchSize, now: Date.now() });
  try {
    const embedded = await measure('data', file, {});
    const { fifths, seconds } = embedded;
    const fabric = values.ledger === 'fabric' ? await measureOnFabric(file, embedded) : undefined;
    const sample = Array.from({ length: Math.min(sampledBatches, file.batchCount) }, (_, at) => file.batch(at));
    const [raw, single] = [rawSqlitePerSecond(folder, sample), await transactionsPerSecond(folder)];
    const tripsPerSecond = trips / seconds;
    console.log(
      JSON.stringify({
        trips,
        tripsPerSecond: Math.round(tripsPerSecond),
        ratioToRawSqlite: Number((tripsPerSecond / raw).toFixed(3)),
        ratioToTransactionPerTrip: Math.round(tripsPerSecond / single),
        lastFifthToFirstFifth: Number(((fifths.at(-1) ?? 0) / (fifths[0] ?? 1)).toFixed(2)),
        restRssMegabytes: Math.round(embedded.restMegabytes),
        peakRssMegabytes: Math.round(embedded.peakMegabytes),
        stepMicroseconds: {
          ...stepsOf(embedded),
          rawInsert: Number((1e6 / raw).toFixed(1)),
          ledgerTransaction: Math.round(1e6 / single),
        },
        ...(fabric !== undefined && { fabric }),
      }),
    );
  } finally {
    file.close();
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
