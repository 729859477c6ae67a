import { addDays, dayOf, evidenceClasses, modes } from '@tanhui/sdk/model';
import type { ActivityDraft, Day, Instant, Mode, Occupies } from '@tanhui/sdk/model';
import { required } from '../kernel/index.ts';
import type { Collection } from '../storage/index.ts';

/** A line of the day book, as stored: short names, because this document is rewritten with every trip of its person and day. */
export type DayBookLine = {
  /** Sequence number of the activity within programme and day. */
  readonly a: number;
  readonly m: number;
  readonly e: number;
  /** First 8 bytes of the source key's digest: what makes a source key unique within the day. */
  readonly k: string;
  /** `a` accepted, `r` refused, `h` held, `v` reversed. */
  readonly s: 'a' | 'r' | 'h' | 'v';
  /** Sequence number of the carbon record, where there is one. */
  readonly r?: number;
  readonly mg?: string;
  /** Day of the record, where it is sealed into a later one because this day was closed. */
  readonly rd?: string;
  /** Metres that were credited, where they are fewer than the activity's. */
  readonly c?: number;
  /** Occupied from and to; equal for a point. */
  readonly f?: number;
  readonly t?: number;
  readonly d?: number;
};

/**
 * 日簿: one document per account and day. Overlap, caps and the citizen's page all read it; nothing is counted by scanning. A line stands in the book of the day
 * that its activity is counted on, its home; a book without lines is there for its notes alone.
 */
export interface DayBookDocument {
  readonly day: string;
  readonly lines: readonly DayBookLine[];
  /**
   * 跨日注记: other days whose books of this account hold lines that reach into this day. Only where to look: what has become of such a line is told by the line, so
   * a note is never out of date, and never taken away.
   */
  readonly reachedFrom?: readonly Day[];
  /** Other days whose books of this account hold lines whose record stands on this day; a note like those, and never taken away either. */
  readonly recordsFrom?: readonly Day[];
}

export const dayBooks: Collection<DayBookDocument> = { name: 'day_books', keys: 'time-led', indexes: [] };

export function dayBookKey(programme: string, day: Day, account: string): string {
  return `${day}/${programme}/${account}`;
}

/** Whose book of which day a key names. */
export function placeOfBook(key: string): { readonly day: Day; readonly programme: string; readonly account: string } {
  const [day = '', programme = '', account = ''] = key.split('/');
  return { day: day as Day, programme, account };
}

/** The book while a batch is decided: mutable, and knows whether it has to be written back. */
export interface DayBook {
  readonly key: string;
  readonly day: Day;
  readonly version: number;
  readonly lines: DayBookLine[];
  reachedFrom: readonly Day[];
  recordsFrom: readonly Day[];
  isChanged: boolean;
}

const nowhere: readonly Day[] = [];

export function openDayBook(key: string, day: Day, stored?: { version: number; value: DayBookDocument }): DayBook {
  return {
    key,
    day,
    version: stored?.version ?? 0,
    lines: stored === undefined ? [] : [...stored.value.lines],
    reachedFrom: stored?.value.reachedFrom ?? nowhere,
    recordsFrom: stored?.value.recordsFrom ?? nowhere,
    isChanged: false,
  };
}

/** A book as it is stored. */
export function documentOf({ day, lines, reachedFrom, recordsFrom }: DayBook): DayBookDocument {
  return {
    day,
    lines,
    ...(reachedFrom.length > 0 && { reachedFrom }),
    ...(recordsFrom.length > 0 && { recordsFrom }),
  };
}

export function addLine(book: DayBook, line: DayBookLine): void {
  book.lines.push(line);
  book.isChanged = true;
}

/** Notes in a book of an account that a line of another of its days reaches into this one. */
export function noteReach(book: DayBook, home: Day): void {
  if (book.reachedFrom.includes(home)) return;
  book.reachedFrom = [...book.reachedFrom, home];
  book.isChanged = true;
}

/** Notes in a book of an account that the record of a line of another of its days stands on this one. */
export function noteRecord(book: DayBook, home: Day): void {
  if (book.recordsFrom.includes(home)) return;
  book.recordsFrom = [...book.recordsFrom, home];
  book.isChanged = true;
}

/** The day that the record of a line stands on: that of its book, unless it was sealed into a later one. */
export function dayOfRecordOf(line: DayBookLine, home: Day): Day {
  return (line.rd ?? home) as Day;
}

/**
 * 最近冲正: of the lines of a book with this source key the one whose record was taken back last. What comes to count under the key corrects that record and no other, so that
 * each record is corrected once. Which line is the newest does not say it: an older one may have counted again since.
 */
export function lastTakenBack(
  { lines, day }: Pick<DayBook, 'lines' | 'day'>,
  keyDigest: string,
): DayBookLine | undefined {
  let last: DayBookLine | undefined;
  for (const line of lines) {
    if (line.k !== keyDigest || line.s !== 'v' || line.r === undefined) continue;
    if (last === undefined || isRecordedAfter(line, last, day)) last = line;
  }
  return last;
}

function isRecordedAfter(one: DayBookLine, other: DayBookLine, home: Day): boolean {
  const [day, otherDay] = [dayOfRecordOf(one, home), dayOfRecordOf(other, home)];
  return day === otherDay ? (one.r ?? 0) > (other.r ?? 0) : day > otherDay;
}

/** Changes a line that is there: its state, or the record that now stands for it. */
export function changeLine(
  book: DayBook,
  activity: number,
  change: Partial<Pick<DayBookLine, 's' | 'r' | 'rd' | 'mg' | 'c'>>,
): void {
  const at = book.lines.findIndex((line) => line.a === activity);
  const line = required(book.lines[at], 'line of the activity in its day book');
  book.lines[at] = { ...line, ...change };
  book.isChanged = true;
}

/** What the accepted trips of a book earned. */
export function acceptedMilligrams(lines: readonly DayBookLine[]): bigint {
  return lines.reduce((sum, { s, mg }) => (s === 'a' ? sum + BigInt(mg ?? 0) : sum), 0n);
}

export function modeOf(line: DayBookLine): Mode {
  return required(modes[line.m], 'mode of a day book line');
}

export function modeIndex(mode: Mode): number {
  return modes.indexOf(mode);
}

/** Strength of a line's evidence; a lower number is stronger. */
export function evidenceIndex(draft: Pick<ActivityDraft, 'evidence'>): number {
  return evidenceClasses.indexOf(draft.evidence);
}

/** A stretch of time that an activity occupies; a point from and to the same instant. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** What a line occupies; undefined where that is nothing. */
export function occupiedBy(line: DayBookLine): Span | undefined {
  return line.f === undefined || line.t === undefined ? undefined : { from: line.f, to: line.t };
}

/** What a draft occupies; undefined where that is nothing. */
export function spanOf(occupies: Occupies): Span | undefined {
  if (occupies.kind === 'none') return undefined;
  return occupies.kind === 'point' ? { from: occupies.at, to: occupies.at } : occupies;
}

/** No activity that is accepted reaches over more; of one that only an appeal lets count, the days before its end. */
const maxOtherDays = 7;

/** The days besides its home that something reaches into: for almost everything none, so that nothing is made for it. */
export function otherDays(span: Span | undefined, home: Day): readonly Day[] {
  if (span === undefined) return nowhere;
  const first = dayOf(span.from);
  const last = dayOf(span.to);
  if (first === home && last === home) return nowhere;
  const days: Day[] = [];
  for (let day = last; day >= first && days.length < maxOtherDays; day = addDays(day, -1))
    if (day !== home) days.push(day);
  return days;
}
