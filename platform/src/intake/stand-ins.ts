import type { Day, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { ActivityDocument } from '../activities/index.ts';
import { activities, changeLine, dayBookKey } from '../activities/index.ts';
import type { LateRecord } from '../carbon/index.ts';
import {
  carbonRecords,
  nextTooLate,
  parseSequenceId,
  programmeDays,
  sequenceId,
  standInFor,
  withStandIns,
} from '../carbon/index.ts';
import type { AccountDocument } from '../identity/index.ts';
import { accountDocuments } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import { pagesOf } from '../storage/index.ts';
import { lineIn } from './counting-again.ts';
import type { IntakeDeps } from './model.ts';
import { finishWork, openWork } from './people-work.ts';
import type { Work } from './reversing.ts';
import { recordOfLine } from './record-of-line.ts';
import { countGrams } from './totals.ts';
import type { OpenDay } from './workbench.ts';

/** Records that one unit of work writes. */
const recordsAStep = 250;

/**
 * 补封: one bounded step for the records that came too late for a day which was closed on the ledger. For each of them a record of the running day stands in, is sealed with
 * that day, and has a receipt. Its grams were posted when its trip was accepted, so nothing is posted again: what the closed day counted of it moves to the running day, and each day
 * counts what the ledger has of it. Records, lines, totals and how far this is are one unit of work, so it may end anywhere and goes on from there. Whether there was any.
 */
export async function standInStep(deps: IntakeDeps): Promise<boolean> {
  for await (const page of pagesOf(deps.store, programmeDays, { index: 'too_late' }))
    for (const { value } of page) {
      const place = { programme: value.programme, day: value.day as Day };
      if (await deps.store.unitOfWork((tx) => standInForSome(tx, deps, place))) return true;
    }
  return false;
}

interface Place {
  readonly programme: string;
  readonly day: Day;
}

/** False where another server has done it, or where the running day takes no records: a ledger whose clock is ahead may have closed it. */
async function standInForSome(tx: Transaction, deps: IntakeDeps, { programme, day }: Place): Promise<boolean> {
  const now = deps.clock.now();
  const today = dayOf(now);
  const begun = await openWork(tx, deps, { programme, days: [], alsoOpen: [day, today] });
  const { document } = openDayOf(begun, day);
  const range = nextTooLate(document, recordsAStep);
  if (range === undefined || openDayOf(begun, today).document.closedAt !== undefined) return false;
  const ids = Array.from({ length: range.count }, (_, at) => sequenceId('rec', { programme, day }, range.first + at));
  const late = await loadLate(tx, ids);
  const homes = late.flatMap(({ trip }) => (trip === undefined ? [] : homeOf(trip)));
  const work = await openWork(tx, deps, { programme, days: homes, alsoOpen: [day, today] });
  const standIns = late.map((one) => standIn(deps, work, { one, day, now }));
  const milligrams = standIns.reduce((sum, one) => sum + one.milligrams, 0n);
  await changeTrips(tx, standIns);
  const open = openDayOf(work, day);
  const changed = { ...open, document: withStandIns(open.document, { count: range.count, milligrams }) };
  const days = new Map([...work.bench.days, [day, changed]]);
  await finishWork(tx, deps, { ...work, bench: { ...work.bench, days }, kind: 'stand-in' });
  return true;
}

function openDayOf({ bench }: Work, day: Day): OpenDay {
  return required(bench.days.get(day), 'open day');
}

/** A trip of somebody who was not erased, with the secret of its account. */
interface Trip {
  readonly activity: Stored<ActivityDocument>;
  readonly holder: AccountDocument;
}

/** A record that came too late; without a trip where its person was erased, or is being erased. */
interface Late extends LateRecord {
  readonly trip: Trip | undefined;
  readonly erasedAt: Instant | undefined;
}

async function loadLate(tx: Transaction, ids: readonly string[]): Promise<Late[]> {
  const records = await tx.getMany(carbonRecords, ids);
  const known = [...records.values()].filter(({ value }) => value.erasedAt === undefined);
  const [trips, holders] = await Promise.all([
    tx.getMany(activities, [...new Set(known.map(({ value }) => value.activity))]),
    tx.getMany(accountDocuments, [...new Set(known.map(({ value }) => value.account))]),
  ]);
  return ids.map((id) => {
    const record = required(records.get(id), 'record that came too late').value;
    const holder = holders.get(record.account)?.value;
    const erasedAt = record.erasedAt ?? holder?.erasedAt;
    if (holder === undefined || erasedAt !== undefined) return { id, record, trip: undefined, erasedAt };
    const activity = required(trips.get(record.activity), 'trip of a record that came too late');
    return { id, record, trip: { activity, holder }, erasedAt: undefined };
  });
}

function homeOf({ activity: { value } }: Trip): { readonly day: Day; readonly account: string } {
  return { day: value.day as Day, account: value.account };
}

interface StandIn {
  readonly key: string;
  readonly late: Late;
  /** What it adds to a day: below zero for a reversal. */
  readonly milligrams: bigint;
}

function standIn(
  deps: IntakeDeps,
  work: Work,
  { one, day, now }: { readonly one: Late; readonly day: Day; readonly now: Instant },
): StandIn {
  const { bench, decided } = work;
  const { programme } = bench.scope;
  const { record, trip } = one;
  const today = dayOf(now);
  const running = openDayOf(work, today);
  const sequence = running.nextRecord++;
  const key = sequenceId('rec', { programme, day: today }, sequence);
  const { methodologyOf } = deps.quantifier;
  const opening =
    trip === undefined
      ? { erasedAt: one.erasedAt ?? now }
      : { secret: Buffer.from(trip.holder.secret, 'base64'), methodologyOf };
  decided.records.push({ key, value: standInFor(key, one, opening) });
  const counted = { mode: record.mode, evidence: record.evidence, occurredAt: trip?.activity.value.occurredAt };
  const milligrams = BigInt(record.milligrams);
  const isReversal = record.kind === 'reversal';
  countGrams(openDayOf(work, day).delta, { ...counted, day }, { milligrams, sign: isReversal ? 1 : -1 });
  countGrams(running.delta, { ...counted, day: today }, { milligrams, sign: isReversal ? -1 : 1 });
  if (trip !== undefined) pointLine(work, { late: one.id, trip, sequence, today });
  return { key, late: one, milligrams: isReversal ? -milligrams : milligrams };
}

/** Where the line's record is the one that came too late, it is now the one that stands in, counted or taken back: so an undo or an appeal finds what the ledger has. */
function pointLine(
  { bench }: Work,
  to: { readonly late: string; readonly trip: Trip; readonly sequence: number; readonly today: Day },
): void {
  const { activity } = to.trip;
  const { programme } = bench.scope;
  const book = bench.books.get(dayBookKey(programme, activity.value.day as Day, activity.value.account));
  const { sequence: number } = required(parseSequenceId(activity.key), 'activity id');
  const found = required(lineIn(book === undefined ? [] : [book], number), 'line of a trip');
  if (recordOfLine(programme, found) === to.late) changeLine(found.book, number, { r: to.sequence, rd: to.today });
}

/** A trip may have several: a record, what took it back, and what corrected it. */
async function changeTrips(tx: Transaction, standIns: readonly StandIn[]): Promise<void> {
  const changed = new Map<string, Stored<ActivityDocument>>();
  for (const { key, late } of standIns) {
    if (late.trip === undefined) continue;
    const { activity } = late.trip;
    const { value } = changed.get(activity.key) ?? activity;
    changed.set(activity.key, { ...activity, value: withStandIn(value, { late: late.id, key }) });
  }
  if (changed.size > 0) await tx.replaceMany(activities, [...changed.values()]);
}

function withStandIn(value: ActivityDocument, { late, key }: { readonly late: string; readonly key: string }) {
  const standIns = [...(value.standIns ?? []), key];
  return { ...value, standIns, ...(value.record === late && { record: key }) };
}
