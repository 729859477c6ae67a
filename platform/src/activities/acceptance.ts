import type { ActivityDraft, Day, Instant } from '@tanhui/sdk/model';
import type { DayBook, DayBookLine } from './day-book.ts';
import { evidenceIndex, modeIndex, modeOf, occupiedBy } from './day-book.ts';
import { modeLimits } from './limits.ts';
import type { ActivityRefusalCode } from './refusals.ts';

/** Everything that decides about one activity. The books are the person's: the account's own first, then those of other accounts bound to the same person. */
export interface AcceptanceCase {
  readonly draft: ActivityDraft;
  readonly day: Day;
  readonly now: Instant;
  readonly keyDigest: string;
  readonly books: readonly DayBook[];
  readonly isDayClosed: boolean;
  readonly standing: 'good' | 'withdrawn' | 'suppressed';
  /** The same journey stands on another account already. */
  readonly isClaimedElsewhere: boolean;
}

/** A weaker ride that has to give way to the one that is accepted. */
export interface Displaced {
  readonly book: DayBook;
  readonly line: DayBookLine;
}

export type Decision =
  | { readonly kind: 'accepted'; readonly displaces: readonly Displaced[]; readonly creditedMeters?: number }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly code: ActivityRefusalCode }
  | { readonly kind: 'held'; readonly code: ActivityRefusalCode };

const clockToleranceMs = 5 * 60_000;
/** Two taps of one journey may share a minute; overlap below this is a rounding of clocks. */
const overlapToleranceMs = 120_000;

/** 受理: decides one activity; pure, first reason wins. The order is the one that data.md found the data to need. */
export function decide(subject: AcceptanceCase): Decision {
  const { draft } = subject;
  if (isDuplicate(subject)) return { kind: 'duplicate' };
  const barred = barredBy(subject) ?? implausible(draft);
  if (barred !== undefined) return { kind: 'refused', code: barred };
  const overlap = overlapOf(subject);
  if (overlap === 'loses') return { kind: 'refused', code: 'ACTIVITIES_OVERLAPS' };
  const steps = stepsAndWalks(subject);
  if (steps === 'within-steps') return { kind: 'refused', code: 'ACTIVITIES_WALK_WITHIN_STEPS' };
  if (isOverCap(subject)) return { kind: 'refused', code: 'ACTIVITIES_DAILY_CAP' };
  if (subject.isClaimedElsewhere) return { kind: 'held', code: 'ACTIVITIES_SAME_JOURNEY_ELSEWHERE' };
  return { kind: 'accepted', displaces: overlap, ...(steps !== undefined && { creditedMeters: steps }) };
}

function isDuplicate({ books, keyDigest }: AcceptanceCase): boolean {
  return books[0]?.lines.some((line) => line.k === keyDigest) ?? false;
}

function barredBy({ draft, now, isDayClosed, standing }: AcceptanceCase): ActivityRefusalCode | undefined {
  if (standing === 'suppressed') return 'ACTIVITIES_ACCOUNT_SUPPRESSED';
  if (standing === 'withdrawn') return 'ACTIVITIES_CONSENT_WITHDRAWN';
  if (isDayClosed) return 'ACTIVITIES_DAY_CLOSED';
  return draft.occurredAt > now + clockToleranceMs && draft.occupies.kind !== 'none'
    ? 'ACTIVITIES_IN_THE_FUTURE'
    : undefined;
}

function implausible(draft: ActivityDraft): ActivityRefusalCode | undefined {
  const limits = modeLimits[draft.mode];
  const meters = draft.distanceMeters;
  const durationMs =
    draft.startedAt === undefined || draft.endedAt === undefined ? undefined : draft.endedAt - draft.startedAt;
  if (exceeds(meters, limits.maxDistanceMeters) || exceeds(durationMs, limits.maxDurationMs))
    return 'ACTIVITIES_TOO_LONG';
  if (meters !== undefined && meters < (limits.minDistanceMeters ?? 0) && draft.occupies.kind !== 'none') {
    return 'ACTIVITIES_TOO_SHORT';
  }
  return isTooFast({
    meters,
    durationMs,
    maxSpeedKmPerHour: limits.maxSpeedKmPerHour,
    isRide: draft.occupies.kind === 'interval',
  })
    ? 'ACTIVITIES_TOO_FAST'
    : undefined;
}

function exceeds(value: number | undefined, limit: number | undefined): boolean {
  return value !== undefined && limit !== undefined && value > limit;
}

function isTooFast(ride: {
  readonly meters: number | undefined;
  readonly durationMs: number | undefined;
  readonly maxSpeedKmPerHour: number | undefined;
  readonly isRide: boolean;
}): boolean {
  if (
    !ride.isRide ||
    ride.meters === undefined ||
    ride.durationMs === undefined ||
    ride.maxSpeedKmPerHour === undefined
  )
    return false;
  return ride.meters * 3600 > ride.maxSpeedKmPerHour * ride.durationMs;
}

/** Which rides give way, or that this one does: the stronger evidence stays, the earlier one on a tie. */
function overlapOf({ draft, books }: AcceptanceCase): readonly Displaced[] | 'loses' {
  if (draft.occupies.kind === 'none') return [];
  const displaced: Displaced[] = [];
  for (const book of books) {
    for (const line of book.lines) {
      if (line.s !== 'a' || !conflicts(draft, line)) continue;
      if (draft.occupies.kind === 'point' || line.e <= evidenceIndex(draft)) return 'loses';
      displaced.push({ book, line });
    }
  }
  return displaced;
}

function conflicts(draft: ActivityDraft, line: DayBookLine): boolean {
  const taken = occupiedBy(line);
  if (taken === undefined || draft.occupies.kind === 'none') return false;
  const isCharging = draft.mode === 'ev-charging';
  if (isCharging !== (modeOf(line) === 'ev-charging')) return false;
  return spansConflict(
    draft.occupies.kind === 'point' ? { from: draft.occupies.at, to: draft.occupies.at } : draft.occupies,
    taken,
  );
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Two points never conflict; a point conflicts inside an interval; intervals conflict beyond the tolerance. */
function spansConflict(own: Span, taken: Span): boolean {
  if (own.from === own.to && taken.from === taken.to) return false;
  if (own.from === own.to) return own.from > taken.from && own.to < taken.to;
  if (taken.from === taken.to) return taken.from > own.from && taken.to < own.to;
  return Math.min(own.to, taken.to) - Math.max(own.from, taken.from) > overlapToleranceMs;
}

/** A day of steps gives up the metres of that day's walks and is never refused; a walk after the steps is within them. */
function stepsAndWalks({ draft, books }: AcceptanceCase): number | 'within-steps' | undefined {
  if (draft.mode !== 'walk') return undefined;
  const isStepDay = draft.occupies.kind === 'none';
  const walks = linesOf(books, 'walk');
  if (!isStepDay) return walks.some((line) => line.f === undefined) ? 'within-steps' : undefined;
  const walkedMeters = walks.reduce((total, line) => total + (line.f === undefined ? 0 : (line.d ?? 0)), 0);
  return Math.max(0, (draft.distanceMeters ?? 0) - walkedMeters);
}

function isOverCap({ draft, books }: AcceptanceCase): boolean {
  const limits = modeLimits[draft.mode];
  let trips = 0;
  let meters = 0;
  const mode = modeIndex(draft.mode);
  for (const book of books) {
    for (const line of book.lines) {
      if (line.s !== 'a' || line.m !== mode) continue;
      trips += 1;
      meters += line.d ?? 0;
    }
  }
  return trips + 1 > limits.maxTripsPerDay || exceeds(meters + (draft.distanceMeters ?? 0), limits.maxMetersPerDay);
}

function linesOf(books: readonly DayBook[], mode: 'walk'): DayBookLine[] {
  const wanted = modeIndex(mode);
  return books.flatMap((book) => book.lines.filter((line) => line.s === 'a' && line.m === wanted));
}
