import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusingAgain } from '../../test/support/faulty-ledger.ts';
import { temporaryLedger } from '../../test/support/embedded-ledger.ts';
import { ride } from '../../test/support/drafts.ts';
import { programme } from '../../test/support/ledger.ts';
import { dayStored, statesOf, waitingForSeal } from '../../test/support/sealing.ts';
import { closeOnLedger } from '../../test/support/too-late.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { LedgerFailure } from '../ledger/index.ts';
import { loadCatalogue } from '../methodologies/index.ts';
import { figuresOf, readBacklog, stuckOf } from '../operations/index.ts';
import { heldByClosedDay } from './closed-day.ts';
import {
  countOnLedger,
  hasUnsealed,
  maxBatchSize,
  receiptOf,
  registerMethodologies,
  unsealedMilligrams,
} from './index.ts';

const firstNoon = Date.parse('2026-06-01T12:00:00+08:00');
const dayMs = 86_400_000;
const timeoutMs = 5_000;
let ledger: LedgerClient;
let tests = 0;

beforeAll(async () => {
  ledger = await temporaryLedger();
  await registerMethodologies(ledger, loadCatalogue({ mode: 'demo' }), timeoutMs);
});

afterAll(() => ledger.close());

/** Records of one day of the past, each test's of another. */
function waiting(count: number, faults: Parameters<typeof waitingForSeal>[0]['faults'] = [], over = ledger) {
  const now = firstNoon + (tests += 1) * dayMs;
  return waitingForSeal({ ledger: over, now, counts: [count], faults });
}

const close = (day = '') => closeOnLedger(ledger, day);

describe('a day that is closed on the ledger while a batch of it is on its way', () => {
  it.each(['lose-answer', 'lose-status', 'crash-after-submit'] as const)(
    'holds the batch where its envelope was taken, whatever was heard of it: %s',
    async (fault) => {
      const { store, days, step, warned } = await waiting(3, [fault]);
      await step();
      await close(days[0]);
      while (await hasUnsealed(store)) await step();
      expect(await statesOf(store)).toEqual(['sealed']);
      expect(await dayStored(store, days[0])).toMatchObject({ lastSealed: 3, batches: 1 });
      expect(warned).toEqual([]);
    },
  );

  it('holds the batch whose envelope ordering had taken and refused when it came again', async () => {
    const faulty = refusingAgain(ledger, 'taken');
    const { store, days, step } = await waiting(3, [], faulty.ledger);
    expect(await step()).toMatchObject({ did: 'waiting' });
    expect(await step()).toMatchObject({ did: 'waiting' });
    expect(await statesOf(store)).toEqual(['prepared']);
    await close(days[0]);
    expect(await step()).toEqual({ did: 'sealed', records: 3 });
    expect(await statesOf(store)).toEqual(['sealed']);
    expect(faulty.endorsed()).toBe(1);
  });

  it.each(['refuse-order', 'lose-submit', 'invalid', 'crash-before-submit'] as const)(
    'is told apart where it never was ordered: %s',
    async (fault) => {
      const { fixture, store, days, step, warned } = await waiting(3, [fault]);
      await step();
      await close(days[0]);
      for (let more = 0; more < 4; more += 1) await step();
      expect(await statesOf(store)).toEqual(['too-late']);
      expect(await hasUnsealed(store)).toBe(false);
      expect(await step()).toEqual({ did: 'nothing' });
      expect(warned).toEqual(['seal.too-late']);
      const day = await dayStored(store, days[0]);
      expect(day).toMatchObject({ batches: 0, sealedMilligrams: '0', tooLate: [{ first: 1, count: 3 }] });
      expect(day?.closedAt).toBeTypeOf('number');
      expect(day?.ledgerClosedAt).toBeTypeOf('number');
      expect(day === undefined ? undefined : countOnLedger(day)).toBe(0);
      const backlog = await readBacklog(store);
      expect(figuresOf(backlog)).toMatchObject({ tooLateRecords: 3, openBatches: 0 });
      expect(stuckOf(backlog, Infinity).tooLate.map(({ value }) => value.day)).toEqual([days[0]]);
      const [record] = await fixture.records();
      const receipt = { store, ledger, methodologyOf: fixture.deps.quantifier.methodologyOf };
      await expect(receiptOf(receipt, record?.id ?? '', new Uint8Array(32))).rejects.toMatchObject({
        code: 'CARBON_TOO_LATE',
      });
    },
  );

  it('lets nobody redeem what it does not hold, and only that', async () => {
    const { fixture, store, days, step } = await waiting(maxBatchSize + 1, ['lose-submit']);
    await step();
    await close(days[0]);
    for (let more = 0; more < 4; more += 1) await step();
    expect(await statesOf(store)).toEqual(['too-late', 'sealed']);
    const day = await dayStored(store, days[0]);
    expect(day).toMatchObject({ lastSealed: maxBatchSize + 1, batches: 1, tooLate: [{ count: maxBatchSize }] });
    const unsealed = (name: string) => unsealedMilligrams(store, { programme, accounts: [fixture.account(name)] });
    expect(await unsealed('card-0')).toBeGreaterThan(0n);
    expect(await unsealed(`card-${String(maxBatchSize)}`)).toBe(0n);
  });

  it('takes no records any more, and holds up no other day', async () => {
    const { fixture, store, days, step } = await waiting(2);
    await close(days[0]);
    expect(await step()).toEqual({ did: 'sealed', records: 0 });
    const later = await fixture.take([
      ride('card-9', { day: days[0] ?? '', clock: '09:00' }),
      ride('card-9', {
        day: new Date(Date.parse(days[0] ?? '') - 86_400_000).toISOString().slice(0, 10),
        clock: '00:10',
      }),
    ]);
    expect(later.counts.records).toMatchObject({ used: 1, refused: 1 });
    const lines = await fixture.lines('card-9', days[0] ?? '');
    expect(lines.map(({ s }) => s)).toEqual(['r']);
    await step();
    expect(await hasUnsealed(store)).toBe(false);
  });
});

describe('whether a closed day holds a batch', () => {
  const closed = Buffer.from(JSON.stringify({ batches: 2 }));
  const peer = (list: string, day = () => Promise.resolve(closed)) => ({
    evaluate: (call: { readonly function: string }) =>
      call.function === 'ReadDay' ? day() : Promise.resolve(Buffer.from(list)),
  });
  const asked = { programme, day: '2026-06-01', text: '{"batch":"b"}' };

  it.each([
    ['[{"batch":"a"},{"batch":"b"}]', true],
    ['[{"batch":"b"}]', true],
    ['[{"batch":"a"},{"batch":"c"}]', false],
    ['[{"batch":"a"}]', 'unknown'],
  ])('of %s is %s', async (list, held) => {
    expect(await heldByClosedDay(peer(list), asked)).toBe(held);
  });

  it('is unknown to a peer that has not seen the close', async () => {
    const failure = new LedgerFailure('contract-refused', 'DAY_UNKNOWN: x', { contractCode: 'DAY_UNKNOWN' });
    expect(
      await heldByClosedDay(
        peer('[]', () => Promise.reject(failure)),
        asked,
      ),
    ).toBe('unknown');
  });
});
