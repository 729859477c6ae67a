import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findFabric, howToGetFabric } from '../platform/src/cli/fabric-binaries.ts';
import type { FabricFound } from '../platform/src/cli/fabric-binaries.ts';
import { createEmbeddedLedger } from '../platform/src/ledger/embedded/embedded-ledger.ts';
import { readConnection } from '../platform/src/ledger/fabric/connection.ts';
import { createFabricLedger } from '../platform/src/ledger/fabric/fabric-ledger.ts';
import type { LedgerClient } from '../platform/src/ledger/index.ts';
import { systemClock } from '../platform/src/runtime/index.ts';
import { startBenchNetwork } from './support/network.ts';
import type { Seal, SealTimes } from './support/seals.ts';
import { buildSeals, registerBenchMethodology, seal, sealAll } from './support/seals.ts';
import type { Usage } from './support/server.ts';
import { usageOf } from './support/server.ts';

// Seals simulated records in batches of 5,000 and one by one on the embedded ledger and, where its programs are found, on a Fabric network of its own.
// Both organisations endorse everything. The last line is one JSON object. `--seals N`, `--single N` and `--alone N` make it smaller or larger: seals in flight together, transactions of
// one record, and seals one after another, whose latency is told.
const { values } = parseArgs({
  options: {
    seals: { type: 'string', default: '60' },
    single: { type: 'string', default: '2000' },
    alone: { type: 'string', default: '100' },
  },
});
const leavesPerSeal = 5_000;
const sealsInFlight = 16;
/** More of them wait longer and bring no more. */
const singleInFlight = 300;
const folder = mkdtempSync(join(tmpdir(), 'tanhui-bench-ledger-'));

/** An engine under measurement, with the processes that do its work besides this one. */
interface Engine {
  readonly ledger: LedgerClient;
  readonly processes: () => readonly number[];
  close(): Promise<void>;
}

async function openEmbedded(): Promise<Engine> {
  const contractsModule = createRequire(import.meta.url).resolve('@tanhui/chaincode');
  const ledger = await createEmbeddedLedger({ folder: join(folder, 'embedded'), contractsModule, clock: systemClock });
  return { ledger, processes: () => [], close: () => ledger.close() };
}

async function openFabric({ binaries }: Extract<FabricFound, { isUsable: true }>): Promise<Engine> {
  const network = await startBenchNetwork(join(folder, 'network'), binaries);
  const connection = readConnection(readFileSync(network.connectionFile, 'utf8'));
  const ledger = await createFabricLedger({ connection, clock: systemClock });
  return {
    ledger,
    processes: network.processes,
    async close() {
      await ledger.close();
      await network.stop();
    },
  };
}

interface Work {
  readonly warmUp: readonly Seal[];
  readonly alone: readonly Seal[];
  readonly batched: readonly Seal[];
  readonly single: readonly Seal[];
}

function prepare(): Work {
  let first = 1;
  const next = (count: number, leaves: number): Seal[] => {
    const seals = buildSeals(count, { first, leaves });
    first += count * leaves;
    return seals;
  };
  return {
    warmUp: next(sealsInFlight, leavesPerSeal),
    alone: next(Number(values.alone), leavesPerSeal),
    batched: next(Number(values.seals), leavesPerSeal),
    single: next(Number(values.single), 1),
  };
}

const rounded = (figure: number, digits = 0): number => Number(figure.toFixed(digits));

async function measure(engine: Engine, work: Work) {
  const { ledger, processes } = engine;
  const sumOf = (what: keyof Usage): number =>
    [process.pid, ...processes()].reduce((sum, pid) => sum + usageOf(pid)[what], 0);
  await registerBenchMethodology(ledger);
  await sealAll(ledger, work.warmUp, sealsInFlight);
  const alone: SealTimes[] = [];
  for (const one of work.alone) alone.push(await seal(ledger, one));
  const cpuBefore = sumOf('cpuMs');
  const batchedSeconds = await sealAll(ledger, work.batched, sealsInFlight);
  const cpuBetween = sumOf('cpuMs');
  const singleSeconds = await sealAll(ledger, work.single, singleInFlight);
  const records = work.batched.length * leavesPerSeal;
  const [batched, single] = [records / batchedSeconds, work.single.length / singleSeconds];
  return {
    recordsPerSecondBatched: rounded(batched),
    recordsPerSecondSingle: rounded(single),
    ratio: rounded(batched / single),
    cpuMicrosecondsPerRecord: {
      batched: rounded(((cpuBetween - cpuBefore) * 1_000) / records, 1),
      single: rounded(((sumOf('cpuMs') - cpuBetween) * 1_000) / work.single.length),
    },
    oneSealMilliseconds: latencyOf(alone),
    peakMegabytes: rounded(sumOf('peakMegabytes')),
  };
}

/** Of seals that wait for nobody but themselves: where the time goes, and from the call that submits one until its status says valid, in milliseconds. */
function latencyOf(alone: readonly SealTimes[]) {
  const at = (share: number, figure: (times: SealTimes) => number): number => {
    const sorted = alone.map(figure).sort((first, second) => first - second);
    return rounded(sorted[Math.ceil(share * sorted.length) - 1] ?? 0, 1);
  };
  const committed = ({ submit, commit }: SealTimes): number => submit + commit;
  return {
    endorse: at(0.5, ({ endorse }) => endorse),
    submit: at(0.5, ({ submit }) => submit),
    commit: at(0.5, ({ commit }) => commit),
    submitToCommitted: { median: at(0.5, committed), p99: at(0.99, committed), seals: alone.length },
  };
}

async function run(open: () => Promise<Engine>, work: Work): Promise<Awaited<ReturnType<typeof measure>>> {
  const engine = await open();
  try {
    return await measure(engine, work);
  } finally {
    await engine.close();
  }
}

async function main(): Promise<void> {
  const found = findFabric(process.env);
  if (!found.isUsable) console.log(`Fabric is left out: ${found.reason}.\n${howToGetFabric}`);
  const work = prepare();
  console.log(`${values.seals} seals of ${String(leavesPerSeal)} records and ${values.single} of one, on each engine`);
  const embedded = await run(openEmbedded, work);
  console.log(`embedded: ${JSON.stringify(embedded)}`);
  const fabric = found.isUsable ? await run(() => openFabric(found), work) : undefined;
  console.log(
    JSON.stringify({
      leavesPerSeal,
      embedded,
      fabric: fabric === undefined || !found.isUsable ? null : { version: found.version, ...fabric },
      fabricToEmbedded:
        fabric === undefined ? null : rounded(fabric.recordsPerSecondBatched / embedded.recordsPerSecondBatched, 2),
    }),
  );
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
