import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fen } from '@tanhui/sdk/model';
import { collections } from '../platform/src/compose/collections.ts';
import { createStepTimes } from '../platform/src/kernel/index.ts';
import { redeem } from '../platform/src/rewards/index.ts';
import { createSqliteStore } from '../platform/src/storage/sqlite/sqlite-store.ts';
import { payStep } from '../platform/src/wallets/index.ts';
import type { MoneyFixture } from '../platform/test/support/money.ts';
import { moneyFixture } from '../platform/test/support/money.ts';
import { rawSqlitePerSecond } from './support/comparisons.ts';
import { timedStore } from './support/timed-store.ts';

// Redeems grams on the embedded store with full sync, one after the other and many at a time, and pays them into the simulated wallets.
// The last line is one JSON object. `--redemptions N` of each kind; `--in-flight N` at a time.
const { values } = parseArgs({
  options: { redemptions: { type: 'string', default: '5000' }, 'in-flight': { type: 'string', default: '64' } },
});
const count = Number(values.redemptions);
const inFlight = Number(values['in-flight']);
const folder = mkdtempSync(join(tmpdir(), 'tanhui-bench-redemptions-'));
const amountFen = fen(7);
const plenty = fen(1_000_000_000);

/** Steps that are printed: the slowest come first. */
const slowest = 12;
const steps = createStepTimes(() => performance.now());

async function timed(
  act: () => Promise<void>,
): Promise<{ readonly perSecond: number; readonly stepMicroseconds: object }> {
  const before = steps.totals();
  const startedAt = performance.now();
  await act();
  const milliseconds = performance.now() - startedAt;
  const spent = Object.entries(steps.totals())
    .map(([step, total]) => [step, Math.round(((total - (before[step] ?? 0)) * 1_000) / count)] as const)
    .sort(([, one], [, other]) => other - one)
    .slice(0, slowest);
  return { perSecond: Math.round((count * 1_000) / milliseconds), stepMicroseconds: Object.fromEntries(spent) };
}

/** Each person once: nobody waits for himself. */
async function redeemAll(money: MoneyFixture, people: readonly string[], width: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let citizen = people[next++]; citizen !== undefined; citizen = people[next++])
      await redeem(money.deps, { citizen, amountFen, idempotencyKey: 'of-the-bench' });
  };
  await Promise.all(Array.from({ length: width }, lane));
}

async function payAll(money: MoneyFixture): Promise<void> {
  while (await payStep(money.paying));
}

async function measure(money: MoneyFixture) {
  const named = (of: string) => Array.from({ length: count }, (_, at) => `ctz_${of}_${String(at)}`);
  const [single, batched] = [named('single'), named('batched')];
  for (const citizen of [...single, ...batched]) await money.person(citizen);
  const alone = await timed(() => redeemAll(money, single, 1));
  const paid = await timed(() => payAll(money));
  const together = await timed(() => redeemAll(money, batched, inFlight));
  return { alone, paid, together };
}

/** The same redemptions as rows of the same size, with a durable commit for each, and for each thousand. */
function raw(size: number): number {
  const rows = Array.from({ length: count }, (_, at) => JSON.stringify({ redemption: at, filler: 'x'.repeat(220) }));
  const batches: Buffer[] = [];
  for (let from = 0; from < rows.length; from += size)
    batches.push(Buffer.from(rows.slice(from, from + size).join('\n')));
  const own = join(folder, `raw-${String(size)}`);
  mkdirSync(own);
  return rawSqlitePerSecond(own, batches);
}

async function main(): Promise<void> {
  const store = createSqliteStore({ path: join(folder, 'store.db'), collections, isThreaded: true, steps });
  const campaign = { budgetFen: plenty, dailyCapFen: plenty, monthlyCapFen: plenty };
  const money = await moneyFixture({ store: timedStore(store, steps), campaign });
  const { alone, paid, together } = await measure(money);
  await store.close();
  const [rawSingle, rawBatched] = [raw(1), raw(1_000)];
  const ratio = (perSecond: number, to: number): number => Number((perSecond / to).toFixed(3));
  console.log(`one by one ${String(alone.perSecond)}/s, ${String(inFlight)} at a time ${String(together.perSecond)}/s`);
  console.log(
    JSON.stringify({
      redemptions: count,
      inFlight,
      redemptionsPerSecond: { single: alone.perSecond, batched: together.perSecond },
      paymentsPerSecond: paid.perSecond,
      ratioToRawSqlite: {
        single: ratio(alone.perSecond, rawSingle),
        batched: ratio(together.perSecond, rawBatched),
      },
      rawSqlitePerSecond: { single: Math.round(rawSingle), batched: Math.round(rawBatched) },
      stepMicroseconds: {
        single: alone.stepMicroseconds,
        payment: paid.stepMicroseconds,
        batched: together.stepMicroseconds,
      },
    }),
  );
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
