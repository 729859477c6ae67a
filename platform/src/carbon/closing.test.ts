import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf, startOfDay } from '@tanhui/sdk/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Crash } from '../../test/support/faulty-gateway.ts';
import { faultyLedger, ledgerFaults } from '../../test/support/faulty-ledger.ts';
import { required } from '../kernel/index.ts';
import { createEmbeddedLedger } from '../ledger/embedded/embedded-ledger.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure } from '../ledger/index.ts';
import { systemClock } from '../runtime/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import type { ClosingDeps } from './closing.ts';
import { closeDay, closeStateOf } from './closing.ts';
import { newProgrammeDay, programmeDayKey, programmeDays } from './collections.ts';

const contractsModule = fileURLToPath(new URL('../../../chaincode/dist/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tanhui-closing-'));
const store = createSqliteStore({ path: join(folder, 'store.db'), collections: [programmeDays] });
const programme = 'qingdao-demo';
const today = dayOf(systemClock.now());
let ledger: LedgerClient;
let day = today;

beforeAll(async () => {
  ledger = await createEmbeddedLedger({ folder: join(folder, 'ledger'), contractsModule, clock: systemClock });
});

afterAll(async () => {
  await Promise.all([ledger.close(), store.close()]);
  rmSync(folder, { recursive: true });
});

/** Each test closes a day of its own, with one record that is not sealed yet. */
beforeEach(async () => {
  day = addDays(day, -1);
  await insert(day);
});

async function insert(on: Day): Promise<void> {
  const value = { ...newProgrammeDay(programme, on), lastRecord: 1 };
  await store.unitOfWork((tx) => tx.insertMany(programmeDays, [{ key: programmeDayKey(programme, on), value }]));
}

async function stored(on = day) {
  return required(await store.get(programmeDays, programmeDayKey(programme, on)), on).value;
}

/** What the sealer does to the day's document. */
async function seal(): Promise<void> {
  await store.unitOfWork(async (tx) => {
    const found = required(await tx.get(programmeDays, programmeDayKey(programme, day)), day);
    await tx.replaceMany(programmeDays, [{ ...found, value: { ...found.value, lastSealed: found.value.lastRecord } }]);
  });
}

function deps(changes: Partial<ClosingDeps> = {}): ClosingDeps {
  return {
    store,
    ledger,
    clock: systemClock,
    commitTimeoutMs: 5_000,
    latenessMsOf: () => 0,
    sealAll: seal,
    ...changes,
  };
}

let written = 0;
const asked = (on = day) => ({
  programme,
  day: on,
  record: () => {
    written += 1;
    return Promise.resolve();
  },
});

async function onLedger(): Promise<unknown> {
  const read = await ledger.evaluate({ function: 'ReadDay', args: [programme, day], as: 'auditor' });
  return JSON.parse(Buffer.from(read).toString());
}

describe('closing a day', () => {
  it('stands on the ledger, is recorded once, and asking again changes nothing', async () => {
    written = 0;
    await closeDay(deps(), asked());
    expect(await onLedger()).toMatchObject({ programme, day, records: 0 });
    const height = await ledger.height();
    const { ledgerClosedAt } = await stored();
    expect(ledgerClosedAt).toBeTypeOf('number');
    await closeDay(deps(), asked());
    expect([written, await ledger.height(), (await stored()).ledgerClosedAt]).toEqual([1, height, ledgerClosedAt]);
  });

  it('refuses a day that is not over, which goes on taking records', async () => {
    await insert(today);
    await expect(closeDay(deps(), asked(today))).rejects.toMatchObject({ code: 'LEDGER_DAY_NOT_OVER' });
    expect((await stored(today)).closedAt).toBeUndefined();
  });

  it('refuses a day whose records may still be on their way, which goes on taking them, and says from when on it may be closed', async () => {
    const latenessMs = 48 * 3_600_000;
    const from = startOfDay(addDays(day, 1)) + latenessMs;
    const at = (now: number) => deps({ latenessMsOf: () => latenessMs, clock: { now: () => now } });
    await expect(closeDay(at(from - 1), asked())).rejects.toMatchObject({
      code: 'CARBON_DAY_STILL_ARRIVING',
      details: { from: `${addDays(day, 3)} 00:00` },
    });
    expect(await stored()).toMatchObject({ lastSealed: 0 });
    expect((await stored()).closedAt).toBeUndefined();
    await closeDay(at(from), asked());
    expect(closeStateOf(await stored())).toBe('closed');
  });

  it('takes up a close that is begun, whatever its sources were promised since', async () => {
    await expect(closeDay(deps({ sealAll: () => Promise.resolve() }), asked())).rejects.toMatchObject({
      code: 'CARBON_DAY_NOT_SEALED',
    });
    expect(closeStateOf(await stored())).toBe('closing');
    await closeDay(deps({ latenessMsOf: () => 1e12 }), asked());
    expect(closeStateOf(await stored())).toBe('closed');
  });

  it('refuses a day that nobody knows', async () => {
    await expect(closeDay(deps(), asked('2001-01-01' as Day))).rejects.toMatchObject({ code: 'CARBON_DAY_EMPTY' });
  });

  it('takes no more records before it seals the last ones, and refuses while they cannot be sealed', async () => {
    const sealAll = async () => {
      expect((await stored()).closedAt).toBeTypeOf('number');
    };
    await expect(closeDay(deps({ sealAll }), asked())).rejects.toMatchObject({ code: 'CARBON_DAY_NOT_SEALED' });
    expect((await stored()).ledgerClosedAt).toBeUndefined();
    await closeDay(deps(), asked());
    expect((await stored()).ledgerClosedAt).toBeTypeOf('number');
  });

  it('is taken up again where the answer of the ledger was lost', async () => {
    const status = () => Promise.reject(new LedgerFailure('outcome-unknown', 'no answer'));
    await expect(closeDay(deps({ ledger: { ...ledger, status } }), asked())).rejects.toMatchObject({
      kind: 'outcome-unknown',
    });
    await ledger.height();
    expect((await stored()).ledgerClosedAt).toBeUndefined();
    await expect.poll(async () => onLedger().catch(() => undefined)).toMatchObject({ day });
    await closeDay(deps(), asked());
    expect((await stored()).ledgerClosedAt).toBeTypeOf('number');
  });

  it('is not closed by a transaction that stands in a block and is invalid', async () => {
    const status = (transactionId: string) => Promise.resolve({ transactionId, blockNumber: 1, code: 11 });
    await expect(closeDay(deps({ ledger: { ...ledger, status } }), asked())).rejects.toMatchObject({
      kind: 'commit-invalid',
      validationCode: 11,
    });
    expect((await stored()).ledgerClosedAt).toBeUndefined();
  });

  it.each(ledgerFaults)('closes the day once, however often it is asked for, after %s', async (fault) => {
    const own = { isDown: false };
    const plan = [fault];
    const faulty = deps({ ledger: faultyLedger(ledger, own, () => plan.shift() ?? 'none') });
    written = 0;
    const first = await closeDay(faulty, asked()).catch((error: unknown) => error);
    if (fault === 'none') expect(first).toBeUndefined();
    else expect(first instanceof LedgerFailure || first instanceof Crash).toBe(true);
    await expect.poll(() => closeDay(faulty, asked()).then(() => 'closed')).toBe('closed');
    expect(await onLedger()).toMatchObject({ programme, day });
    expect([written, (await stored()).ledgerClosedAt]).toEqual([1, expect.any(Number)]);
  });
});
