import type { RefusalDocument } from '../activities/index.ts';
import { activities, dayBooks, documentOf, refusalsKept } from '../activities/index.ts';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { carbonRecords, programmeDayKey, programmeDays } from '../carbon/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { Decided } from './deciding.ts';
import type { IntakeDeps } from './model.ts';
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
    changed.map((book) => ({ key: book.key, version: book.version, value: documentOf(book) })),
  );
  writeDays(tx, deps, bench);
}

function refusalDocuments(
  unit: string,
  refusals: readonly RefusalDocument[],
): { key: string; value: RefusalDocument }[] {
  return refusals.map((value, at) => ({ key: `ref_${unit}_${String(at).padStart(5, '0')}`, value }));
}

/** Days on which nothing happened stay as they are. */
function writeDays(tx: Transaction, deps: IntakeDeps, bench: Workbench): void {
  const touched = [...bench.days].filter(([, open]) => isTouched(open));
  const replacements = touched.map(([day, open]) => ({
    key: programmeDayKey(bench.scope.programme, day),
    version: open.stored?.version ?? 0,
    value: afterBatch(open, deps.clock.now()),
  }));
  tx.later.replaceMany(programmeDays, replacements);
}

function isTouched({ document, nextRecord, nextActivity, delta }: OpenDay): boolean {
  const isCounted = Object.values(delta.activities).some((count) => count !== 0);
  const hasRecords = Object.values(delta.records).some((count) => count !== 0);
  const isNumbered = nextRecord > document.lastRecord + 1 || nextActivity > document.lastActivity + 1;
  return isCounted || hasRecords || isNumbered || delta.refusals.size > 0 || delta.byMode.size > 0;
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
