import type { ActivityDocument, DayBook, DayBookLine, PersonDay } from '../activities/index.ts';
import {
  activities,
  changeLine,
  creditedStepMeters,
  lastTakenBack,
  noteReach,
  occupiedBy,
  otherDays,
  reconsider,
} from '../activities/index.ts';
import { activityScope, parseSequenceId, reversalScope, sealable, sequenceId } from '../carbon/index.ts';
import type { AccountDocument } from '../identity/index.ts';
import { accountDocuments, creditedTo } from '../identity/index.ts';
import { refuser, required, without } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { appealRefusals } from './appeal-refusals.ts';
import { bookOf } from './beside.ts';
import { leaveClaim } from './claims.ts';
import { takeGlobalKey } from './global-keys.ts';
import type { IntakeDeps, Quantified } from './model.ts';
import { recordOfLine } from './record-of-line.ts';
import type { Line, Work } from './reversing.ts';
import { credit, reverseLines } from './reversing.ts';
import { correctStepsIn, draftOf } from './step-days.ts';
import { countGrams } from './totals.ts';
import { openDayFor } from './workbench.ts';

const refuse = refuser(appealRefusals);

/** A line that does not count, with what stands behind it. */
interface Subject extends Line {
  readonly activity: Stored<ActivityDocument>;
  readonly holder: AccountDocument;
}

type Again =
  | { readonly kind: 'counted'; readonly record: string }
  | {
      readonly kind: 'refused';
      readonly code: 'INTAKE_APPEAL_OVER_CAP' | 'INTAKE_APPEAL_COUNTED_OTHERWISE' | 'INTAKE_APPEAL_NO_METHODOLOGY';
      readonly reason?: string;
    };

type OneOfDay = Work & PersonDay & { readonly one: Line };

/**
 * 补计: lets a trip count that was refused, held or taken back. Accepted trips of the person that it overlaps give way and are reversed, so that the day
 * stays without overlap and within its caps. What was recorded once is corrected by the new record. Refuses where the cap has no room, the same record of
 * the source counts already, or no methodology takes it.
 */
export async function countAgain(tx: Transaction, deps: IntakeDeps, work: OneOfDay): Promise<string> {
  if (await isSucceeded(tx, work)) throw refuse('INTAKE_APPEAL_COUNTED_OTHERWISE');
  const again = await tryAgain(tx, deps, work);
  if (again.kind === 'counted') return again.record;
  throw refuse(again.code, again.reason === undefined ? {} : { reason: again.reason });
}

/** The same where it may be; what cannot count again leaves everything as it is. */
export async function tryAgain(tx: Transaction, deps: IntakeDeps, work: OneOfDay): Promise<Again> {
  const { books, beside, one } = work;
  const { givingWay, isOverCap } = reconsider(work, one);
  if (isOverCap) return { kind: 'refused', code: 'INTAKE_APPEAL_OVER_CAP' };
  const subject = await subjectOf(tx, work, one);
  const grams = quantified(deps, work, subject);
  if (grams.kind === 'refused') return { kind: 'refused', code: 'INTAKE_APPEAL_NO_METHODOLOGY', reason: grams.code };
  const key = await takeKey(tx, subject);
  if (key.isTaken) return { kind: 'refused', code: 'INTAKE_APPEAL_COUNTED_OTHERWISE' };
  await reverseLines(tx, deps, { ...work, lines: givingWay, code: 'ACTIVITIES_OVERLAPS' });
  const record = recordAgain(deps, work, { subject, quantified: grams, corrects: key.corrects });
  await tx.replaceMany(activities, [{ ...subject.activity, value: counting(subject.activity.value, record) }]);
  await leaveClaim(tx, { activity: one.line.a, trip: subject.activity.value });
  leaveNotes(work, subject);
  const elsewhere = new Set(givingWay.map(({ book }) => book.day).filter((day) => day !== one.book.day));
  const others = [...elsewhere].map((day) => beside.filter((book) => book.day === day));
  await correctStepsIn(tx, deps, { ...work, days: [books, ...others] });
  return { kind: 'counted', record };
}

function counting(trip: ActivityDocument, record: string): ActivityDocument {
  const claimKeys = trip.claim?.keys ?? trip.claimKeys;
  return {
    ...without(trip, 'code', 'claim'),
    ...(claimKeys !== undefined && { claimKeys }),
    ...{ status: 'accepted', record },
  };
}

/** Where it was refused it has left none yet. */
function leaveNotes({ bench }: Work, { activity, book, line }: Subject): void {
  for (const day of otherDays(occupiedBy(line), book.day))
    noteReach(bookOf(bench, activity.value.account, day), book.day);
}

/** Whether one of the same source key came later and was taken back: then that is the one to be appealed, unless the import was undone that brought it. */
async function isSucceeded(tx: Transaction, { bench, one }: OneOfDay): Promise<boolean> {
  const { programme } = bench.scope;
  const later = one.book.lines.filter(({ a, k, s }) => k === one.line.k && s === 'v' && a > one.line.a);
  const ids = later.map(({ a }) => sequenceId('act', { programme, day: one.book.day }, a));
  const found = ids.length === 0 ? [] : [...(await tx.getMany(activities, ids)).values()];
  return found.some(({ value }) => value.code !== 'ACTIVITIES_RUN_REVERSED');
}

type Key = { readonly isTaken: true } | { readonly isTaken: false; readonly corrects: string | undefined };

/** Takes the source key for one that is to count, where no other has it that counts or may yet, and gives the record that was taken back last under it. */
async function takeKey(tx: Transaction, { activity, book, line }: Subject): Promise<Key> {
  const isTaken = book.lines.some(({ a, k, s }) => k === line.k && a !== line.a && (s === 'a' || s === 'h'));
  const global = isTaken ? undefined : await takeGlobalKey(tx, activity);
  if (global === undefined || global.isTaken) return { isTaken: true };
  const last = lastTakenBack(book, line.k);
  const onItsDay = last && recordOfLine(activity.value.programme, { book, line: last });
  return { isTaken: false, corrects: global.corrects ?? onItsDay };
}

async function subjectOf(tx: Transaction, { bench }: Work, one: Line): Promise<Subject> {
  const id = sequenceId('act', { programme: bench.scope.programme, day: one.book.day }, one.line.a);
  const activity = required(await tx.get(activities, id), 'activity of a line');
  const holder = required(await tx.get(accountDocuments, activity.value.account), 'account of an activity').value;
  return { ...one, activity, holder };
}

type Credited = { readonly creditedMeters?: number };
type Grams = Extract<Quantified, { kind: 'quantified' }> & Credited;

function quantified(
  deps: IntakeDeps,
  { bench, books }: Work & { readonly books: readonly DayBook[] },
  { activity, line, book }: Subject,
): Quantified & Credited {
  const isStepDay = line.f === undefined && activity.value.mode === 'walk';
  const meters = isStepDay ? { creditedMeters: creditedStepMeters(line.d ?? 0, books) } : {};
  const answer = deps.quantifier.quantify({
    programme: bench.scope.programme,
    day: book.day,
    draft: draftOf(activity.value),
    ...meters,
  });
  return { ...answer, ...meters };
}

interface Counting {
  readonly subject: Subject;
  readonly quantified: Grams;
  readonly corrects: string | undefined;
}

function recordAgain(
  deps: IntakeDeps,
  { bench, decided }: Work,
  { subject, quantified: credited, corrects }: Counting,
): string {
  const { activity, holder, line, book } = subject;
  const { programme } = bench.scope;
  const { day, open } = openDayFor(bench, book.day, deps.clock.now());
  const sequence = open.nextRecord++;
  const key = sequenceId('rec', { programme, day }, sequence);
  const { account, mode, district, evidence, source, sourceKey, startedAt, endedAt } = activity.value;
  const { methodology, quantities, milligrams, isRetrospective, creditedMeters } = credited;
  const value = sealable(
    key,
    {
      ...{ account, activity: activity.key, kind: corrects === undefined ? 'record' : 'correction', mode, district },
      ...{
        evidence,
        methodology: `${methodology.id}@${methodology.version}`,
        milligrams: String(milligrams),
        quantities,
      },
      ...(startedAt !== undefined && { startedAt }),
      ...(endedAt !== undefined && { endedAt }),
      ...(isRetrospective && { retrospective: true as const }),
      ...(corrects !== undefined && { reverses: corrects }),
    },
    {
      secret: Buffer.from(holder.secret, 'base64'),
      // The source's own key is kept as its digest only; nothing else is derived from that.
      scope:
        corrects === undefined
          ? activityScope({ programme, day: book.day, source, sourceKey })
          : reversalScope('correction', corrects),
      methodologyOf: deps.quantifier.methodologyOf,
    },
  );
  decided.records.push({ key, value });
  credit(decided, creditedTo(holder, { programme, day: book.day }), milligrams);
  countGrams(open.delta, { ...activity.value, day }, { milligrams, sign: 1 });
  moveCount(bench, subject);
  changeLine(book, line.a, {
    ...{ s: 'a', r: sequence, mg: String(milligrams) },
    ...(creditedMeters !== undefined && { c: creditedMeters }),
    ...(day !== book.day && { rd: day }),
  });
  return key;
}

/** Produced = accepted + refused + held stays; a trip that was taken back is among the accepted still, and no longer among the reversed. */
function moveCount({ days }: Work['bench'], { activity, book }: Subject): void {
  const { status, reversals } = activity.value;
  const reversedOn = parseSequenceId(reversals?.at(-1) ?? '')?.day;
  const day = status === 'reversed' ? (reversedOn ?? book.day) : book.day;
  const { delta } = required(days.get(day), 'day on which a trip was counted');
  if (status === 'reversed') delta.activities.reversed -= 1;
  else {
    delta.activities[status === 'held' ? 'held' : 'refused'] -= 1;
    delta.activities.accepted += 1;
  }
}

/** The line of an activity among open books. */
export function lineIn(
  books: readonly DayBook[],
  activity: number,
): (Line & { readonly line: DayBookLine }) | undefined {
  for (const book of books) {
    const line = book.lines.find(({ a }) => a === activity);
    if (line !== undefined) return { book, line };
  }
  return undefined;
}
