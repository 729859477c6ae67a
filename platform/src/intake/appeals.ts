import type { Day, Instant } from '@tanhui/sdk/model';
import type { ActivityDocument, PersonDay } from '../activities/index.ts';
import { activities, changeLine } from '../activities/index.ts';
import { parseSequenceId } from '../carbon/index.ts';
import { accountDocuments, citizenDocuments, citizenOf } from '../identity/index.ts';
import { refuser, required, without } from '../kernel/index.ts';
import type { Collection, Page, Reader, Stored, Transaction } from '../storage/index.ts';
import { appealRefusals } from './appeal-refusals.ts';
import { countAgain, lineIn } from './counting-again.ts';
import { dropGlobalKey } from './global-keys.ts';
import type { IntakeDeps } from './model.ts';
import { booksOfDay, finishWork, openBeside, openWork, personDayOf, reachOfLine } from './people-work.ts';
import type { Line, Work } from './reversing.ts';
import { reverseLines } from './reversing.ts';
import { correctStepsIn } from './step-days.ts';

/** 申诉: a person objects to what became of a trip, once; somebody of the agency or the operator decides, and the decision is carried out with it. */
export interface AppealDocument {
  readonly citizen: string;
  readonly activity: string;
  readonly statement: string;
  readonly status: 'open' | 'upheld' | 'declined';
  /** What had become of the trip when it was appealed. */
  readonly about: ActivityDocument['status'];
  readonly code?: string;
  readonly createdAt: Instant;
  /** Present while nobody has decided. */
  readonly openAt?: Instant;
  readonly decidedAt?: Instant;
  readonly decidedBy?: string;
  readonly answer?: string;
  /** What was done to the trip. */
  readonly outcome?: 'counted' | 'taken-back' | 'unchanged';
}

export const appeals: Collection<AppealDocument> = {
  name: 'appeals',
  keys: 'time-led',
  indexes: [
    { name: 'open', fields: ['openAt'], sparse: true },
    { name: 'decided', fields: ['decidedAt'], sparse: true },
    {
      name: 'by_citizen',
      fields: ['citizen', 'createdAt'],
      exception: 'a person’s appeals are few and shown newest first',
    },
  ],
};

const refuse = refuser(appealRefusals);
const maxOpen = 20;
const pageSize = 1_000;

/** One appeal a trip: its id follows from the trip's. */
function appealKey(activity: string): string {
  return activity.replace(/^act_/, 'apl_');
}

/** Files an appeal; the same one again is the same appeal. Refuses a trip that is not the person's. */
export async function fileAppeal(
  tx: Transaction,
  request: { readonly citizen: string; readonly activity: string; readonly statement: string; readonly at: Instant },
): Promise<Stored<AppealDocument>> {
  const { citizen, activity, statement, at } = request;
  const { value: person } = await citizenOf(tx, citizen);
  const trip = (await tx.get(activities, activity))?.value;
  if (trip === undefined || !person.accounts.some(({ account }) => account === trip.account))
    throw refuse('INTAKE_APPEAL_TRIP_UNKNOWN');
  const key = appealKey(activity);
  const before = await tx.get(appeals, key);
  if (before !== undefined) {
    if (before.value.citizen === citizen && before.value.statement === statement) return before;
    throw refuse('INTAKE_APPEAL_EXISTS');
  }
  const own = await appealsOf(tx, { citizen, limit: pageSize });
  if (own.items.filter(({ value }) => value.status === 'open').length >= maxOpen)
    throw refuse('INTAKE_APPEALS_TOO_MANY');
  const about = { about: trip.status, ...(trip.code !== undefined && { code: trip.code }) };
  const value: AppealDocument = { citizen, activity, statement, status: 'open', ...about, createdAt: at, openAt: at };
  await tx.insertMany(appeals, [{ key, value }]);
  return { key, version: 1, value };
}

/** A person's appeals, newest first. */
export function appealsOf(
  reader: Reader,
  query: { readonly citizen: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<AppealDocument>> {
  return reader.find(appeals, {
    index: 'by_citizen',
    prefix: [query.citizen],
    order: 'descending',
    limit: query.limit,
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

/** Appeals that wait for a decision, the oldest first. */
export function openAppeals(
  reader: Reader,
  query: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<AppealDocument>> {
  return reader.find(appeals, {
    index: 'open',
    limit: query.limit,
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

/** Appeals that were decided, the latest decision first. */
export function decidedAppeals(
  reader: Reader,
  query: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<AppealDocument>> {
  return reader.find(appeals, {
    index: 'decided',
    order: 'descending',
    limit: query.limit,
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

export async function appealOf(reader: Reader, key: string): Promise<Stored<AppealDocument>> {
  const stored = await reader.get(appeals, key);
  if (stored === undefined) throw refuse('INTAKE_APPEAL_UNKNOWN');
  return stored;
}

/** Takes a person's appeals away, words and all. */
export async function forgetAppeals(tx: Transaction, citizen: string): Promise<void> {
  const own = await appealsOf(tx, { citizen, limit: pageSize });
  await tx.removeMany(
    appeals,
    own.items.map(({ key }) => key),
  );
}

export interface AppealDecision {
  readonly appeal: string;
  readonly isUpheld: boolean;
  /** Why, in words for the person. */
  readonly answer: string;
  readonly by: string;
  /** Of a trip that is held against one on another account: that one is taken back. */
  readonly alsoReverse: boolean;
}

/**
 * 裁定: decides an appeal and carries the decision out, in the caller's unit of work. An upheld trip counts after all; one that counted is taken back where the
 * person says that it is not his. A held one that is declined is refused for good. The same decision again is the same decision.
 */
export async function decideAppeal(
  tx: Transaction,
  deps: IntakeDeps,
  decision: AppealDecision,
): Promise<Stored<AppealDocument>> {
  const { isUpheld, answer, by } = decision;
  const stored = await appealOf(tx, decision.appeal);
  const status = isUpheld ? 'upheld' : 'declined';
  if (stored.value.status !== 'open') {
    if (stored.value.status === status && stored.value.answer === answer) return stored;
    throw refuse('INTAKE_APPEAL_DECIDED');
  }
  const trip = required(await tx.get(activities, stored.value.activity), 'activity of an appeal');
  if (decision.alsoReverse && (!isUpheld || trip.value.claim === undefined)) throw refuse('INTAKE_APPEAL_NOTHING_ELSE');
  if (isUpheld && trip.value.code === 'ACTIVITIES_RUN_REVERSED') throw refuse('INTAKE_APPEAL_RUN_REVERSED');
  const outcome = await carryOut(tx, deps, { trip, decision });
  const decidedAt = deps.clock.now();
  const value = { ...without(stored.value, 'openAt'), status, answer, outcome, decidedAt, decidedBy: by } as const;
  await tx.replaceMany(appeals, [{ ...stored, value }]);
  return { ...stored, value };
}

type Outcome = NonNullable<AppealDocument['outcome']>;

interface Carrying {
  readonly trip: Stored<ActivityDocument>;
  readonly decision: AppealDecision;
}

async function carryOut(tx: Transaction, deps: IntakeDeps, { trip, decision }: Carrying): Promise<Outcome> {
  const { status, claim } = trip.value;
  if (!decision.isUpheld && status !== 'held') return 'unchanged';
  if (decision.alsoReverse && claim !== undefined) await takeTripBack(tx, deps, claim.against);
  if (decision.isUpheld && status === 'accepted') {
    await takeTripBack(tx, deps, trip.key);
    return 'taken-back';
  }
  const work = await workOn(tx, deps, trip);
  if (decision.isUpheld) await countAgain(tx, deps, work);
  else await refuseHeld(tx, work, trip);
  await finishWork(tx, deps, { ...work, kind: 'appeal' });
  return decision.isUpheld ? 'counted' : 'unchanged';
}

/** Takes an accepted trip back, and gives a day of steps back what was walked. Of an account that is being erased nothing is taken back any more: its grams are void. */
async function takeTripBack(tx: Transaction, deps: IntakeDeps, activity: string): Promise<void> {
  const trip = await tx.get(activities, activity);
  if (trip?.value.status !== 'accepted' || (await isErased(tx, trip.value.account))) return;
  const work = await workOn(tx, deps, trip);
  await reverseLines(tx, deps, { ...work, lines: [work.one], code: 'ACTIVITIES_TAKEN_BACK' });
  await correctStepsIn(tx, deps, { ...work, days: [work.books] });
  await finishWork(tx, deps, { ...work, kind: 'appeal' });
}

async function isErased(tx: Transaction, account: string): Promise<boolean> {
  const holder = (await tx.get(accountDocuments, account))?.value;
  return holder === undefined || holder.erasedAt !== undefined;
}

async function refuseHeld(tx: Transaction, { bench, one }: Opened, trip: Stored<ActivityDocument>): Promise<void> {
  const { delta } = required(bench.days.get(one.book.day), 'day of a held trip');
  delta.activities.held -= 1;
  delta.activities.refused += 1;
  changeLine(one.book, one.line.a, { s: 'r' });
  await tx.replaceMany(activities, [{ ...trip, value: { ...without(trip.value, 'claim'), status: 'refused' } }]);
  await dropGlobalKey(tx, trip);
}

interface Opened extends Work, PersonDay {
  readonly one: Line;
}

/** The day of a trip and what stands beside it, over all accounts of the person whose trip it is. */
async function workOn(tx: Transaction, deps: IntakeDeps, { key, value }: Stored<ActivityDocument>): Promise<Opened> {
  const { programme, account, reversals } = value;
  const day = value.day as Day;
  const holder = required(await tx.get(accountDocuments, account), 'account of an activity').value.citizen;
  const person = holder === undefined ? undefined : await tx.get(citizenDocuments, holder);
  const bound = person?.value.accounts.map((one) => one.account) ?? [];
  const owners = [account, ...bound.filter((one) => one !== account)];
  const own = await openWork(tx, deps, {
    programme,
    days: owners.map((one) => ({ day, account: one })),
    alsoOpen: (reversals ?? []).flatMap((id) => parseSequenceId(id)?.day ?? []),
  });
  const sequence = required(parseSequenceId(key), 'activity id').sequence;
  const one = required(lineIn(booksOfDay(own, day), sequence), 'line of an activity');
  const work = await openBeside(tx, own, [reachOfLine(one, owners)]);
  return { ...work, ...personDayOf(work, one, owners), one };
}
