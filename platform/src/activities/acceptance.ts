import type { ActivityDraft, Day, Instant, Mode } from '@tanhui/sdk/model';
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
  /** A source key that holds whatever the day is taken: by an activity of another day, or of another account. */
  readonly isGlobalKeyTaken: boolean;
}

/** A weaker ride that has to give way to the one that is accepted. */
export interface Displaced {
  readonly book: DayBook;
  readonly line: DayBookLine;
}

export type Decision =
  | {
      readonly kind: 'accepted';
      readonly displaces: readonly Displaced[];
      readonly creditedMeters?: number;
      /** The line of the same source key whose record was taken back: the new record corrects that one. */
      readonly corrects?: DayBookLine;
    }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly code: ActivityRefusalCode }
  | { readonly kind: 'held'; readonly code: ActivityRefusalCode };

const clockToleranceMs = 5 * 60_000;
/** Two taps of one journey may share a minute; overlap below this is a rounding of clocks. */
const overlapToleranceMs = 120_000;

/** 受理: decides one activity; pure, first reason wins. The order is the one that data.md found the data to need. */
export function decide(subject: AcceptanceCase): Decision {
  if (subject.isGlobalKeyTaken || hasItsKey(subject, holdsItsKey)) return { kind: 'duplicate' };
  const barred = barredBy(subject);
  if (barred !== undefined) return { kind: 'refused', code: barred };
  const displaces = displacedBy(subject.draft, subject.books);
  if (displaces === 'loses') return { kind: 'refused', code: 'ACTIVITIES_OVERLAPS' };
  const impossible = implausible(subject.draft);
  if (impossible !== undefined) return { kind: 'refused', code: impossible };
  if (isOverCap(subject, displaces)) return { kind: 'refused', code: 'ACTIVITIES_DAILY_CAP' };
  if (subject.isClaimedElsewhere) return { kind: 'held', code: 'ACTIVITIES_SAME_JOURNEY_ELSEWHERE' };
  return accepted(subject, displaces);
}

function accepted(subject: AcceptanceCase, displaces: readonly Displaced[]): Decision {
  const { draft, books } = subject;
  const corrects = hasItsKey(subject, wasTakenBack);
  return {
    kind: 'accepted',
    displaces,
    ...(isStepDay(draft) && { creditedMeters: creditedStepMeters(draft.distanceMeters ?? 0, books) }),
    ...(corrects !== undefined && { corrects }),
  };
}

/** The newest line of the account's own day that has this source key and is in a given state. */
function hasItsKey(
  { books, keyDigest }: AcceptanceCase,
  isInState: (line: DayBookLine) => boolean,
): DayBookLine | undefined {
  return books[0]?.lines.findLast((line) => line.k === keyDigest && isInState(line));
}

/** A source key is taken by what counts or may yet count; what was refused or taken back may be sent again, corrected. */
function holdsItsKey({ s: state }: DayBookLine): boolean {
  return state === 'a' || state === 'h';
}

function wasTakenBack({ s: state }: DayBookLine): boolean {
  return state === 'v';
}

function barredBy({ draft, now, isDayClosed, standing }: AcceptanceCase): ActivityRefusalCode | undefined {
  if (standing === 'suppressed') return 'ACTIVITIES_ACCOUNT_SUPPRESSED';
  if (standing === 'withdrawn') return 'ACTIVITIES_CONSENT_WITHDRAWN';
  if (isDayClosed) return 'ACTIVITIES_DAY_CLOSED';
  return draft.occurredAt > now + clockToleranceMs ? 'ACTIVITIES_IN_THE_FUTURE' : undefined;
}

function implausible(draft: ActivityDraft): ActivityRefusalCode | undefined {
  const limits = modeLimits[draft.mode];
  const meters = draft.distanceMeters;
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
function displacedBy(draft: ActivityDraft, books: readonly DayBook[]): readonly Displaced[] | 'loses' {
  const displaced: Displaced[] = [];
  const taken = takenBy(draft);
  for (const book of books) {
    for (const line of book.lines) {
      if (line.s !== 'a' || !conflicts(taken, takenByLine(line))) continue;
      if (draft.occupies.kind === 'point' || line.e <= evidenceIndex(draft)) return 'loses';
      displaced.push({ book, line });
    }
  }
  return displaced;
}

/**
 * Looks again at a person's whole day, once accounts have been bound together: which accepted lines cannot stay beside the others, and why. Rides before
 * taps, stronger evidence first, then the earlier one; what is left overlaps nowhere and keeps the caps. Pure, and the same whatever the order of the books.
 */
export function reconcileDay(
  books: readonly DayBook[],
): { readonly book: DayBook; readonly line: DayBookLine; readonly code: ActivityRefusalCode }[] {
  const lines = books.flatMap((book) => book.lines.filter((line) => line.s === 'a').map((line) => ({ book, line })));
  lines.sort((first, second) => precedence(first.line, second.line));
  const kept: DayBookLine[] = [];
  return lines.flatMap(({ book, line }) => {
    const code = codeAgainst(kept, line);
    if (code !== undefined) return [{ book, line, code }];
    kept.push(line);
    return [];
  });
}

/**
 * 复议: a line that does not count is to count after all. Which accepted lines of the person's day then have to give way, and whether the day's cap still
 * has room for it. Pure.
 */
export function reconsider(
  books: readonly DayBook[],
  own: DayBookLine,
): { readonly givingWay: readonly Displaced[]; readonly isOverCap: boolean } {
  const taken = takenByLine(own);
  const accepted = books.flatMap((book) => book.lines.filter(({ s }) => s === 'a').map((line) => ({ book, line })));
  const givingWay = accepted.filter(({ line }) => conflicts(taken, takenByLine(line)));
  const left = accepted.filter((one) => !givingWay.includes(one)).map(({ line }) => line);
  const mode = modeOf(own);
  const day = dayOfMode({ books: [{ lines: [...left, { ...own, s: 'a' }] }], mode });
  return { givingWay, isOverCap: isBeyond(day, mode) };
}

/**
 * Lines of a person's day that were taken back and lie where lines that are taken back now did: they may have given way to those. The strongest first, as each
 * that counts again is in the way of the others.
 */
export function overlappedBy(books: readonly DayBook[], gone: readonly DayBookLine[]): Displaced[] {
  const taken = gone.map(takenByLine);
  const hidden = books.flatMap((book) => book.lines.filter(({ s }) => s === 'v').map((line) => ({ book, line })));
  return hidden
    .filter(({ line }) => taken.some((one) => conflicts(one, takenByLine(line))))
    .sort((first, second) => precedence(first.line, second.line));
}

/** Whether a line that had given way would be accepted beside what counts now: what it overlaps is weaker, and the cap has room. Pure. */
export function mayReturn(books: readonly DayBook[], own: DayBookLine): boolean {
  const { givingWay, isOverCap } = reconsider(books, own);
  return !isOverCap && (givingWay.length === 0 || (!isPoint(own) && givingWay.every(({ line }) => own.e < line.e)));
}

function precedence(first: DayBookLine, second: DayBookLine): number {
  const ranks = [first, second].map((line) => [isPoint(line) ? 1 : 0, line.e, line.f ?? 0, line.a] as const);
  const [own = [], other = []] = ranks;
  return own.map((rank, at) => rank - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function isPoint({ f: from, t: to }: DayBookLine): boolean {
  return from !== undefined && from === to;
}

function codeAgainst(kept: readonly DayBookLine[], line: DayBookLine): ActivityRefusalCode | undefined {
  const taken = takenByLine(line);
  if (kept.some((other) => conflicts(taken, takenByLine(other)))) return 'ACTIVITIES_OVERLAPS';
  const day = dayOfMode({ books: [{ lines: [...kept, line] }], mode: modeOf(line) });
  return isBeyond(day, modeOf(line)) ? 'ACTIVITIES_DAILY_CAP' : undefined;
}

/** What an activity takes of a person: a stretch of travel, a stretch of charging, or the day's steps. */
type Taken =
  | { readonly kind: 'travel' | 'charging'; readonly from: Instant; readonly to: Instant }
  | { readonly kind: 'steps' }
  | undefined;

function takenBy({ mode, occupies }: ActivityDraft): Taken {
  if (occupies.kind === 'none') return mode === 'walk' ? { kind: 'steps' } : undefined;
  const span = occupies.kind === 'point' ? { from: occupies.at, to: occupies.at } : occupies;
  return { kind: mode === 'ev-charging' ? 'charging' : 'travel', from: span.from, to: span.to };
}

function takenByLine(line: DayBookLine): Taken {
  const mode = modeOf(line);
  const span = occupiedBy(line);
  if (span === undefined) return mode === 'walk' ? { kind: 'steps' } : undefined;
  return { kind: mode === 'ev-charging' ? 'charging' : 'travel', ...span };
}

/** Charging is checked against charging, travel against travel, and a person has one day of steps, however many devices count it. */
function conflicts(own: Taken, other: Taken): boolean {
  if (own === undefined || own.kind !== other?.kind) return false;
  return own.kind === 'steps' || other.kind === 'steps' || spansConflict(own, other);
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

function isStepDay({ mode, occupies }: ActivityDraft): boolean {
  return mode === 'walk' && occupies.kind === 'none';
}

/** A day of steps gives up the metres of that person's walks of that day, whichever of them came first, and is never refused for them. */
export function creditedStepMeters(stepMeters: number, books: readonly DayBook[]): number {
  return Math.max(0, stepMeters - walkedMeters(books));
}

function walkedMeters(books: readonly DayBook[]): number {
  return dayOfMode({ books, mode: 'walk' }).ridden;
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

interface DayOfMode {
  readonly trips: number;
  readonly ridden: number;
  readonly steps: number;
}

function isBeyond({ trips, ridden, steps }: DayOfMode, mode: Mode): boolean {
  const limits = modeLimits[mode];
  return trips > limits.maxTripsPerDay || exceeds(Math.max(ridden, steps), limits.maxMetersPerDay);
}

/** What of a mode is accepted on a person's day; a day of steps holds the walks and is not added to them. */
function dayOfMode(asked: {
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
