import type { Day } from '@tanhui/sdk/model';
import type { ActivityDocument, DayBookDocument, DayBookLine } from '../../../src/activities/index.ts';
import { activities, dayBooks, dayOfRecordOf, placeOfBook } from '../../../src/activities/index.ts';
import type { ProgrammeDayDocument, RecordDocument } from '../../../src/carbon/index.ts';
import { carbonRecords, programmeDays, sequenceId } from '../../../src/carbon/index.ts';
import type { AccountDocument } from '../../../src/identity/index.ts';
import { accountDocuments, citizenDocuments } from '../../../src/identity/index.ts';
import type { Collection, DocumentStore, Stored } from '../../../src/storage/index.ts';
import { everyOf } from '../../../src/storage/index.ts';

/** All that tells what counts of a programme, read at one moment. */
export interface Ledger {
  readonly programme: string;
  readonly activities: ReadonlyMap<string, ActivityDocument>;
  readonly records: ReadonlyMap<string, RecordDocument>;
  readonly days: ReadonlyMap<string, ProgrammeDayDocument>;
  readonly holders: ReadonlyMap<string, AccountDocument>;
  /** Books and their lines, of accounts that nobody erased. */
  readonly books: readonly (readonly [key: string, book: DayBookDocument])[];
  readonly lines: readonly LineOfBook[];
  /** Accounts of each person, or one that nobody has bound. */
  readonly people: readonly (readonly string[])[];
  /** Nobody was erased, so that every count is explained by a line. */
  readonly isWhole: boolean;
}

export interface LineOfBook {
  readonly account: string;
  readonly day: Day;
  readonly line: DayBookLine;
  /** Of its activity. */
  readonly id: string;
  readonly record: string | undefined;
}

/** Every document of a collection, by key. */
export async function valuesOf<Value extends object>(
  store: DocumentStore,
  collection: Collection<Value>,
): Promise<Map<string, Value>> {
  const all: readonly Stored<Value>[] = await everyOf(store, collection, { index: 'key' });
  return new Map(all.map(({ key, value }) => [key, value]));
}

export async function readLedger(store: DocumentStore, programme: string): Promise<Ledger> {
  const holders = await valuesOf(store, accountDocuments);
  const citizens = [...(await valuesOf(store, citizenDocuments)).values()];
  const bound = citizens.map(({ accounts }) => accounts.map(({ account }) => account));
  const alone = [...holders.keys()].filter((account) => !bound.flat().includes(account));
  const books = [...(await valuesOf(store, dayBooks))].filter(([key]) => {
    const place = placeOfBook(key);
    const holder = holders.get(place.account);
    return place.programme === programme && holder !== undefined && holder.erasedAt === undefined;
  });
  const ofProgramme = ([key]: readonly [string, unknown]) => key.includes(`_${programme}_`);
  return {
    ...{ programme, holders, books },
    activities: new Map([...(await valuesOf(store, activities))].filter(ofProgramme)),
    records: new Map([...(await valuesOf(store, carbonRecords))].filter(ofProgramme)),
    days: new Map([...(await valuesOf(store, programmeDays))].filter(([, day]) => day.programme === programme)),
    lines: books.flatMap(([key, value]) => linesOf(key, value)),
    people: [...bound, ...alone.map((account) => [account])],
    isWhole: citizens.every(({ erasedAt }) => erasedAt === undefined),
  };
}

function linesOf(key: string, { lines }: DayBookDocument): LineOfBook[] {
  const { day, programme, account } = placeOfBook(key);
  return lines.map((line) => ({
    ...{ account, day, line },
    id: sequenceId('act', { programme, day }, line.a),
    record: line.r === undefined ? undefined : sequenceId('rec', { programme, day: dayOfRecordOf(line, day) }, line.r),
  }));
}

/** Whether it counts, or may yet. */
export function isLive({ line: { s: state } }: LineOfBook): boolean {
  return state === 'a' || state === 'h';
}
