import { afterEach, expect, it } from 'vitest';
import { ride } from '../../test/support/drafts.ts';
import { temporaryLedger } from '../../test/support/embedded-ledger.ts';
import { closingCity } from '../../test/support/too-late.ts';
import { registerMethodologies } from '../carbon/index.ts';
import { collections } from '../compose/collections.ts';
import { loadCatalogue } from '../methodologies/index.ts';
import { figuresOf, readBacklog } from '../operations/index.ts';
import { createLease } from '../storage/index.ts';
import { createSqliteStore } from '../storage/sqlite/sqlite-store.ts';
import { createStandInWorker } from './stand-ins.ts';

const timeoutMs = 5_000;
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

it('takes up what came too late by itself, and nothing while it is paused', async () => {
  const ledger = await temporaryLedger();
  endings.push(() => ledger.close());
  await registerMethodologies(ledger, loadCatalogue({ mode: 'demo' }), timeoutMs);
  const store = createSqliteStore({ path: ':memory:', collections });
  endings.push(() => store.close());
  const city = await closingCity({
    ledger,
    store,
    now: Date.parse('2026-04-01T12:00:00+08:00'),
  });
  await city.fixture.take([ride('card', { day: city.today(), clock: '08:00' })]);
  await city.closeWithout();
  const late = async () => figuresOf(await readBacklog(store)).tooLateRecords;
  let isPaused = true;
  const lease = createLease({ store, clock: city.fixture.deps.clock, holder: 'here' }, 'stand-in');
  const worker = createStandInWorker(city.fixture.deps, { lease, isPaused: () => Promise.resolve(isPaused) });
  await worker.runAll();
  expect(await late()).toBe(1);
  isPaused = false;
  endings.push(() => worker.stop());
  worker.start();
  await expect.poll(late).toBe(0);
});
