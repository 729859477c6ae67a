import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerClient } from '../../src/ledger/index.ts';
import { temporaryLedger } from '../support/embedded-ledger.ts';
import { openCity } from '../support/money-city.ts';

/** Another seed or a longer run by hand: `SIMULATION_SEED=7 SIMULATION_STEPS=20000 npx vitest run platform/test/simulation`. */
const steps = Number(process.env['SIMULATION_STEPS'] ?? 1_500);
const given = process.env['SIMULATION_SEED'];
const seeds = given === undefined ? [1, 2, 3] : [Number(given)];
let ledger: LedgerClient;

beforeAll(async () => {
  ledger = await temporaryLedger();
});

afterAll(() => ledger.close());

it.each(seeds)('money in a simulated city, seed %i', { timeout: 600_000 }, async (seed) => {
  const city = await openCity({ seed, ledger });
  try {
    for (let step = 0; step < steps; step += 1) {
      await city.step();
      await city.check();
    }
    await city.settleDown();
    await city.check();
    await city.checkEnd();
    const { redeemed, crashes } = city.figures();
    expect(redeemed).toBeGreaterThan(steps / 20);
    expect(crashes).toBeGreaterThan(0);
  } catch (failure) {
    throw new Error(`seed ${String(seed)}, after ${city.history().slice(-12).join(' → ')}`, { cause: failure });
  } finally {
    await city.close();
  }
});
