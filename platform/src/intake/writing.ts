import type { RefusalDocument } from '../activities/index.ts';
import { activities, dayBooks, refusalsKept } from '../activities/index.ts';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { carbonRecords, programmeDayKey, programmeDays } from '../carbon/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { Decided } from './deciding.ts';
import type { IntakeDeps, Leg } from './model.ts';
import { applyDelta } from './totals.ts';
import type { OpenDay, Workbench } from './workbench.ts';

export interface Writing {
  readonly bench: Workbench;
  readonly decided: Decided;
  /** Names the unit of work. */
  readonly unit: string;
}

/** Writes everything that a batch decided, each collection in one call and none waited for. The pending mark on a day is what wakes the sealer: the batch's outbox line. */
export function writeAll(tx: Transaction, deps: IntakeDeps, { bench, decided, unit }: Writing): void {
  const changed = [...bench.books.values()].filter((book) => book.isChanged);
  tx.later.insertMany(activities, decided.activities);
  tx.later.insertMany(carbonRecords, decided.records);
  tx.later.insertMany(refusalsKept, refusalDocuments(unit, decided.refusals));
  tx.later.replaceMany(
    dayBooks,
    changed.map(({ key, version, day, lines }) => ({ key, version, value: { day, lines } })),
  );
  writeDays(tx, deps, bench);
}

function refusalDocuments(
  unit: string,
  refusals: readonly RefusalDocument[],
): { key: string; value: RefusalDocument }[] {
  return refusals.map((value, at) => ({ key: `ref_${unit}_${String(at).padStart(5, '0')}`, value }));
}

function writeDays(tx: Transaction, deps: IntakeDeps, bench: Workbench): void {
  const replacements = [...bench.days].map(([day, open]) => ({
    key: programmeDayKey(bench.scope.programme, day),
    version: open.stored?.version ?? 0,
    value: afterBatch(open, deps.clock.now()),
  }));
  tx.later.replaceMany(programmeDays, replacements);
}

function afterBatch(open: OpenDay, now: number): ProgrammeDayDocument {
  const { document } = open;
  const lastRecord = open.nextRecord - 1;
  const hasNewRecords = lastRecord > document.lastRecord;
  return {
    ...document,
    lastActivity: open.nextActivity - 1,
    lastRecord,
    totals: applyDelta(document.totals, open.delta),
    ...(hasNewRecords && document.pendingAt === undefined && { pendingAt: now }),
  };
}

/** Posts what a batch earned, net of what it took back: one transfer, with a leg for each account. */
export async function postCredits(tx: Transaction, deps: IntakeDeps, { bench, decided, unit }: Writing): Promise<void> {
  const legs: Leg[] = [];
  let total = 0n;
  for (const [account, amount] of decided.credits) {
    if (amount === 0n) continue;
    legs.push({ account, asset: 'milligrams', amount });
    total += amount;
  }
  if (legs.length === 0) return;
  // A reversal may take back what has been redeemed since: that is then owed, and the next grams fill it first.
  legs.push({ account: `issuance:${bench.scope.programme}`, asset: 'milligrams', amount: -total });
  await deps.poster.post(tx, { id: `txn_${unit}`, at: deps.clock.now(), kind: 'intake', legs, mayOwe: true });
}
