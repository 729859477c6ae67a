import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { simulateDay } from '@tanhui/green-travel/simulation';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { operatorToken } from '../platform/src/cli/server.ts';
import { parseConfig } from '../platform/src/config.ts';
import { createEmbeddedLedger } from '../platform/src/ledger/embedded/embedded-ledger.ts';

// Streams simulated trips over loopback HTTP into a server of its own until every one is posted and sealed, and prints ratios of this very run.
const { values } = parseArgs({
  options: { trips: { type: 'string', default: '2000000' }, people: { type: 'string', default: '1000000' } },
});
const trips = Number(values.trips);
const people = Math.min(Number(values.people), trips);
const days = Math.max(1, Math.ceil(trips / 1_500_000));
const batchSize = 1_000;
const port = 19_000 + (process.pid % 900);
const url = `http://127.0.0.1:${String(port)}`;
const folder = mkdtempSync(join(tmpdir(), 'tanhui-bench-'));
const environment = { TANHUI_DATA: folder, TANHUI_PORT: String(port), TANHUI_LOG: 'warn', TANHUI_SEAL_DELAY_MS: '200' };
const sample: string[] = [];

function* batches(): Generator<string> {
  let lines: string[] = [];
  for (let at = 0; at < days; at += 1) {
    const day = addDays(dayOf(Date.now()), at - days);
    for (const trip of simulateDay({ seed: 'bench', day, people, trips: Math.floor(trips / days) })) {
      lines.push(JSON.stringify(trip));
      if (lines.length < batchSize) continue;
      yield lines.join('\n');
      lines = [];
    }
  }
  if (lines.length > 0) yield lines.join('\n');
}

/** Resident memory of the server's process, in megabytes; its ledger runs in a thread of it. */
function residentMegabytes(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1024;
}

const headers = { authorization: `Bearer ${await operatorToken(parseConfig(environment))}` };

async function call<Answer>(path: string, body?: string, type = 'application/json'): Promise<Answer> {
  const response = await fetch(url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, 'content-type': type },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return (type === 'application/json' ? JSON.parse(text) : text) as Answer;
}

async function ready(): Promise<void> {
  for (let tried = 0; tried < 200; tried += 1) {
    if (
      await fetch(`${url}/health`).then(
        (response) => response.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server did not come up');
}

/** The same bodies as key-text rows, WAL, full sync, batches of 1,000: what the disk allows. */
function rawSqlitePerSecond(): number {
  const database = new DatabaseSync(join(folder, 'raw.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (key TEXT PRIMARY KEY, value TEXT)',
  );
  const insert = database.prepare('INSERT INTO rows VALUES (?, ?)');
  const startedAt = performance.now();
  let row = 0;
  for (const batch of sample) {
    database.exec('BEGIN');
    for (const line of batch.split('\n')) insert.run(`act_${String((row += 1)).padStart(12, '0')}`, line);
    database.exec('COMMIT');
  }
  const perSecond = (row * 1_000) / (performance.now() - startedAt);
  database.close();
  return perSecond;
}

/** One ledger transaction a trip, a hundred in flight: what sealing replaces. */
async function transactionsPerSecond(): Promise<number> {
  const contractsModule = createRequire(import.meta.url).resolve('@tanhui/chaincode');
  const ledger = await createEmbeddedLedger({
    folder: join(folder, 'single'),
    contractsModule,
    clock: { now: () => Date.now() },
  });
  const [count, width] = [600, 100];
  const startedAt = performance.now();
  for (let from = 0; from < count; from += width) {
    await Promise.all(
      Array.from({ length: width }, async (_, at) => {
        const text = JSON.stringify({
          digest: 'a'.repeat(64),
          id: `bench.${String(from + at)}`,
          v: 1,
          validFrom: '2020-01-01',
          version: '1',
        });
        const endorsed = await ledger.endorse({ function: 'RegisterMethodology', args: [text], as: 'registrar' });
        await ledger.submit(endorsed.envelope);
        await ledger.status(endorsed.transactionId, { timeoutMs: 30_000 });
      }),
    );
  }
  const perSecond = (count * 1_000) / (performance.now() - startedAt);
  await ledger.close();
  return perSecond;
}

const server = spawn(process.execPath, ['--conditions=tanhui-source', 'platform/src/cli/tanhui.ts', 'serve'], {
  stdio: 'inherit',
  env: { ...process.env, ...environment },
});
try {
  await ready();
  const { run } = await call<{ run: string }>(
    '/v1/runs',
    JSON.stringify({ source: 'metro-trips', programme: 'qingdao-demo' }),
  );
  const fifths: number[] = [];
  let [sent, peak, fifthAt] = [0, 0, performance.now()];
  const startedAt = performance.now();
  // Two batches are on their way at a time, so that the next one is there when the last one commits.
  const inFlight = new Set<Promise<unknown>>();
  for (const batch of batches()) {
    if (sample.length < 200) sample.push(batch);
    const flight = call(`/v1/sources/metro-trips/records?run=${run}`, batch, 'application/x-ndjson').finally(() =>
      inFlight.delete(flight),
    );
    inFlight.add(flight);
    if (inFlight.size >= 2) await Promise.race(inFlight);
    sent += batchSize;
    peak = Math.max(peak, residentMegabytes(server.pid ?? 0));
    if (sent >= ((fifths.length + 1) * trips) / 5) {
      fifths.push(trips / 5 / ((performance.now() - fifthAt) / 1_000));
      fifthAt = performance.now();
      console.log(
        `fifth ${String(fifths.length)}: ${Math.round(fifths.at(-1) ?? 0).toLocaleString('en')} trips/s, ${String(Math.round(peak))} MB`,
      );
    }
  }
  await Promise.all(inFlight);
  const counts = await call<{ records: { read: number; used: number }; sealed: { records: number } }>(
    `/v1/runs/${run}/finish`,
    '{}',
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  if (counts.sealed.records !== counts.records.used)
    throw new Error(`sealed ${String(counts.sealed.records)} of ${String(counts.records.used)}`);
  peak = Math.max(peak, residentMegabytes(server.pid ?? 0));
  const tripsPerSecond = counts.records.used / seconds;
  const [raw, single] = [rawSqlitePerSecond(), await transactionsPerSecond()];
  console.log(
    JSON.stringify({
      trips: counts.records.used,
      tripsPerSecond: Math.round(tripsPerSecond),
      ratioToRawSqlite: Number((tripsPerSecond / raw).toFixed(3)),
      ratioToTransactionPerTrip: Math.round(tripsPerSecond / single),
      lastFifthToFirstFifth: Number(((fifths.at(-1) ?? 0) / (fifths[0] ?? 1)).toFixed(2)),
      peakRssMegabytes: Math.round(peak),
      stepMicroseconds: {
        whole: Number((1e6 / tripsPerSecond).toFixed(1)),
        rawInsert: Number((1e6 / raw).toFixed(1)),
        ledgerTransaction: Math.round(1e6 / single),
      },
    }),
  );
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
