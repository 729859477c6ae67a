import type { Day } from '@tanhui/sdk/model';
import { dayBookKey, noteRecord, placeOfBook } from '../activities/index.ts';
import type { Reader } from '../storage/index.ts';
import { bookOf, openBooks } from './beside.ts';
import type { Workbench } from './workbench.ts';

/** A line of one day whose record stands on another, as a note in the book of that one. */
interface Note {
  readonly account: string;
  readonly home: Day;
  readonly on: Day;
}

/**
 * Notes, in the account's book of the day that got the record, each line that was changed and whose record now stands on another day than its own: that is how
 * what waits for a seal on a day is found among lines of days long closed. Opens the books of that day which are not open; for almost every unit of work there are none.
 */
export async function withRecordNotes(reader: Reader, bench: Workbench): Promise<Workbench> {
  const notes = notesOf(bench);
  if (notes.length === 0) return bench;
  const { programme } = bench.scope;
  const wanted = new Map(notes.map(({ account, on }) => [dayBookKey(programme, on, account), on]));
  for (const key of bench.books.keys()) wanted.delete(key);
  const books = new Map([...bench.books, ...(await openBooks(reader, wanted))]);
  const noted = { ...bench, books };
  for (const { account, home, on } of notes) noteRecord(bookOf(noted, account, on), home);
  return noted;
}

/** Only a day that gets records now can have got that of a line. */
function notesOf({ books, days }: Workbench): Note[] {
  const gets = (day: Day) => {
    const open = days.get(day);
    return open !== undefined && open.nextRecord > open.document.lastRecord + 1;
  };
  const notes: Note[] = [];
  for (const { key, day: home, lines, isChanged } of books.values()) {
    if (!isChanged) continue;
    for (const { rd } of lines)
      if (rd !== undefined && gets(rd as Day)) notes.push({ account: placeOfBook(key).account, home, on: rd as Day });
  }
  return notes;
}
