import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Receipt } from '@tanhui/sdk/model';
import type { PinnedRoots } from '@tanhui/sdk/verify';
import { recomputeLeaves, verifyReceipt } from '@tanhui/sdk/verify';
import { createEmbeddedLedger } from '../platform/src/ledger/embedded/embedded-ledger.ts';
import { systemClock } from '../platform/src/runtime/index.ts';
import { sealReceipts } from './support/receipts.ts';

// Verifies receipts of one full batch, one after the other in one process, and once in a process that has just started. The last line is one JSON object.
const { values } = parseArgs({ options: { receipts: { type: 'string', default: '2000' } } });
const folder = mkdtempSync(join(tmpdir(), 'tanhui-bench-verify-'));
const require = createRequire(import.meta.url);
const contractsModule = require.resolve('@tanhui/chaincode');
const warmUp = 100;

const rounded = (figure: number, digits = 0): number => Number(figure.toFixed(digits));

async function verifyAll(receipts: readonly Receipt[], pinned: PinnedRoots): Promise<number[]> {
  const times: number[] = [];
  for (const receipt of receipts) {
    const { isValid, elapsedMs, steps } = await verifyReceipt(receipt, pinned);
    if (!isValid) throw new Error(`a receipt does not hold: ${JSON.stringify(steps)}`);
    times.push(elapsedMs);
  }
  return times;
}

/** The first receipt of a fresh process: what a page that has just loaded the verifier's code sees. */
function coldMilliseconds(receipt: Receipt, pinned: PinnedRoots): number {
  const file = join(folder, 'receipt.json');
  writeFileSync(file, JSON.stringify({ receipt, pinned }));
  const script = `
    import { readFileSync } from 'node:fs';
    const { receipt, pinned } = JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8'));
    const { verifyReceipt } = await import('@tanhui/sdk/verify');
    const { isValid, elapsedMs } = await verifyReceipt(receipt, pinned);
    console.log(isValid ? elapsedMs : 'invalid');`;
  const flags = ['--conditions=tanhui-source', '--disable-warning=ExperimentalWarning', '--input-type=module'];
  const { stdout } = spawnSync(process.execPath, [...flags, '--eval', script], { encoding: 'utf8' });
  return Number(stdout);
}

/** CPU that the contract spends on a record: checking leaves, root and totals of a full batch. */
function contractMicroseconds(leaves: Buffer, day: string): number {
  const rules = require(join(contractsModule, '..', 'leaves.js')) as {
    recompute(leaves: Buffer, scope: { readonly day: string; readonly methodologies: number }): unknown;
  };
  const rounds = 20;
  for (let round = 0; round < rounds; round += 1) rules.recompute(leaves, { day, methodologies: 1 });
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) rules.recompute(leaves, { day, methodologies: 1 });
  return process.cpuUsage(before).user / rounds / (leaves.length / 64);
}

const ledger = await createEmbeddedLedger({ folder: join(folder, 'ledger'), contractsModule, clock: systemClock });
const sealed = await sealReceipts(ledger, warmUp + Number(values.receipts));
await ledger.close();
await verifyAll(sealed.receipts.slice(0, warmUp), sealed.pinned);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const times = await verifyAll(sealed.receipts.slice(warmUp), sealed.pinned);
const seconds = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
const leavesStartedAt = performance.now();
recomputeLeaves(sealed.leaves);
const leavesMs = performance.now() - leavesStartedAt;
const [first] = sealed.receipts;
times.sort((one, other) => one - other);
const figures = {
  receipts: times.length,
  receiptsPerSecond: rounded(times.length / seconds),
  cpuMicrosecondsPerReceipt: rounded((user + system) / times.length),
  milliseconds: {
    p50: rounded(times[Math.floor(times.length / 2)] ?? 0, 2),
    p99: rounded(times[Math.floor(times.length * 0.99)] ?? 0, 2),
    cold: first === undefined ? undefined : rounded(coldMilliseconds(first, sealed.pinned), 1),
  },
  receiptBytes: JSON.stringify(first).length,
  leavesFileMilliseconds: rounded(leavesMs, 1),
  contractMicrosecondsPerRecord: rounded(contractMicroseconds(sealed.leaves, sealed.day), 2),
  peakRssMegabytes: rounded(process.resourceUsage().maxRSS / 1_024),
};
rmSync(folder, { recursive: true });
console.log(JSON.stringify(figures));
