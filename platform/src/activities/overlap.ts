import type { ActivityDraft, Day, Instant, Mode } from '@tanhui/sdk/model';
import type { DayBookLine, Span } from './day-book.ts';
import { modeOf, occupiedBy, spanOf } from './day-book.ts';

/** Two taps of one journey may share a minute; overlap below this is a rounding of clocks. */
const overlapToleranceMs = 120_000;

/** What an activity takes of a person: a stretch of travel, a stretch of charging, or a day's steps. */
export type Taken =
  | { readonly kind: 'travel' | 'charging'; readonly from: Instant; readonly to: Instant }
  | { readonly kind: 'steps'; readonly day: Day }
  | undefined;

/** @param day on which it is counted */
export function takenBy({ mode, occupies }: ActivityDraft, day: Day): Taken {
  return takenIn(spanOf(occupies), mode, day);
}

/** The same of a line in the book of a day. */
export function takenByLine(line: DayBookLine, day: Day): Taken {
  return takenIn(occupiedBy(line), modeOf(line), day);
}

function takenIn(span: Span | undefined, mode: Mode, day: Day): Taken {
  if (span === undefined) return mode === 'walk' ? { kind: 'steps', day } : undefined;
  return { kind: mode === 'ev-charging' ? 'charging' : 'travel', from: span.from, to: span.to };
}

/** Charging is checked against charging, travel against travel, and a person has one set of steps a day, however many devices count it. */
export function conflicts(own: Taken, other: Taken): boolean {
  if (own === undefined || other === undefined) return false;
  if (own.kind === 'steps' || other.kind === 'steps')
    return own.kind === 'steps' && other.kind === 'steps' && own.day === other.day;
  return own.kind === other.kind && spansConflict(own, other);
}

/** Two points never conflict; a point conflicts inside an interval; intervals conflict beyond the tolerance. */
function spansConflict(own: Span, taken: Span): boolean {
  if (own.from === own.to && taken.from === taken.to) return false;
  if (own.from === own.to) return own.from > taken.from && own.to < taken.to;
  if (taken.from === taken.to) return taken.from > own.from && taken.to < own.to;
  return Math.min(own.to, taken.to) - Math.max(own.from, taken.from) > overlapToleranceMs;
}
