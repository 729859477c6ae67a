import type { Receipt } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { verifyReceipt } from '@tanhui/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balanceOf } from '../../src/accounts/index.ts';
import { activities, claims, dayBooks } from '../../src/activities/index.ts';
import { carbonRecords } from '../../src/carbon/index.ts';
import {
  accountDocuments,
  accountIdOf,
  consents,
  consentText,
  suppressions,
  unclaimedAccount,
} from '../../src/identity/index.ts';
import { beginErasure, bindAndCredit, eraseStep, erasures, openJourneys } from '../../src/intake/index.ts';
import type { RedemptionDocument } from '../../src/rewards/index.ts';
import { redemptions } from '../../src/rewards/index.ts';
import type { Collection } from '../../src/storage/index.ts';
import { ride } from '../support/drafts.ts';
import { ledgerFixture, programme } from '../support/ledger.ts';
import type { TestServer } from '../support/server.ts';
import { bikeOrder, metroTrip, startServer } from '../support/server.ts';

const today = dayOf(Date.parse('2026-11-24T12:00:00+08:00'));
const yesterday = addDays(today, -1);
const lastWeek = addDays(today, -9);
const consent = consentText.version;
const lan = 'ctz_sim-lan';

describe('a person who erases everything', () => {
  let server: TestServer;
  let receipt: Receipt;
  let roots: { readonly mspId: string; readonly certificate: string }[];
  let account = '';

  beforeAll(async () => {
    server = await startServer();
    const { keys } = server.platform.services.intake;
    account = accountIdOf(keys, 'metro-trips', 'card-77');
    await server.send('metro-trips', [
      metroTrip('card-77', { day: lastWeek, clock: '08:00' }),
      metroTrip('card-77', { day: yesterday, clock: '08:00' }),
      metroTrip('stranger', { day: yesterday, clock: '08:00' }),
    ]);
    await server.send('mobike-orders', [bikeOrder('rider-1', { day: yesterday, clock: '08:00', bike: 'bike-9' })]);
    const { me, ledger } = await server.signedIn(lan);
    await me.bindAccount({ source: 'mobike-orders', account: 'rider-1', consent });
    await me.bindAccount({ source: 'metro-trips', account: 'card-77', consent });
    await me.bindWallet('class-2', 'bind-a-wallet');
    await server.platform.services.sealNow();
    const { items } = await me.trips({ day: yesterday });
    receipt = await me.receipt(items.find(({ status }) => status === 'accepted')?.record ?? '');
    roots = (await ledger()).organisations.map(({ mspId, rootCertificate }) => ({
      mspId,
      certificate: rootCertificate,
    }));
    // One more trip that no batch holds when the person goes.
    await server.send('metro-trips', [metroTrip('card-77', { day: yesterday, clock: '18:00' })]);
  });
  afterAll(() => server.stop());

  const count = async (collection: Collection<object>) => server.platform.services.store.approximateCount(collection);
  const records = async () =>
    (await server.platform.services.store.find(carbonRecords, { index: 'key', limit: 1_000 })).items;

  it('is told how much is gone, and nothing of the trips, accounts and consents is left', async () => {
    const { me } = await server.signedIn(lan);
    const answer = await me.erase('erase-me-now');
    expect(answer).toMatchObject({ erasedAccounts: 2, erasedRecords: 5 });
    expect(await me.erase('erase-me-now')).toEqual(answer);

    const left = await records();
    const own = left.filter(({ value }) => value.erasedAt !== undefined);
    expect([left.length, own.length]).toEqual([6, 5]);
    for (const { value } of own)
      expect(value).toMatchObject({
        account: '',
        activity: '',
        quantities: {},
        nullifier: expect.any(String) as string,
      });
    expect(JSON.stringify(own)).not.toMatch(/startedAt|endedAt|reverses|acc_/);
    expect([await count(activities), await count(dayBooks), await count(consents)]).toEqual([1, 1, 0]);
    expect([await count(accountDocuments), await count(suppressions)]).toEqual([1, 2]);
    const store = server.platform.services.store;
    expect(await balanceOf(store, `citizen:${lan}`, 'milligrams')).toMatchObject({ amount: 0n });
    expect((await balanceOf(store, `void:${programme}`, 'milligrams')).amount).toBeGreaterThan(0n);
    const [erasure] = (await store.find(erasures, { index: 'key', limit: 10 })).items;
    expect(JSON.stringify(erasure)).not.toContain('acc_');
  });

  it('is nobody from then on, though the token is still good', async () => {
    const { me } = await server.signedIn(lan);
    await expect(me.get()).rejects.toMatchObject({ code: 'IDENTITY_CITIZEN_UNKNOWN', status: 404 });
    await expect(me.exportAll()).rejects.toMatchObject({ code: 'IDENTITY_CITIZEN_UNKNOWN' });
    await expect(me.bindAccount({ source: 'metro-trips', account: 'x', consent })).rejects.toMatchObject({
      code: 'IDENTITY_CITIZEN_UNKNOWN',
    });
  });

  it('cannot be minted again: what was sent before is seen, what is new is refused by code and leaves no trip', async () => {
    const before = await server.send('metro-trips', [metroTrip('card-77', { day: yesterday, clock: '08:00' })]);
    expect(before).toMatchObject([{ outcome: 'duplicate' }]);
    const changed = {
      ...metroTrip('card-77', { day: yesterday, clock: '08:00' }),
      note: 'the same trip, written otherwise',
    };
    const fresh = metroTrip('card-77', { day: today, clock: '07:00' });
    expect(await server.send('metro-trips', [changed, fresh])).toMatchObject([
      { outcome: 'refused', code: 'ACTIVITIES_ACCOUNT_SUPPRESSED' },
      { outcome: 'refused', code: 'ACTIVITIES_ACCOUNT_SUPPRESSED' },
    ]);
    expect([await count(activities), await count(dayBooks)]).toEqual([1, 1]);
    expect(await server.platform.services.store.get(accountDocuments, account)).toBeUndefined();
    const { me } = await server.signedIn('ctz_sim-hai');
    await expect(me.bindAccount({ source: 'metro-trips', account: 'card-77', consent })).rejects.toMatchObject({
      code: 'IDENTITY_ACCOUNT_ERASED',
    });
  });

  it('still holds the vehicle that was ridden, for a second account that claims the ride', async () => {
    const again = { ...bikeOrder('rider-2', { day: yesterday, clock: '08:00', bike: 'bike-9' }), orderid: 'another' };
    expect(await count(claims)).toBe(1);
    await server.send('mobike-orders', [again]);
    const stored = (await server.platform.services.store.find(activities, { index: 'key', limit: 100 })).items;
    expect(stored.map(({ value: { source, status } }) => [source, status])).toContainEqual(['mobike-orders', 'held']);
  });

  it('leaves a ledger that adds up: the day seals, its leaves are built again, the receipt kept at home verifies', async () => {
    await server.platform.services.sealNow();
    const { audit } = await server.signedIn('agency-demo');
    const day = await audit.day(yesterday);
    expect(day.adds.map(({ holds }) => holds)).toEqual(day.adds.map(() => true));
    expect(day.sealed.milligrams).toBe(day.reductionMilligrams);
    for (const { batch, count: leaves, root } of (await audit.batches({ day: yesterday })).items) {
      expect((await audit.leaves(batch)).byteLength).toBe(64 * leaves);
      expect(root).toMatch(/^[0-9a-f]{64}$/);
    }
    expect((await verifyReceipt(receipt, { roots })).isValid).toBe(true);
    await expect(audit.recomputation(receipt.record.id, 'sample')).rejects.toMatchObject({
      code: 'CARBON_RECORD_ERASED',
    });
  });

  it('stands in the trail', async () => {
    const { body } = await server.operator('/v1/audit/trail');
    const { items } = body as { items: { action: string; subject: string }[] };
    expect(items).toContainEqual(expect.objectContaining({ action: 'person-erased', subject: lan }));
  });

  it('has to confirm, and to wait while money is on its way', async () => {
    const unconfirmed = await server.as('ctz_sim-hai', '/v1/me/erasure', { confirm: false });
    expect(unconfirmed.status).toBe(400);
    const onItsWay: RedemptionDocument = {
      ...{ citizen: 'ctz_sim-hai', programme, campaign: 'cmp_demo', amountFen: '10', burnedMilligrams: '1' },
      ...{ status: 'reserved', createdAt: 1, createdOn: today },
    };
    const { store } = server.platform.services;
    await store.unitOfWork((tx) => tx.insertMany(redemptions, [{ key: 'pay_test', value: onItsWay }]));
    const { me } = await server.signedIn('ctz_sim-hai');
    await expect(me.erase('erase-hai')).rejects.toMatchObject({ code: 'IDENTITY_ERASURE_PAYMENT_OPEN', status: 409 });
    expect(await me.get()).toMatchObject({ citizen: 'ctz_sim-hai' });
  });
});

describe('an erasure that was cut off', () => {
  it('is gone on with in steps of its own, over every programme and day', async () => {
    const ledger = ledgerFixture();
    await ledger.addCitizen('ctz_one');
    const trips = Array.from({ length: 20 }, (_, back) => ride('card', { day: addDays(today, -back), clock: '08:00' }));
    await ledger.take(trips);
    const binding = { citizen: 'ctz_one', source: 'drafts-one', name: 'card', consent, windowDays: 5 };
    await bindAndCredit(ledger.deps, binding);
    await ledger.deps.store.unitOfWork((tx) =>
      beginErasure(tx, ledger.deps, { citizen: 'ctz_one', programmes: ['nothing-here', programme] }),
    );
    expect(await ledger.activities()).toHaveLength(20);
    let steps = 0;
    while (await eraseStep(ledger.deps)) steps += 1;
    expect(steps).toBe(5);
    expect(await ledger.activities()).toEqual([]);
    expect((await ledger.records()).every(({ erasedAt }) => erasedAt !== undefined)).toBe(true);
    const page = await ledger.deps.store.find(erasures, { index: 'key', limit: 10 });
    expect(page.items).toMatchObject([{ value: { erasedRecords: 20, accounts: [], programmes: [] } }]);
    expect(await ledger.balance(unclaimedAccount(programme))).toBe(0n);
    expect(await ledger.balance('citizen:ctz_one')).toBe(0n);
    expect(await ledger.balance(`void:${programme}`)).toBe(await ledger.totals());
    expect(await ledger.deps.store.approximateCount(openJourneys)).toBe(0);
  });
});
