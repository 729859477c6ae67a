import type { Stored } from '../storage/index.ts';
import { pagesOf } from '../storage/index.ts';
import type { IntakeCounts, IntakeDeps, IntakeScope } from './model.ts';
import { commit } from './committing.ts';
import { maxBatchRecords } from './reading.ts';
import type { OpenJourneyDocument } from './open-journeys.ts';
import { handOut, openJourneyKey, openJourneys } from './open-journeys.ts';
import { unitNamed } from './unit-names.ts';
import type { AccountNaming } from './workbench.ts';
import { planBench, readFor } from './workbench.ts';

/** Settles waiting journeys of one page: what the lateness window or the end of a run leaves behind. */
export async function settlePage(
  deps: IntakeDeps,
  page: {
    readonly scope: IntakeScope;
    readonly items: readonly Stored<OpenJourneyDocument>[];
    /** Only what is due still, and also behind the end of its run. */
    readonly isLate?: boolean;
  },
): Promise<IntakeCounts> {
  const { scope, isLate = false } = page;
  const now = deps.clock.now();
  const { source } = deps.plugins.source(scope.source);
  const prefix = openJourneyKey(scope, '');
  return deps.store.unitOfWork(async (tx) => {
    const stored = await tx.getMany(
      openJourneys,
      page.items.map(({ key }) => key),
    );
    const due = [...stored].filter(([, { value }]) => !isLate || value.dueAt < now);
    const journeys = new Map(due.map(([key, journey]) => [key.slice(prefix.length), journey]));
    const handed = handOut(journeys);
    const output = source.settle({ open: handed.open, settings: scope.settings });
    const naming: AccountNaming = (name) => name as ReturnType<AccountNaming>;
    const days = [...handed.waiting.values()].map(({ day }) => day);
    const unit = unitNamed(deps, scope.source);
    const plan = planBench({ unit, scope, plannedAt: now, drafts: output.activities, naming, days });
    const { counts } = await commit(tx, deps, {
      scope,
      source,
      output,
      naming,
      plan,
      reads: await readFor(tx, deps, plan),
      fresh: [],
      handed,
      journeys,
      unreadable: [],
      duplicateDays: [],
      duplicates: 0,
      keys: [],
      isSettling: true,
      isLate,
    });
    return counts;
  });
}

/** Settles everything that waits for this source and programme, page by page; the end of a run. */
export async function settleAll(deps: IntakeDeps, scope: IntakeScope): Promise<void> {
  const prefix = openJourneyKey(scope, '');
  const waiting = { index: 'key', from: prefix, before: `${prefix.slice(0, -1)}0`, limit: maxBatchRecords };
  for await (const items of pagesOf(deps.store, openJourneys, waiting)) await settlePage(deps, { scope, items });
}
