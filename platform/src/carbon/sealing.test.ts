import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerFault } from '../../test/support/faulty-ledger.ts';
import { ledgerFaults, refusingAgain } from '../../test/support/faulty-ledger.ts';
import { dayStored, statesOf, waitingForSeal } from '../../test/support/sealing.ts';
import { required } from '../kernel/index.ts';
import { createEmbeddedLedger } from '../ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { loadCatalogue } from '../methodologies/index.ts';
import { systemClock } from '../runtime/index.ts';
import { everyOf } from '../storage/index.ts';
import { batches, hasUnsealed, maxBatchSize, registerMethodologies } from './index.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tanhui-sealing-'));
const firstNoon = Date.parse('2026-11-24T12:00:00+08:00');
const dayMs = 86_400_000;
let ledger: LedgerClient;
let tests = 0;

beforeAll(async () => {
  ledger = await createEmbeddedLedger({ folder, contractsModule, clock: systemClock });
  await registerMethodologies(ledger, loadCatalogue({ mode: 'demo' }), 5_000);
});

afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** Each test's records are on days of its own: the ledger is one for all of them. */
function waiting(counts: readonly number[], faults: readonly LedgerFault[], over = ledger) {
  const now = firstNoon + (tests += 1) * 10 * dayMs;
  return waitingForSeal({ ledger: over, now, counts, faults });
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

  it.each(['taken', 'late', 'never'] as const)(
    'asks for an envelope that ordering refuses when it comes again before another is endorsed: %s',
    async (fate) => {
      const faulty = refusingAgain(ledger, fate);
      const { store, days, step } = await waiting([3], [], faulty.ledger);
      const batch = async () => required((await everyOf(store, batches, { index: 'key' }))[0], 'batch').value;
      expect(await step()).toMatchObject({ did: 'waiting' });
      const { transaction: first } = await batch();
      expect(await step()).toMatchObject({ did: 'waiting' });
      expect(await batch()).toMatchObject({ state: 'prepared', earlier: [first] });
      while (await hasUnsealed(store)) await step();
      const sealed = await batch();
      expect(sealed).toMatchObject({ state: 'sealed', count: 3 });
      expect(sealed.transaction === first, 'what wrote it is named').toBe(fate !== 'never');
      expect(faulty.endorsed(), 'what is there is taken').toBe(fate === 'taken' ? 1 : 2);
      expect(sealed.earlier).toBeUndefined();
      expect(await ledger.status(sealed.transaction ?? '', { timeoutMs: 5_000 })).toMatchObject({
        code: 0,
        blockNumber: sealed.block,
      });
      expect(await dayStored(store, days[0])).toMatchObject({ lastSealed: 3, batches: 1 });
    },
  );
});
