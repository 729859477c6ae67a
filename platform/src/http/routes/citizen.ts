import type { CitizenDayView, CitizenView, PageOf, RecordView, SealState, TripView } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { ActivityDocument, DayBookLine } from '../../activities/index.ts';
import { activities, dayBookKey, dayBooks, dayOfRecordOf, modeOf, refuseActivities } from '../../activities/index.ts';
import {
  batchOf,
  carbonRecords,
  isOnLedger,
  parseSequenceId,
  placeOf,
  programmeDayKey,
  programmeDays,
  receiptOf,
  refuseCarbon,
  sequenceId,
} from '../../carbon/index.ts';
import type { ProgrammeDayDocument, RecordDocument } from '../../carbon/index.ts';
import type { CitizenDocument } from '../../identity/index.ts';
import { accountDocuments, citizenOf } from '../../identity/index.ts';
import { only, required } from '../../kernel/index.ts';
import { explain, sourceOf } from '../../methodologies/index.ts';
import { gramsOf } from '../../rewards/index.ts';
import type { Reader, Stored } from '../../storage/index.ts';
import { citizens, day, dayOfPath, paging, wholeNumber } from '../parameters.ts';
import { reasonOf } from '../reasons.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';

const weekDays = 7;
const tripDays = 30;

export type Person = Stored<CitizenDocument>;

/** Enough to read by, inside a unit of work or outside. */
type Reading = Pick<Services, 'clock'> & { readonly store: Reader };

/** 市民: trips, grams and why; receipts; accounts. */
export function citizenRoutes(services: Services): Route[] {
  const person = (actor: Actor): Promise<Person> => citizenOf(services.store, actor.subject);
  return [
    route({
      method: 'get',
      path: '/v1/me',
      summary: 'The citizen and the balance',
      roles: citizens,
      handle: async ({ actor }) => meView(services, await person(actor)),
    }),
    route({
      method: 'get',
      path: '/v1/me/days/:day',
      summary: 'A day: grams, trips, the week before it',
      roles: citizens,
      handle: async ({ actor, params }) => dayView(services, await person(actor), dayOfPath(params)),
    }),
    route({
      method: 'get',
      path: '/v1/me/trips',
      summary: 'Trips 行程, newest first, refused ones with their reason',
      roles: citizens,
      query: z.strictObject({ day: day.optional(), ...paging(20), cursor: wholeNumber.default(0) }),
      handle: async ({ actor, query }) => tripsView(services, await person(actor), query),
    }),
    route({
      method: 'get',
      path: '/v1/me/trips/:activity',
      summary: 'One trip, with the reason where it does not count',
      roles: citizens,
      handle: async ({ actor, params }) => ownTrip(services, await person(actor), params['activity'] ?? ''),
    }),
    route({
      method: 'get',
      path: '/v1/me/records/:record',
      summary: 'A figure opened up: formula, numbers, methodology',
      roles: citizens,
      handle: async ({ actor, params }) => recordView(services, await person(actor), params['record'] ?? ''),
    }),
    route({
      method: 'get',
      path: '/v1/me/records/:record/receipt',
      summary: 'Receipt 收据 of a sealed record',
      roles: citizens,
      handle: async ({ actor, params }) => receipt(services, await person(actor), params['record'] ?? ''),
    }),
  ];
}

interface OwnLine {
  readonly day: Day;
  readonly line: DayBookLine;
}

/** The person's lines of some days, from the day books of every bound account. */
async function linesOf(services: Reading, { value }: Person, days: readonly Day[]): Promise<OwnLine[]> {
  const keys = days.flatMap((day) => value.accounts.map(({ account }) => dayBookKey(value.programme, day, account)));
  const books = await services.store.getMany(dayBooks, keys);
  return [...books.values()].flatMap(({ value: book }) => book.lines.map((line) => ({ day: book.day as Day, line })));
}

/** What of each day is sealed. */
async function sealedDays(
  services: Reading,
  programme: string,
  days: readonly Day[],
): Promise<Map<string, ProgrammeDayDocument>> {
  const stored = await services.store.getMany(
    programmeDays,
    [...new Set(days)].map((day) => programmeDayKey(programme, day)),
  );
  return new Map([...stored.values()].map(({ value }) => [value.day, value]));
}

function daysBack(from: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, at) => addDays(from, -at));
}

export async function meView(services: Services, person: Person): Promise<CitizenView> {
  const grams = await gramsOf(services.store, person.key);
  const lines = await linesOf(services, person, daysBack(dayOf(services.clock.now()), tripDays));
  const latestDay = lines
    .map(({ day }) => day)
    .sort()
    .at(-1);
  return {
    citizen: person.key,
    name: person.value.name,
    isSimulated: person.value.isSimulated,
    balanceMilligrams: String(grams.balance),
    redeemableMilligrams: String(grams.redeemable),
    clawbackMilligrams: String(grams.clawback),
    ...(latestDay !== undefined && { latestDay }),
    accounts: person.value.accounts,
  };
}

async function dayView(services: Services, person: Person, day: Day): Promise<CitizenDayView> {
  const week = daysBack(day, weekDays).reverse();
  const all = await linesOf(services, person, week);
  const own = all.filter((line) => line.day === day).map(({ line }) => line);
  const accepted = own.filter((line) => line.s === 'a');
  const dayOfRecord = (line: DayBookLine) => dayOfRecordOf(line, day);
  const sealed = await sealedDays(services, person.value.programme, accepted.map(dayOfRecord));
  const grams = (lines: readonly DayBookLine[]) =>
    String(lines.reduce((sum, { s, mg }) => (s === 'a' ? sum + BigInt(mg ?? 0) : sum), 0n));
  const present = [...new Set(accepted.map(modeOf))];
  return {
    day,
    reductionMilligrams: grams(own),
    trips: accepted.length,
    refused: own.length - accepted.length,
    waitingForSeal: accepted.filter((line) => !isOnLedger(sealed.get(dayOfRecord(line)), line.r ?? 0)).length,
    byMode: present.map((mode) => {
      const lines = accepted.filter((line) => modeOf(line) === mode);
      return { mode, trips: lines.length, milligrams: grams(lines) };
    }),
    week: week.map((one) => ({
      day: one,
      milligrams: grams(all.filter((line) => line.day === one).map(({ line }) => line)),
    })),
  };
}

async function tripsView(
  services: Services,
  person: Person,
  query: { readonly day?: Day | undefined; readonly cursor: number; readonly limit: number },
): Promise<PageOf<TripView>> {
  const { cursor: offset, limit } = query;
  const days = query.day === undefined ? daysBack(dayOf(services.clock.now()), tripDays) : [query.day];
  const lines = (await linesOf(services, person, days)).sort(newestFirst);
  const items = await tripViews(services, person, lines.slice(offset, offset + limit));
  return { items, ...(offset + limit < lines.length && { next: String(offset + limit) }) };
}

function newestFirst(first: OwnLine, second: OwnLine): number {
  return first.day === second.day ? second.line.a - first.line.a : first.day < second.day ? 1 : -1;
}

/** Every trip of some days, oldest first. */
export async function tripsOfDays(services: Services, person: Person, days: readonly Day[]): Promise<TripView[]> {
  const lines = (await linesOf(services, person, days)).sort(newestFirst).reverse();
  return tripViews(services, person, lines);
}

async function tripViews(services: Services, person: Person, lines: readonly OwnLine[]): Promise<TripView[]> {
  const { programme } = person.value;
  const idOf = ({ day, line }: OwnLine) => sequenceId('act', { programme, day }, line.a);
  const stored = await services.store.getMany(activities, lines.map(idOf));
  const sealed = await sealedDays(
    services,
    programme,
    lines.map(({ day, line }) => dayOfRecordOf(line, day)),
  );
  return lines.map((own) => {
    const id = idOf(own);
    const activity = required(stored.get(id), 'activity').value;
    return tripView(services, { id, activity, milligrams: own.line.mg ?? '0', sealed });
  });
}

/** A trip of this person; anybody else's is as good as none. */
async function ownTrip(services: Services, person: Person, activity: string): Promise<TripView> {
  const id = parseSequenceId(activity);
  const lines = id?.prefix === 'act' ? await linesOf(services, person, [id.day]) : [];
  const own = lines.find(({ line }) => id?.programme === person.value.programme && line.a === id.sequence);
  if (own === undefined) throw refuseActivities('ACTIVITIES_TRIP_UNKNOWN');
  const [trip] = await tripViews(services, person, [own]);
  return required(trip, 'view of a trip');
}

/** What of a trip its person sees; the rest the store keeps for itself. */
const shownFacts = [
  ...(['status', 'source', 'mode', 'evidence', 'day', 'occurredAt', 'startedAt', 'endedAt'] as const),
  ...(['fromPlace', 'toPlace', 'distanceMeters', 'energyWattHours', 'steps', 'record'] as const),
] as const;

function tripView(
  services: Services,
  trip: {
    readonly id: string;
    readonly activity: ActivityDocument;
    readonly milligrams: string;
    readonly sealed: ReadonlyMap<string, ProgrammeDayDocument>;
  },
): TripView {
  const shown = only(trip.activity, ...shownFacts);
  const { code } = trip.activity;
  const record = parseSequenceId(shown.record ?? '');
  const isSealed = isOnLedger(trip.sealed.get(record?.day ?? ''), record?.sequence ?? Infinity);
  const sealed = { state: 'sealed' as const, batch: '', index: 0, transaction: '', block: 0 };
  return {
    ...shown,
    day: shown.day as Day,
    activity: trip.id,
    reductionMilligrams: trip.milligrams,
    ...(code !== undefined && { reason: reasonOf(services.texts, code) }),
    ...(shown.record !== undefined && { seal: isSealed ? sealed : { state: 'waiting' as const } }),
  };
}

/** A record of this person; anybody else's is as good as none. */
async function ownRecord(services: Services, person: Person, id: string): Promise<Stored<RecordDocument>> {
  const stored = await services.store.get(carbonRecords, id);
  const isOwn = person.value.accounts.some(({ account }) => account === stored?.value.account);
  if (stored === undefined || !isOwn) throw refuseCarbon('CARBON_RECORD_UNKNOWN');
  return stored;
}

async function sealState(services: Services, record: string): Promise<SealState> {
  const batch = await batchOf(services.store, record);
  if (batch?.value.state !== 'sealed') return { state: 'waiting' };
  return {
    state: 'sealed',
    batch: batch.key,
    index: placeOf(batch.value, record),
    transaction: batch.value.transaction ?? '',
    block: batch.value.block ?? 0,
  };
}

async function recordView(services: Services, person: Person, id: string): Promise<RecordView> {
  const record = await ownRecord(services, person, id);
  const activity = required(await services.store.get(activities, record.value.activity), 'activity of a record');
  const methodology = services.catalogue.methodology(record.value.methodology);
  const explained = explain(methodology, record.value);
  const { file, reference } = methodology;
  const trip = tripView(services, {
    id: activity.key,
    activity: activity.value,
    milligrams: record.value.milligrams,
    sealed: new Map(),
  });
  const seal = await sealState(services, id);
  return {
    trip: { ...trip, seal },
    methodology: {
      ...reference,
      name: file.name,
      source: sourceOf(methodology),
      confidence: file.confidence,
      isDemonstration: file.isDemonstration,
    },
    formula: explained.formula,
    explanation: explained.text,
    steps: explained.steps,
    isRetrospective: record.value.retrospective ?? false,
    seal,
  };
}

async function receipt(services: Services, person: Person, id: string) {
  const record = await ownRecord(services, person, id);
  const account = required(await services.store.get(accountDocuments, record.value.account), 'account of a record');
  const deps = {
    store: services.store,
    ledger: services.ledger,
    methodologyOf: services.intake.quantifier.methodologyOf,
  };
  return receiptOf(deps, id, Buffer.from(account.value.secret, 'base64'));
}
