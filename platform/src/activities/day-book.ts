import { evidenceClasses, modes } from '@tanhui/sdk/model';
import type { ActivityDraft, Day, Instant, Mode } from '@tanhui/sdk/model';
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

/** 日簿: one document per account and day. Overlap, caps and the citizen's page all read it; nothing is counted by scanning. */
export interface DayBookDocument {
  readonly day: string;
  readonly lines: readonly DayBookLine[];
}

export const dayBooks: Collection<DayBookDocument> = { name: 'day_books', keys: 'time-led', indexes: [] };

export function dayBookKey(programme: string, day: Day, account: string): string {
  return `${day}/${programme}/${account}`;
}

/** The book while a batch is decided: mutable, and knows whether it has to be written back. */
export interface DayBook {
  readonly key: string;
  readonly day: Day;
  readonly version: number;
  readonly lines: DayBookLine[];
  isChanged: boolean;
}

export function openDayBook(key: string, day: Day, stored?: { version: number; value: DayBookDocument }): DayBook {
  return {
    key,
    day,
    version: stored?.version ?? 0,
    lines: stored === undefined ? [] : [...stored.value.lines],
    isChanged: false,
  };
}

export function addLine(book: DayBook, line: DayBookLine): void {
  book.lines.push(line);
  book.isChanged = true;
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

/** Milliseconds of an interval or point that a line occupies; undefined where it occupies nothing. */
export function occupiedBy(line: DayBookLine): { readonly from: Instant; readonly to: Instant } | undefined {
  return line.f === undefined || line.t === undefined ? undefined : { from: line.f, to: line.t };
}
