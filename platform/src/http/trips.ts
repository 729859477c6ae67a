import type { PageOf, TripView } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { addDays, dayOf } from '@tanhui/sdk/model';
import type { ActivityDocument, DayBookLine } from '../activities/index.ts';
import { activities, dayBookKey, dayBooks, dayOfRecordOf, refuseActivities } from '../activities/index.ts';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { isOnLedger, parseSequenceId, programmeDayKey, programmeDays, sequenceId } from '../carbon/index.ts';
import type { CitizenDocument } from '../identity/index.ts';
import { only, required } from '../kernel/index.ts';
import type { Reader, Stored } from '../storage/index.ts';
import { reasonOf } from './reasons.ts';
import type { Services } from './services.ts';

/** Days that a person's trips are listed of, where none is named. */
export const tripDays = 30;

/** 市民 as stored: whose trips, wallet and receipts a request asks for. */
export type Person = Stored<CitizenDocument>;

/** Enough to read by, inside a unit of work or outside. */
type Reading = Pick<Services, 'clock'> & { readonly store: Reader };

interface OwnLine {
  readonly day: Day;
  readonly line: DayBookLine;
}

/** The person's lines of some days, from the day books of every bound account. */
export async function linesOf(services: Reading, { value }: Person, days: readonly Day[]): Promise<OwnLine[]> {
  const keys = days.flatMap((day) => value.accounts.map(({ account }) => dayBookKey(value.programme, day, account)));
  const books = await services.store.getMany(dayBooks, keys);
  return [...books.values()].flatMap(({ value: book }) => book.lines.map((line) => ({ day: book.day as Day, line })));
}

/** What of each day is sealed. */
export async function sealedDays(
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

export function daysBack(from: Day, count: number): Day[] {
  return Array.from({ length: count }, (_, at) => addDays(from, -at));
}

export async function tripsView(
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
export async function ownTrip(services: Services, person: Person, activity: string): Promise<TripView> {
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

export function tripView(
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
