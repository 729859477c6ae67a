import type { ActivityDraft, Day, Instant } from '@tanhui/sdk/model';
import { dayOf } from '@tanhui/sdk/model';
import type { DayBookLine } from './day-book.ts';
import { evidenceIndex, lastTakenBack } from './day-book.ts';
import { exceeds, maxOccupiedMs, modeLimits } from './limits.ts';
import { conflicts, takenBy, takenByLine } from './overlap.ts';
import type { Displaced, PersonDay } from './person-day.ts';
import { creditedStepMeters, dayOfMode, isBeyond } from './person-day.ts';
import type { ActivityRefusalCode } from './refusals.ts';

/** Everything that decides about one activity. */
export interface AcceptanceCase extends PersonDay {
  readonly draft: ActivityDraft;
  readonly day: Day;
  readonly now: Instant;
  readonly keyDigest: string;
  readonly isDayClosed: boolean;
  readonly standing: 'good' | 'withdrawn' | 'suppressed';
  /** The same journey stands on another account already. */
  readonly isClaimedElsewhere: boolean;
  /** A source key that holds whatever the day is taken: by an activity of another day, or of another account. */
  readonly isGlobalKeyTaken: boolean;
}

export type Decision =
  | {
      readonly kind: 'accepted';
      readonly displaces: readonly Displaced[];
      readonly creditedMeters?: number;
      /** The line of the same source key whose record was taken back last: the new record corrects that one. */
      readonly corrects?: DayBookLine;
    }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly code: ActivityRefusalCode }
  | { readonly kind: 'held'; readonly code: ActivityRefusalCode };

const clockToleranceMs = 5 * 60_000;
/** 受理: decides one activity; pure, first reason wins. The order is the one that data.md found the data to need. */
export function decide(subject: AcceptanceCase): Decision {
  if (subject.isGlobalKeyTaken || isItsKeyTaken(subject)) return { kind: 'duplicate' };
  const barred = barredBy(subject);
  if (barred !== undefined) return { kind: 'refused', code: barred };
  const displaces = displacedBy(subject);
  if (displaces === 'loses') return { kind: 'refused', code: 'ACTIVITIES_OVERLAPS' };
  const impossible = implausible(subject.draft);
  if (impossible !== undefined) return { kind: 'refused', code: impossible };
  if (isOverCap(subject, displaces)) return { kind: 'refused', code: 'ACTIVITIES_DAILY_CAP' };
  if (subject.isClaimedElsewhere) return { kind: 'held', code: 'ACTIVITIES_SAME_JOURNEY_ELSEWHERE' };
  return accepted(subject, displaces);
}

function accepted(subject: AcceptanceCase, displaces: readonly Displaced[]): Decision {
  const { draft, books, keyDigest } = subject;
  const corrects = books[0] === undefined ? undefined : lastTakenBack(books[0], keyDigest);
  return {
    kind: 'accepted',
    displaces,
    ...(isStepDay(draft) && { creditedMeters: creditedStepMeters(draft.distanceMeters ?? 0, books) }),
    ...(corrects !== undefined && { corrects }),
  };
}

/** A source key is taken on its account's own day by what counts or may yet count; what was refused or taken back may be sent again, corrected. */
function isItsKeyTaken({ books, keyDigest }: AcceptanceCase): boolean {
  return books[0]?.lines.some(({ k, s: state }) => k === keyDigest && (state === 'a' || state === 'h')) ?? false;
}

function barredBy({ draft, now, isDayClosed, standing }: AcceptanceCase): ActivityRefusalCode | undefined {
  if (standing === 'suppressed') return 'ACTIVITIES_ACCOUNT_SUPPRESSED';
  if (standing === 'withdrawn') return 'ACTIVITIES_CONSENT_WITHDRAWN';
  if (isDayClosed) return 'ACTIVITIES_DAY_CLOSED';
  return isInTheFuture(draft.occurredAt, now) ? 'ACTIVITIES_IN_THE_FUTURE' : undefined;
}

function isInTheFuture(at: Instant, now: Instant): boolean {
  return at > now + clockToleranceMs;
}

/** The day on which something is counted: its own, or the running one where it lies in the future, so that no day begins before its time. */
export function countedOn(at: Instant, now: Instant): Day {
  return dayOf(isInTheFuture(at, now) ? now : at);
}

function implausible(draft: ActivityDraft): ActivityRefusalCode | undefined {
  const limits = modeLimits[draft.mode];
  const meters = draft.distanceMeters;
  if (exceeds(occupiedMs(draft), maxOccupiedMs)) return 'ACTIVITIES_TOO_LONG';
  const durationMs =
    draft.startedAt === undefined || draft.endedAt === undefined ? undefined : draft.endedAt - draft.startedAt;
  if (exceeds(0, durationMs)) return 'ACTIVITIES_ENDS_BEFORE_IT_BEGINS';
  if (exceeds(meters, limits.maxDistanceMeters) || exceeds(durationMs, limits.maxDurationMs))
    return 'ACTIVITIES_TOO_LONG';
  if (draft.occupies.kind !== 'none' && exceeds(limits.minDistanceMeters, meters)) return 'ACTIVITIES_TOO_SHORT';
  return isTooFast({
    meters,
    durationMs,
    maxSpeedKmPerHour: limits.maxSpeedKmPerHour,
    isRide: draft.occupies.kind === 'interval',
  })
    ? 'ACTIVITIES_TOO_FAST'
    : undefined;
}

function occupiedMs({ occupies }: ActivityDraft): number | undefined {
  return occupies.kind === 'interval' ? occupies.to - occupies.from : undefined;
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
function displacedBy({ draft, day, books, beside }: AcceptanceCase): readonly Displaced[] | 'loses' {
  const displaced: Displaced[] = [];
  const taken = takenBy(draft, day);
  for (const book of beside.length === 0 ? books : [...books, ...beside]) {
    for (const line of book.lines) {
      if (line.s !== 'a' || !conflicts(taken, takenByLine(line, book.day))) continue;
      if (draft.occupies.kind === 'point' || line.e <= evidenceIndex(draft)) return 'loses';
      displaced.push({ book, line });
    }
  }
  return displaced;
}

function isStepDay({ mode, occupies }: ActivityDraft): boolean {
  return mode === 'walk' && occupies.kind === 'none';
}

/** Whole trips of the person's day; what this one would displace no longer counts. */
function isOverCap({ draft, books }: AcceptanceCase, displaced: readonly Displaced[]): boolean {
  const day = dayOfMode({ books, mode: draft.mode, without: displaced });
  const own = draft.distanceMeters ?? 0;
  const after = isStepDay(draft)
    ? { trips: day.trips + 1, ridden: day.ridden, steps: Math.max(day.steps, own) }
    : { trips: day.trips + 1, ridden: day.ridden + own, steps: day.steps };
  return isBeyond(after, draft.mode);
}
