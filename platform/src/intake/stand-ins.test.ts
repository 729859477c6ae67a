import type { PinnedRoots } from '@tanhui/sdk/verify';
import { verifyReceipt } from '@tanhui/sdk/verify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { Crash, dyingStore } from '../../test/support/dying-store.ts';
import { temporaryLedger } from '../../test/support/embedded-ledger.ts';
import { programme } from '../../test/support/ledger.ts';
import { mongoServerForTests } from '../../test/support/mongo-server.ts';
import { dayStored } from '../../test/support/sealing.ts';
import { expectBooksToAgree } from '../../test/support/standing.ts';
import { memorySite, mongoSite } from '../../test/support/stores.ts';
import { citizen, closingCity, expectLedgerToAgree } from '../../test/support/too-late.ts';
import { dayBookKey, dayBooks } from '../activities/index.ts';
import { countOnLedger, programmeDays, registerMethodologies, unsealedMilligrams } from '../carbon/index.ts';
import { collections } from '../compose/collections.ts';
import { required, without } from '../kernel/index.ts';
import type { LedgerClient } from '../ledger/index.ts';
import { loadCatalogue } from '../methodologies/index.ts';
import { figuresOf, readBacklog } from '../operations/index.ts';
import type { StorageSite } from '../storage/contract/site.ts';
import type { DocumentStore } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import { beginErasure, finishErasure, standInStep } from './index.ts';

const mongo = await mongoServerForTests();
const firstNoon = Date.parse('2026-03-01T12:00:00+08:00');
const dayMs = 86_400_000;
const timeoutMs = 5_000;
const weak = { mode: 'bike', evidence: 'provider', distanceMeters: 3_000 } as const;
let ledger: LedgerClient;
let pinned: PinnedRoots;
let site: StorageSite;
let store: DocumentStore;
let tests = 0;

beforeAll(async () => {
  ledger = await temporaryLedger();
  await registerMethodologies(ledger, loadCatalogue({ mode: 'demo' }), timeoutMs);
  const { organisations } = await ledger.describe();
  pinned = { roots: organisations.map(({ mspId, rootCertificate }) => ({ mspId, certificate: rootCertificate })) };
});

afterAll(async () => {
  await ledger.close();
  await mongo?.stop();
});

async function openStore(made: Promise<StorageSite>): Promise<void> {
  site = await made;
  store = await site.open(collections);
}

async function closeStore(): Promise<void> {
  await store.close();
  await site.remove();
}

/** A city on days of its own: the ledger is one for all of them. */
function city() {
  return closingCity({ ledger, store, now: firstNoon + (tests += 1) * 4 * dayMs });
}

/** A day with one trip of a person, closed without it. */
async function late() {
  const opened = await city();
  const day = opened.today();
  await opened.fixture.take([ride('card', { day, clock: '08:00' })], { run: 'run_1' });
  await opened.finish('run_1');
  await opened.bind();
  await opened.closeWithout();
  const [record] = await opened.recordsOf(day);
  return { ...opened, day, late: required(record, 'record that came too late') };
}

const sites: readonly (readonly [string, (() => Promise<StorageSite>) | undefined])[] = [
  ['the embedded store', memorySite],
  ['MongoDB', mongo && (() => mongoSite(mongo))],
];

describe.each(sites)('a record that came too late for a closed day, on %s', (_name, makeSite) => {
  beforeEach((context) => (makeSite === undefined ? context.skip('no MongoDB to test on') : openStore(makeSite())));

  afterEach(closeStore);

  it('is sealed into the running day, can be redeemed from then on, and has a receipt that verifies', async () => {
    const opened = await late();
    const { fixture, day, late: record } = opened;
    const grams = BigInt(record.milligrams);
    expect(grams).toBeGreaterThan(0n);
    expect([await opened.redeemable(), await fixture.balance(`citizen:${citizen}`)]).toEqual([0n, grams]);
    expect(figuresOf(await readBacklog(store))).toMatchObject({ tooLateRecords: 1 });
    expect(await opened.standIn()).toBe(1);
    expect(figuresOf(await readBacklog(store))).toMatchObject({ tooLateRecords: 0, waitingRecords: 1 });
    expect(await opened.redeemable()).toBe(0n);
    await opened.sealed();
    expect([await opened.redeemable(), await fixture.balance(`citizen:${citizen}`)]).toEqual([grams, grams]);
    const [standIn, ...others] = await opened.recordsOf(opened.today());
    expect(others).toEqual([]);
    const { id, kind, commitment, ...same } = record;
    expect(standIn).toMatchObject({ ...same, kind: 'correction', reverses: id });
    expect([kind, standIn?.commitment === commitment]).toEqual(['record', false]);
    const proof = await opened.receipt(standIn?.id ?? '');
    expect(proof.record).toMatchObject({ day: opened.today(), reverses: id, reductionMilligrams: record.milligrams });
    expect((await verifyReceipt(proof, pinned)).isValid).toBe(true);
    await expect(opened.receipt(id)).rejects.toMatchObject({ code: 'CARBON_TOO_LATE' });
    expect(await fixture.activities()).toMatchObject([{ day, status: 'accepted', record: standIn?.id }]);
    expect(await fixture.lines('card', day)).toMatchObject([{ s: 'a', r: 1, rd: opened.today() }]);
    expect(await dayStored(store, day)).toMatchObject({ totals: { milligrams: '0' }, sealedMilligrams: '0' });
    await expectBooksToAgree(store, programme);
    await expectLedgerToAgree(store);
    expect(await opened.standIn()).toBe(0);
    expect(await opened.recordsOf(opened.today())).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'is written once where the process ends %s any unit of work, in as many steps as it takes',
    async (when) => {
      const opened = await city();
      const day = opened.today();
      const people = Array.from({ length: 260 }, (_, at) => ride(`card-${String(at)}`, { day, clock: '08:00' }));
      await opened.fixture.take(people);
      await opened.closeWithout();
      const { deps } = opened.fixture;
      const dying = { ...deps, store: dyingStore(store, () => when) };
      let crashes = 0;
      while (figuresOf(await readBacklog(store)).tooLateRecords > 0) {
        await expect(standInStep(dying)).rejects.toThrow(Crash);
        crashes += 1;
        await expectBooksToAgree(store, programme);
        if (when === 'before') await standInStep(deps);
      }
      expect(crashes).toBe(2);
      await opened.sealed();
      const standIns = await opened.recordsOf(opened.today());
      expect(new Set(standIns.map(({ reverses }) => reverses)).size).toBe(260);
      expect(standIns).toHaveLength(260);
      await expectLedgerToAgree(store);
      await expectBooksToAgree(store, programme);
    },
  );
});

describe('what came too late for a closed day', () => {
  beforeEach(() => openStore(memorySite()));

  afterEach(closeStore);

  it('leaves alone what the closed day holds', async () => {
    const opened = await city();
    const day = opened.today();
    await opened.fixture.take([ride('early', { day, clock: '06:00' })]);
    await opened.sealed();
    await opened.fixture.take([ride('card', { day, clock: '08:00' })]);
    await opened.closeWithout();
    expect(await opened.standIn()).toBe(1);
    await opened.sealed();
    const closed = required(await dayStored(store, day), 'day');
    expect([countOnLedger(closed), closed.tooLateAt]).toEqual([1, undefined]);
    expect(await opened.fixture.lines('early', day)).toMatchObject([{ s: 'a', r: 1 }]);
    expect((await opened.fixture.lines('early', day))[0]).not.toHaveProperty('rd');
    await expectLedgerToAgree(store);
    await expectBooksToAgree(store, programme);
  });

  it('waits where the running day takes no records', async () => {
    const opened = await late();
    const today = opened.today();
    await opened.fixture.take([ride('other', { day: today, clock: '07:00' })]);
    const change = (closedAt: number | undefined) =>
      store.unitOfWork(async (tx) => {
        const stored = required(await tx.get(programmeDays, `${today}/${programme}`), 'day');
        const value = without(stored.value, 'closedAt');
        await tx.replaceMany(programmeDays, [
          { ...stored, value: { ...value, ...(closedAt !== undefined && { closedAt }) } },
        ]);
      });
    await change(1);
    expect(await opened.standIn()).toBe(0);
    await change(undefined);
    expect(await opened.standIn()).toBe(1);
  });

  it('is stood in for again where the next day is closed too early as well', async () => {
    const opened = await late();
    await opened.standIn();
    const between = await opened.closeWithout();
    expect(await opened.redeemable()).toBe(0n);
    expect(await opened.standIn()).toBe(1);
    await opened.sealed();
    const [first] = await opened.recordsOf(between);
    const [second] = await opened.recordsOf(opened.today());
    expect([first?.reverses, second?.reverses]).toEqual([opened.late.id, first?.id]);
    expect((await verifyReceipt(await opened.receipt(second?.id ?? ''), pinned)).isValid).toBe(true);
    expect(await opened.redeemable()).toBe(BigInt(opened.late.milligrams));
    await expectLedgerToAgree(store);
    await expectBooksToAgree(store, programme);
  });

  describe('where it is taken back', () => {
    it.each(['before a record stands in', 'before that one is sealed', 'afterwards'])(
      'comes to nothing, %s',
      async (when) => {
        const opened = await late();
        if (when === 'before a record stands in') await opened.undo('run_1');
        expect(await opened.standIn()).toBe(1);
        if (when === 'afterwards') await opened.sealed();
        if (when !== 'before a record stands in') await opened.undo('run_1');
        await opened.sealed();
        const standIn = required(
          (await opened.recordsOf(opened.today())).find(({ kind }) => kind === 'correction'),
          'it',
        );
        const reversal = (await opened.recordsOf(opened.today())).find(({ kind }) => kind === 'reversal');
        expect(reversal?.reverses).toBe(when === 'before a record stands in' ? opened.late.id : standIn.id);
        expect([await opened.redeemable(), await opened.fixture.balance(`citizen:${citizen}`)]).toEqual([0n, 0n]);
        expect(await opened.fixture.totals()).toBe(0n);
        await expectLedgerToAgree(store);
        await expectBooksToAgree(store, programme);
      },
    );
  });

  it('is a reversal of the same record again where it was one', async () => {
    const opened = await city();
    const day = opened.today();
    await opened.fixture.take([ride('card', { day, clock: '08:00' })], { run: 'run_1' });
    await opened.finish('run_1');
    await opened.sealed();
    await opened.undo('run_1');
    await opened.closeWithout();
    const closed = required(await dayStored(store, day), 'day');
    expect(closed.totals.milligrams).toBe('0');
    expect(closed.sealedMilligrams).not.toBe('0');
    expect(await opened.standIn()).toBe(1);
    await opened.sealed();
    const [taken, reversal] = await opened.recordsOf(day);
    const [standIn] = await opened.recordsOf(opened.today());
    expect(standIn).toMatchObject({
      ...{ kind: 'reversal', reverses: taken?.id, milligrams: taken?.milligrams, nullifier: reversal?.nullifier },
    });
    expect((await verifyReceipt(await opened.receipt(standIn?.id ?? ''), pinned)).isValid).toBe(true);
    await expectLedgerToAgree(store);
    await expectBooksToAgree(store, programme);
  });

  it('is stood in for whole where a trip was counted, taken back and counted again before anything stood in', async () => {
    const opened = await city();
    const day = opened.today();
    await opened.fixture.take([ride('card', { day, clock: '08:00' }, weak)], { run: 'run_weak' });
    await opened.fixture.take([ride('card', { day, clock: '08:05' })], { run: 'run_strong' });
    await opened.finish('run_strong');
    await opened.bind();
    await opened.closeWithout();
    await opened.undo('run_strong');
    const [bike] = await opened.recordsOf(day);
    const again = (await opened.recordsOf(opened.today())).find(({ kind }) => kind === 'correction');
    expect(again?.reverses).toBe(bike?.id);
    expect(await opened.redeemable()).toBe(0n);
    expect(await opened.standIn()).toBe(1);
    await opened.sealed();
    expect(await opened.redeemable()).toBe(BigInt(bike?.milligrams ?? 0));
    const all = await opened.recordsOf(opened.today());
    expect(all.filter(({ kind }) => kind === 'reversal')).toHaveLength(2);
    expect(all.filter(({ reverses }) => reverses === bike?.id)).toHaveLength(3);
    await expectLedgerToAgree(store);
    await expectBooksToAgree(store, programme);
  });

  it.each(['before the records', 'before the records, whose card is another’s since', 'after the records'])(
    'leaves of an erased person what leaves are made of, %s',
    async (when) => {
      const opened = await city();
      const day = opened.today();
      await opened.fixture.take([ride('card', { day, clock: '08:00' })], { run: 'run_1' });
      await opened.fixture.take([ride('card', { day, clock: '08:05' }, { ...weak, evidence: 'metered' })], {
        run: 'run_2',
      });
      await opened.finish('run_2');
      await opened.bind();
      await opened.closeWithout();
      await opened.undo('run_2');
      const totals = await opened.fixture.totals();
      const erase = () =>
        store.unitOfWork((tx) => beginErasure(tx, opened.fixture.deps, { citizen, programmes: [programme] }));
      if (when.includes('another’s')) await opened.handOn();
      if (when.startsWith('after')) await opened.standIn();
      const erasure = await erase();
      if (when.startsWith('before')) {
        expect(await opened.standIn()).toBe(1);
        const written = (await opened.recordsOf(opened.today())).filter(({ erasedAt }) => erasedAt !== undefined);
        expect(written).toHaveLength(3);
      }
      await opened.sealed();
      await finishErasure(opened.fixture.deps, erasure);
      const records = await opened.fixture.records();
      expect(records.every(({ erasedAt }) => erasedAt !== undefined)).toBe(true);
      const late = (await opened.recordsOf(day)).map(({ nullifier }) => nullifier);
      const own = (await opened.recordsOf(opened.today())).map(({ nullifier }) => nullifier);
      expect(late.every((nullifier) => own.includes(nullifier))).toBe(true);
      expect(await opened.fixture.activities()).toEqual([]);
      expect(await everyOf(store, dayBooks, { index: 'key' })).toEqual([]);
      expect(await opened.fixture.totals()).toBe(totals);
      for (const one of [day, opened.today()]) {
        const found = required(await dayStored(store, one), 'day');
        expect(found.sealedMilligrams).toBe(found.totals.milligrams);
      }
    },
  );

  it('asks for what waits on the running day in the book where its line is, and in no other', async () => {
    const opened = await late();
    await opened.standIn();
    const account = opened.fixture.account('card');
    const read: string[] = [];
    const reader: DocumentStore = {
      ...store,
      getMany(collection, keys) {
        if (collection.name === dayBooks.name) read.push(...keys);
        return store.getMany(collection, keys);
      },
    };
    const unsealed = await unsealedMilligrams(reader, { programme, accounts: [account] });
    expect(unsealed).toBe(BigInt(opened.late.milligrams));
    expect(read).toEqual([opened.today(), opened.day].map((one) => dayBookKey(programme, one, account)));
  });
});
