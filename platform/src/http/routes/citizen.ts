import type { CitizenDayView, CitizenView, RecordView, SealState } from '@tanhui/sdk/client';
import type { Day } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import { z } from 'zod';
import type { DayBookLine } from '../../activities/index.ts';
import { activities, dayOfRecordOf, modeOf } from '../../activities/index.ts';
import { batchOf, carbonRecords, isOnLedger, placeOf, receiptOf, refuseCarbon } from '../../carbon/index.ts';
import type { RecordDocument } from '../../carbon/index.ts';
import { accountDocuments, citizenOf } from '../../identity/index.ts';
import { required } from '../../kernel/index.ts';
import { explain, sourceOf } from '../../methodologies/index.ts';
import { gramsOf } from '../../rewards/index.ts';
import type { Stored } from '../../storage/index.ts';
import { citizens, day, dayOfPath, paging, wholeNumber } from '../parameters.ts';
import type { Actor, Route } from '../route.ts';
import { route } from '../route.ts';
import type { Services } from '../services.ts';
import type { Person } from '../trips.ts';
import { daysBack, linesOf, ownTrip, sealedDays, tripDays, tripsView, tripView } from '../trips.ts';

const weekDays = 7;

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
