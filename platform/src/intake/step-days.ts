import type { ActivityDraft } from '@tanhui/sdk/model';
import type { ActivityDocument, DayBook, DayBookLine } from '../activities/index.ts';
import { changeLine, creditedStepMeters, modeOf } from '../activities/index.ts';
import { reversalScope, sealable, sequenceId } from '../carbon/index.ts';
import { assert, required } from '../kernel/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { IntakeDeps, Quantified } from './model.ts';
import type { Line, LoadedLine, Work } from './reversing.ts';
import { changeActivities, credit, loadLines, ownerOfLine, takeBack, withReversal } from './reversing.ts';
import { countGrams } from './totals.ts';
import { booksOf, openDayFor } from './workbench.ts';

/**
 * A day of steps is reduced by the metres of that person's walks, whichever came first. Where walks of a batch changed what a recorded day of steps
 * may credit, its record is taken back and a correction with the metres that are left stands for it.
 */
export async function correctSteps(tx: Transaction, deps: IntakeDeps, work: Work): Promise<void> {
  const { walked, displaced } = work.decided;
  // What gave way may have been a walk of another day than that of the ride that took its place.
  const elsewhere = displaced.filter(({ book, candidate }) => book.day !== candidate.day);
  const others = elsewhere.map(({ book, candidate }) => ({ account: candidate.account, day: book.day }));
  const days = [...walked, ...others].map((one) => booksOf(work.bench, one));
  await correctStepsIn(tx, deps, { ...work, days });
}

/** The same for whole days of persons: each entry holds the books of all accounts of one person and day. */
export async function correctStepsIn(
  tx: Transaction,
  deps: IntakeDeps,
  work: Work & { readonly days: readonly (readonly DayBook[])[] },
): Promise<void> {
  const due = new Map<string, Line & { readonly meters: number }>();
  for (const books of work.days) {
    for (const one of stepLines(books)) {
      const meters = creditedStepMeters(one.line.d ?? 0, books);
      if (meters !== (one.line.c ?? one.line.d)) due.set(`${one.book.key}/${String(one.line.a)}`, { ...one, meters });
    }
  }
  if (due.size === 0) return;
  const orders = [...due.values()];
  const loaded = await loadLines(tx, { ...work, lines: orders });
  const corrected = loaded.map((one, at) => correctOne(deps, work, { one, meters: orders[at]?.meters ?? 0 }));
  await changeActivities(tx, work, {
    loaded,
    change: (one) => {
      const { record, reversal } = required(corrected[loaded.indexOf(one)], 'corrected record');
      return { ...withReversal(one.activity, reversal), record };
    },
  });
}

function stepLines(books: readonly DayBook[]): Line[] {
  return books.flatMap((book) => book.lines.filter(isStepLine).map((line) => ({ book, line })));
}

function isStepLine(line: DayBookLine): boolean {
  return line.s === 'a' && line.f === undefined && modeOf(line) === 'walk';
}

function correctOne(
  deps: IntakeDeps,
  work: Work,
  { one, meters }: { readonly one: LoadedLine; readonly meters: number },
): { readonly record: string; readonly reversal: string } {
  const { bench, decided } = work;
  const quantified = quantifyAgain(deps, bench.scope.programme, { ...one, meters });
  const { reversal } = takeBack(deps, work, one);
  const { day, open } = openDayFor(bench, one.book.day, deps.clock.now());
  const sequence = open.nextRecord++;
  const key = sequenceId('rec', { programme: bench.scope.programme, day }, sequence);
  const value = sealable(
    key,
    {
      ...one.record,
      kind: 'correction',
      reverses: one.recordId,
      milligrams: String(quantified.milligrams),
      quantities: quantified.quantities,
    },
    {
      secret: Buffer.from(one.holder.secret, 'base64'),
      scope: reversalScope('correction', one.recordId),
      methodologyOf: deps.quantifier.methodologyOf,
    },
  );
  decided.records.push({ key, value });
  credit(decided, ownerOfLine(work, one), quantified.milligrams);
  countGrams(open.delta, { ...one.activity, day }, { milligrams: quantified.milligrams, sign: 1 });
  changeLine(one.book, one.line.a, {
    r: sequence,
    mg: String(quantified.milligrams),
    c: meters,
    ...(day !== one.book.day && { rd: day }),
  });
  return { record: key, reversal };
}

/** The methodology that was pinned is the one in force for that day still; an activity that earned grams once does so again. */
function quantifyAgain(
  deps: IntakeDeps,
  programme: string,
  { book, activity, meters }: LoadedLine & { readonly meters: number },
): Extract<Quantified, { kind: 'quantified' }> {
  const answer = deps.quantifier.quantify({
    programme,
    day: book.day,
    draft: draftOf(activity),
    creditedMeters: meters,
  });
  assert(answer.kind === 'quantified', 'a recorded day of steps is quantified again');
  return answer;
}

/** An activity as it was proposed, without what no methodology reads. */
export function draftOf(activity: ActivityDocument): ActivityDraft {
  return { ...activity, records: [], account: '', sourceKey: '', occupies: { kind: 'none' } };
}
