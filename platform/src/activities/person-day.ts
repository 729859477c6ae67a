import type { Mode } from '@tanhui/sdk/model';
import type { DayBook, DayBookLine } from './day-book.ts';
import { modeIndex } from './day-book.ts';
import { exceeds, modeLimits } from './limits.ts';

/** The books of all accounts of one person that tell about a day. */
export interface PersonDay {
  /** Of the day itself: the account's own first, then those of other accounts bound to the same person. Its caps, steps and source keys are found here alone. */
  readonly books: readonly DayBook[];
  /** Of other days: those that the activity in question reaches into, and those with lines that reach into one of its days. Looked at for overlap only. */
  readonly beside: readonly DayBook[];
}

/** A line with the book that it stands in, such as a weaker ride that has to give way to the one that is accepted. */
export interface Displaced {
  readonly book: DayBook;
  readonly line: DayBookLine;
}

interface DayOfMode {
  readonly trips: number;
  readonly ridden: number;
  readonly steps: number;
}

/** Whether a person's day is beyond the caps of its mode. */
export function isBeyond({ trips, ridden, steps }: DayOfMode, mode: Mode): boolean {
  const limits = modeLimits[mode];
  return trips > limits.maxTripsPerDay || exceeds(Math.max(ridden, steps), limits.maxMetersPerDay);
}

/** What of a mode is accepted on a person's day; a day of steps holds the walks and is not added to them. */
export function dayOfMode(asked: {
  readonly books: readonly Pick<DayBook, 'lines'>[];
  readonly mode: Mode;
  readonly without?: readonly Displaced[];
}): DayOfMode {
  const mode = modeIndex(asked.mode);
  const gone = asked.without ?? [];
  const day = { trips: 0, ridden: 0, steps: 0 };
  for (const { lines } of asked.books) {
    for (const line of lines) {
      if (line.s !== 'a' || line.m !== mode || gone.some((displaced) => displaced.line === line)) continue;
      day.trips += 1;
      const meters = line.d ?? 0;
      if (line.f === undefined) day.steps = Math.max(day.steps, meters);
      else day.ridden += meters;
    }
  }
  return day;
}

/** A day of steps gives up the metres of that person's walks of that day, whichever of them came first, and is never refused for them. */
export function creditedStepMeters(stepMeters: number, books: readonly DayBook[]): number {
  return Math.max(0, stepMeters - walkedMeters(books));
}

function walkedMeters(books: readonly DayBook[]): number {
  return dayOfMode({ books, mode: 'walk' }).ridden;
}
