import type { Day } from '@tanhui/sdk/model';
import type { DayBookDocument } from '../activities/index.ts';
import { dayBookKey, dayBooks, dayOfRecordOf } from '../activities/index.ts';
import type { Reader } from '../storage/index.ts';
import { everyAt, everyOf } from '../storage/index.ts';
import { batches, programmeDayKey, programmeDays } from './collections.ts';
import type { ProgrammeDayDocument } from './collections.ts';
import { countStandIns, countTooLate, leftTooLate, milligramsOfStandIns } from './too-late.ts';

/**
 * Milligrams of these accounts that no sealed batch holds yet: they cannot be redeemed, so that every burned gram has its transaction.
 * Asks only the days that have something unsealed – those with records in no batch, those of batches under way, and those
 * closed without some of their records – however old they are; the three indexes hold nothing else, so in a city at rest this is three empty reads. A line
 * whose record stands on such a day may be in the book of another: the account's book of the day notes which.
 */
export async function unsealedMilligrams(
  reader: Reader,
  { programme, accounts }: { readonly programme: string; readonly accounts: readonly string[] },
): Promise<bigint> {
  const days = await unsealedDays(reader, programme);
  if (days.length === 0 || accounts.length === 0) return 0n;
  const stored = await everyAt(
    reader,
    programmeDays,
    days.map((day) => programmeDayKey(programme, day)),
  );
  const documents = new Map([...stored.values()].map(({ value }) => [value.day as Day, value]));
  let total = 0n;
  for (const account of accounts) {
    const booksOf = async (asked: readonly Day[]) => {
      const keys = asked.map((day) => dayBookKey(programme, day, account));
      return [...(await everyAt(reader, dayBooks, keys)).values()].map(({ value }) => value);
    };
    const books = await booksOf(days);
    const noted = new Set(books.flatMap(({ recordsFrom = [] }) => recordsFrom));
    const others = [...noted].filter((day) => !documents.has(day));
    for (const book of [...books, ...(await booksOf(others))]) total += unsealedIn(book, documents);
  }
  return total;
}

/** What of a book stands, by the day of each record, on none of the days' ledger; a record of any other day is sealed. */
function unsealedIn({ day: home, lines }: DayBookDocument, days: ReadonlyMap<Day, ProgrammeDayDocument>): bigint {
  return lines
    .filter(({ s }) => s === 'a')
    .reduce((sum, line) => {
      const day = days.get(dayOfRecordOf(line, home as Day));
      const isUnsealed = day !== undefined && line.r !== undefined && !isOnLedger(day, line.r);
      return isUnsealed ? sum + BigInt(line.mg ?? 0) : sum;
    }, 0n);
}

type Sealed = Pick<ProgrammeDayDocument, 'lastSealed' | 'tooLate'>;

/** Whether the record with this number in a day stands on the ledger. */
export function isOnLedger(day: Sealed | undefined, sequence: number): boolean {
  if (day === undefined || sequence > day.lastSealed) return false;
  return !(day.tooLate ?? []).some(({ first, count }) => first <= sequence && sequence < first + count);
}

/** How many records of a day stand on the ledger. */
export function countOnLedger(day: Sealed): number {
  return day.lastSealed - countTooLate(day);
}

/** 去处: some of a day's records and their grams, net of what was taken back. */
export interface Share {
  readonly records: number;
  readonly milligrams: string;
}

/** `standIns`: those too late for the close that a record of a later day stands in for; their grams count there. */
type Whereabouts = 'sealed' | 'waiting' | 'tooLate' | 'standIns';

/** Where the records of a day are: in a seal of the day, waiting for one, or too late for its close. What waits has the grams that are left of the day's. */
export function whereaboutsOf(day: ProgrammeDayDocument): Readonly<Record<Whereabouts, Share>> {
  const { lastRecord, lastSealed, sealedMilligrams, totals } = day;
  const { records, milligrams: late } = leftTooLate(day);
  const left = BigInt(totals.milligrams) - BigInt(sealedMilligrams) - late;
  return {
    sealed: { records: countOnLedger(day), milligrams: sealedMilligrams },
    waiting: { records: lastRecord - lastSealed, milligrams: String(left) },
    tooLate: { records, milligrams: String(late) },
    standIns: { records: countStandIns(day), milligrams: String(milligramsOfStandIns(day)) },
  };
}

async function unsealedDays(reader: Reader, programme: string): Promise<Day[]> {
  const [waiting, underWay, tooLate] = await Promise.all([
    everyOf(reader, programmeDays, { index: 'pending' }),
    everyOf(reader, batches, { index: 'open' }),
    everyOf(reader, programmeDays, { index: 'too_late' }),
  ]);
  const own = [...waiting, ...underWay, ...tooLate].filter(({ value }) => value.programme === programme);
  return [...new Set(own.map(({ value }) => value.day as Day))];
}
