import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { Crash, storeOf } from '../../test/support/faulty-gateway.ts';
import type { LedgerFault } from '../../test/support/faulty-ledger.ts';
import { faultyLedger, ledgerFaults, refusingAgain } from '../../test/support/faulty-ledger.ts';
import { ledgerFixture, programme } from '../../test/support/ledger.ts';
import { required } from '../kernel/index.ts';
import { createEmbeddedLedger } from '../ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { loadCatalogue } from '../methodologies/index.ts';
import { systemClock } from '../runtime/index.ts';
import type { DocumentStore } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { SealStep } from './index.ts';
import {
  batches,
  createBatchBuilder,
  hasUnsealed,
  maxBatchSize,
  programmeDayKey,
  programmeDays,
  registerMethodologies,
  sealStep,
} from './index.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tanhui-sealing-'));
const firstNoon = Date.parse('2026-11-24T12:00:00+08:00');
const dayMs = 86_400_000;
let ledger: LedgerClient;
let tests = 0;

beforeAll(async () => {
  ledger = await createEmbeddedLedger({ folder, contractsModule, clock: systemClock });
  await registerMethodologies(ledger, loadCatalogue(undefined), 5_000);
});

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** Records that wait for a seal, each test's on days of its own: the ledger is one for all of them. `faults` are those of the endorsements, in turn. */
async function waiting(
  counts: readonly number[],
  faults: readonly LedgerFault[],
  ledgerOver: (inner: LedgerClient) => LedgerClient = (inner) => inner,
) {
  const now = firstNoon + (tests += 1) * 10 * dayMs;
  const fixture = ledgerFixture(now);
  const { deps } = fixture;
  const days = counts.map((_, at) => addDays(dayOf(now), -at));
  for (const [at, count] of counts.entries())
    for (let from = 0; from < count; from += 1_000)
      await fixture.take(
        Array.from({ length: Math.min(1_000, count - from) }, (_, offset) =>
          ride(`card-${String(from + offset)}`, { day: days[at] ?? '', clock: '08:00' }),
        ),
      );
  const own = { isDown: false };
  const plan = [...faults];
  const sealing = {
    ...{ clock: deps.clock, log: deps.log, steps: deps.steps, delayMs: 0, commitTimeoutMs: 5_000 },
    store: storeOf(own, deps.store),
    ledger: faultyLedger(ledgerOver(ledger), own, () => plan.shift() ?? 'none'),
    builder: createBatchBuilder({ reader: deps.store, methodologyOf: deps.quantifier.methodologyOf }),
  };
  /** One step of one process; after a crash the next step is another process's. */
  const step = async (): Promise<SealStep | { readonly did: 'crashed' }> => {
    try {
      return await sealStep(sealing, { now: true });
    } catch (error) {
      expect(error).toBeInstanceOf(Crash);
      return { did: 'crashed' };
    } finally {
      own.isDown = false;
    }
  };
  return { store: deps.store, days, step };
}

async function dayStored(store: DocumentStore, day: Day | undefined) {
  return (await store.get(programmeDays, programmeDayKey(programme, day ?? ('' as Day))))?.value;
}

async function statesOf(store: DocumentStore): Promise<string[]> {
  return (await everyOf(store, batches, { index: 'key' })).map(({ value }) => value.state);
}

describe('sealing', () => {
  it.each(ledgerFaults)('goes on with the same batches after %s, and seals each once', async (fault) => {
    const { store, days, step } = await waiting([3, 2], [fault]);
    const { did } = await step();
    if (fault === 'none') expect(did).toBe('sealed');
    else expect(did).not.toBe('sealed');
    for (let more = 0; more < 3; more += 1) await step();
    expect(await statesOf(store)).toEqual(['sealed', 'sealed']);
    expect(await hasUnsealed(store)).toBe(false);
    for (const [at, count] of [3, 2].entries()) {
      const found = await dayStored(store, days[at]);
      expect(found).toMatchObject({ lastRecord: count, lastSealed: count, batches: 1 });
      expect(found?.sealedMilligrams).toBe(found?.totals.milligrams);
    }
    expect(await step()).toEqual({ did: 'nothing' });
  });

  it.each(['refuse-order', 'invalid', 'lose-submit'] as const)(
    'never says that a day is sealed beyond a batch that is not: %s',
    async (fault) => {
      const { store, days, step } = await waiting([maxBatchSize + 1], [fault]);
      expect(await step()).toMatchObject({ did: 'waiting' });
      expect(await dayStored(store, days[0])).toMatchObject({ lastSealed: 0, batches: 0 });
      expect(await statesOf(store)).toEqual([fault === 'lose-submit' ? 'submitted' : 'prepared', 'submitted']);
      expect(await step()).toEqual({ did: 'sealed', records: maxBatchSize + 1 });
      expect(await dayStored(store, days[0])).toMatchObject({ lastSealed: maxBatchSize + 1, batches: 2 });
    },
  );

  it.each([
    ['had taken it', true],
    ['had not', false],
  ])('endorses a batch anew where ordering refuses what it may have taken before, and %s', async (_what, isTaken) => {
    const { store, days, step } = await waiting([3], [], (inner) => refusingAgain(inner, isTaken));
    const batch = async () => required((await everyOf(store, batches, { index: 'key' }))[0], 'batch').value;
    expect(await step()).toMatchObject({ did: 'waiting' });
    const { transaction: first } = await batch();
    expect(await step()).toMatchObject({ did: 'waiting' });
    expect(await batch()).toMatchObject({ state: 'prepared', earlier: [first] });
    while (await hasUnsealed(store)) await step();
    const sealed = await batch();
    expect(sealed).toMatchObject({ state: 'sealed', count: 3 });
    expect(sealed.transaction === first, 'what wrote it is named').toBe(isTaken);
    expect(sealed.earlier).toBeUndefined();
    expect(await ledger.status(sealed.transaction ?? '', { timeoutMs: 5_000 })).toMatchObject({
      code: 0,
      blockNumber: sealed.block,
    });
    expect(await dayStored(store, days[0])).toMatchObject({ lastSealed: 3, batches: 1 });
  });
});
