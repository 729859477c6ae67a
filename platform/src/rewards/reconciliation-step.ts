import { addDays, dayOf } from '@tanhui/sdk/model';
import type { Day } from '@tanhui/sdk/model';
import type { Log } from '../kernel/index.ts';
import type { Reader, Transaction } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import { campaigns, reconciledDays, reconciliationMarks } from './collections.ts';
import type { ReconcilingDeps } from './reconciliation-reports.ts';
import { lookAtDay, reconciledDay } from './reconciliation-reports.ts';

/** Days that are not balanced, as the figures say them; beyond it "at least". */
const most = 1_000;

export interface ReconcileStepDeps extends ReconcilingDeps {
  readonly log: Log;
}

/**
 * 三方对账, one bounded step: opens the next day that has ended, or looks at one that is due; false where neither is. The look may take long, and is written in one
 * unit of work at its end, so that a step may die anywhere.
 */
export async function reconcileStep(deps: ReconcileStepDeps): Promise<boolean> {
  for (const programme of deps.programmes)
    if (await deps.store.unitOfWork((tx) => openNextDay(tx, { programme, at: deps.clock.now() }))) return true;
  const due = await deps.store.find(reconciledDays, { index: 'due', before: deps.clock.now() + 1, limit: 1 });
  const [found] = due.items;
  if (found === undefined) return false;
  const { programme, day } = found.value;
  await lookAtDay(deps, { programme, day: day as Day });
  const { state, differences } = (await deps.store.get(reconciledDays, found.key))?.value ?? {};
  if (state === 'differs') deps.log.info('reconcile.differs', { programme, day, differences });
  return true;
}

/** The first day of a programme's money is the one on which its first campaign was made. */
async function openNextDay(
  tx: Transaction,
  { programme, at }: { readonly programme: string; readonly at: number },
): Promise<boolean> {
  const mark = await tx.get(reconciliationMarks, programme);
  const next = mark === undefined ? await firstDay(tx, programme) : addDays(mark.value.openedDay as Day, 1);
  if (next === undefined || next >= dayOf(at)) return false;
  const before = await reconciledDay(tx, { programme, day: next });
  await tx.replaceMany(reconciledDays, [{ ...before, value: { ...before.value, dueAt: at } }]);
  const value = { ...mark?.value, openedDay: next };
  await tx.replaceMany(reconciliationMarks, [{ key: programme, version: mark?.version ?? 0, value }]);
  return true;
}

async function firstDay(reader: Reader, programme: string): Promise<Day | undefined> {
  const all = await everyOf(reader, campaigns, { index: 'by_programme', prefix: [programme] });
  const made = all.map(({ value }) => value.createdAt);
  return made.length === 0 ? undefined : dayOf(Math.min(...made));
}

/** How far each programme is, and what is not balanced. */
export interface ReconciliationFigures {
  /** The last day that has ended and has a report, by programme. */
  readonly reconciledDay: Readonly<Record<string, Day>>;
  readonly unbalanced: readonly UnbalancedDay[];
}

export interface UnbalancedDay {
  readonly programme: string;
  readonly day: Day;
  readonly state: 'open' | 'differs';
  readonly differences: number;
  readonly report: string;
}

export async function reconciliationFigures(reader: Reader): Promise<ReconciliationFigures> {
  const marks = await reader.find(reconciliationMarks, { index: 'key', limit: most });
  const open = await reader.find(reconciledDays, { index: 'unbalanced', limit: most });
  return {
    reconciledDay: Object.fromEntries(
      marks.items.flatMap(({ key, value }) =>
        value.reconciledDay === undefined ? [] : [[key, value.reconciledDay as Day]],
      ),
    ),
    unbalanced: open.items.map(({ value }) => ({
      programme: value.programme,
      day: value.day as Day,
      state: value.state === 'differs' ? 'differs' : 'open',
      differences: value.differences ?? 0,
      report: value.report ?? '',
    })),
  };
}
