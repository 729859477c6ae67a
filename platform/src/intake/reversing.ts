import type { ActivityDocument, DayBook, DayBookLine } from '../activities/index.ts';
import { activities, changeLine } from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { carbonRecords, reversalScope, sealable, sequenceId } from '../carbon/index.ts';
import type { AccountDocument } from '../identity/index.ts';
import { accountDocuments, creditedTo } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Transaction } from '../storage/index.ts';
import type { Decided } from './deciding.ts';
import { freeGlobalKeys } from './global-keys.ts';
import type { IntakeDeps } from './model.ts';
import { recordOfLine } from './record-of-line.ts';
import { countGrams } from './totals.ts';
import type { OpenDay, Workbench } from './workbench.ts';
import { openDayFor } from './workbench.ts';

export interface Work {
  readonly bench: Workbench;
  readonly decided: Decided;
}

/** An accepted line of somebody's day. */
export interface Line {
  readonly book: DayBook;
  readonly line: DayBookLine;
}

/** A line with everything that stands behind it. */
export interface LoadedLine extends Line {
  readonly recordId: string;
  readonly record: RecordDocument;
  readonly activityId: string;
  readonly activity: ActivityDocument;
  readonly holder: AccountDocument;
}

/**
 * 冲正: for each line a new record that takes its grams back and points to it; the record itself stays as it was written.
 * Where its day is closed, the reversal is sealed into the running day.
 */
export async function reverseLines(
  tx: Transaction,
  deps: IntakeDeps,
  work: Work & { readonly lines: readonly Line[]; readonly code: string },
): Promise<void> {
  if (work.lines.length === 0) return;
  const loaded = await loadLines(tx, work);
  const reversals = new Map<LoadedLine, string>();
  for (const one of loaded) {
    const { open, reversal } = takeBack(deps, work, one);
    open.delta.activities.reversed += 1;
    changeLine(one.book, one.line.a, { s: 'v' });
    reversals.set(one, reversal);
  }
  await changeActivities(tx, work, {
    loaded,
    change: (one) => ({ ...withReversal(one.activity, reversals.get(one)), status: 'reversed', code: work.code }),
  });
  const freed = loaded.map(({ activityId, activity, recordId }) => ({ id: activityId, activity, record: recordId }));
  await freeGlobalKeys(tx, work.bench.scope.programme, freed);
}

/** Reads records, activities and accounts of lines; those of this very batch are found among what it is about to write. */
export async function loadLines(
  tx: Transaction,
  { bench, decided, lines }: Work & { readonly lines: readonly Line[] },
): Promise<LoadedLine[]> {
  const { programme } = bench.scope;
  const named = lines.map((one) => ({
    ...one,
    recordId: recordOfLine(programme, one),
    activityId: sequenceId('act', { programme, day: one.book.day }, one.line.a),
  }));
  const records = await lookUp(tx, carbonRecords, { fresh: decided.records, keys: named.map((one) => one.recordId) });
  const acts = await lookUp(tx, activities, { fresh: decided.activities, keys: named.map((one) => one.activityId) });
  const accounts = [...new Set([...records.values()].map(({ account }) => account))];
  const holders = await tx.getMany(accountDocuments, accounts);
  return named.map(({ book, line, recordId, activityId }) => {
    const record = required(records.get(recordId), 'record of a line');
    return {
      book,
      line,
      recordId,
      record,
      activityId,
      activity: required(acts.get(activityId), 'activity of a line'),
      holder: required(holders.get(record.account), 'account of a line').value,
    };
  });
}

async function lookUp<Value extends object>(
  tx: Transaction,
  collection: Parameters<typeof tx.getMany<Value>>[0],
  wanted: {
    readonly fresh: readonly { readonly key: string; readonly value: Value }[];
    readonly keys: readonly string[];
  },
): Promise<Map<string, Value>> {
  const found = new Map<string, Value>();
  for (const [key, { value }] of await tx.getMany(collection, wanted.keys)) found.set(key, value);
  const missing = new Set(wanted.keys.filter((key) => !found.has(key)));
  if (missing.size > 0) for (const { key, value } of wanted.fresh) if (missing.has(key)) found.set(key, value);
  return found;
}

/** An activity with one more record that took a record of it back. */
export function withReversal(activity: ActivityDocument, reversal: string | undefined): ActivityDocument {
  return { ...activity, reversals: [...(activity.reversals ?? []), required(reversal, 'reversal of an activity')] };
}

/** Adds the reversal of one record, takes its grams from whom they went to, and answers it with the day that it is sealed into. */
export function takeBack(
  deps: IntakeDeps,
  { bench, decided }: Work,
  one: LoadedLine,
): { readonly open: OpenDay; readonly reversal: string } {
  const { record, holder, activity } = one;
  const { day, open } = openDayFor(bench, one.book.day, deps.clock.now());
  const key = sequenceId('rec', { programme: bench.scope.programme, day }, open.nextRecord++);
  const value = sealable(
    key,
    { ...record, kind: 'reversal', reverses: one.recordId },
    {
      secret: Buffer.from(holder.secret, 'base64'),
      scope: reversalScope('reversal', one.recordId),
      methodologyOf: deps.quantifier.methodologyOf,
    },
  );
  decided.records.push({ key, value });
  const milligrams = BigInt(record.milligrams);
  credit(decided, ownerOfLine({ bench }, one), -milligrams);
  countGrams(open.delta, { ...activity, day }, { milligrams, sign: -1 });
  return { open, reversal: key };
}

/** Puts grams to an owner's account in the books, or takes them from it. */
export function credit(decided: Decided, owner: string, milligrams: bigint): void {
  decided.credits.set(owner, (decided.credits.get(owner) ?? 0n) + milligrams);
  decided.milligrams += milligrams;
}

/** Whose ledger account the grams of a line went to. */
export function ownerOfLine({ bench }: Pick<Work, 'bench'>, { holder, book }: LoadedLine): string {
  return creditedTo(holder, { programme: bench.scope.programme, day: book.day });
}

/** Writes what became of activities: in place for those of this batch, as replacements for those that are stored. */
export async function changeActivities(
  tx: Transaction,
  { decided, bench }: Work,
  work: { readonly loaded: readonly LoadedLine[]; readonly change: (one: LoadedLine) => ActivityDocument },
): Promise<void> {
  const { programme } = bench.scope;
  const changed = new Map(
    work.loaded.map((one) => [sequenceId('act', { programme, day: one.book.day }, one.line.a), work.change(one)]),
  );
  const stored = await tx.getMany(activities, [...changed.keys()]);
  const replacements = [...stored.values()].map(({ key, version }) => ({
    key,
    version,
    value: required(changed.get(key), 'activity that was changed'),
  }));
  if (replacements.length > 0) await tx.replaceMany(activities, replacements);
  if (replacements.length === changed.size) return;
  for (const [at, { key }] of decided.activities.entries()) {
    const value = stored.has(key) ? undefined : changed.get(key);
    if (value !== undefined) decided.activities[at] = { key, value };
  }
}
