import type { Instant } from '@tanhui/sdk/model';
import type { ActivityDocument, DayBook, Decision, Displaced, RefusalDocument } from '../activities/index.ts';
import { addLine, changeLine, decide, noteReach } from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { sequenceId } from '../carbon/index.ts';
import { creditedTo } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import { bookOf } from './beside.ts';
import type { ClaimBoard } from './claims.ts';
import { tally } from './counts.ts';
import type { Subject } from './documents.ts';
import { activityOf, lineOf, recordOf } from './documents.ts';
import type { GlobalKeys } from './global-keys.ts';
import { globalKeyOf, sourceKeyDigest } from './global-keys.ts';
import type { IntakeDeps } from './model.ts';
import { recordOfLine } from './record-of-line.ts';
import type { Refused } from './refused-lines.ts';
import { countGrams, countRefusal } from './totals.ts';
import type { Candidate, OpenDay, Workbench } from './workbench.ts';
import { besideOf, booksOf } from './workbench.ts';

/** What a batch has to write, and what became of each of its drafts. */
export interface Decided {
  readonly activities: { readonly key: string; readonly value: ActivityDocument }[];
  readonly records: { readonly key: string; readonly value: RecordDocument }[];
  readonly refusals: RefusalDocument[];
  /** What the acceptance refused or held, with the references of its records: where they stand is told once all is decided. */
  readonly refused: { readonly refusal: Refused; readonly records: readonly number[] }[];
  /** Rides that gave way, to be reversed once their records are at hand. */
  readonly displaced: (Displaced & { readonly candidate: Candidate })[];
  /** Whose walks changed: a day of steps of the same person gives up what was walked. */
  readonly walked: Set<Candidate>;
  readonly outcomes: DraftOutcome[];
  /** Milligrams by owner's ledger account. */
  readonly credits: Map<string, bigint>;
  readonly tallies: {
    accepted: Record<string, number>;
    byEvidence: Record<string, number>;
    refused: Record<string, number>;
    held: Record<string, number>;
  };
  milligrams: bigint;
}

export type DraftOutcome =
  { readonly kind: 'used' | 'duplicate' } | { readonly kind: 'refused'; readonly code: string };

const used: DraftOutcome = { kind: 'used' };

export function nothingDecided(): Decided {
  return {
    activities: [],
    records: [],
    refusals: [],
    refused: [],
    displaced: [],
    walked: new Set(),
    outcomes: [],
    credits: new Map(),
    tallies: { accepted: {}, byEvidence: {}, refused: {}, held: {} },
    milligrams: 0n,
  };
}

/** What a batch may meet beyond the day books of its people: ids that hold for good, and journeys claimed on other accounts. */
export interface Boards {
  readonly globalKeys: GlobalKeys;
  readonly claims: ClaimBoard;
}

/** Decides every candidate of a batch in order. Pure but for the workbench and the boards it works on; there is nothing to wait for in the loop. */
export function decideAll(bench: Workbench, deps: IntakeDeps, boards: Boards): Decided {
  const decided = nothingDecided();
  const now = deps.clock.now();
  for (const [at, candidate] of bench.candidates.entries()) {
    decideOne({ bench, deps, decided, now, candidate, at, boards, books: booksOf(bench, candidate) });
  }
  return decided;
}

interface Step extends Subject {
  readonly decided: Decided;
  readonly now: Instant;
  readonly at: number;
  readonly boards: Boards;
  /** The person's books of the day, the account's own first. */
  readonly books: readonly DayBook[];
}

function decideOne(step: Step): void {
  const { bench, candidate, decided, boards } = step;
  const day = required(bench.days.get(candidate.day), 'day of a candidate');
  const sourceKey = sourceKeyDigest(step.deps.keys, bench.scope.source, candidate.draft.sourceKey);
  const keyDigest = sourceKey.slice(0, 11);
  const globalKey = candidate.draft.sourceKeyIsGlobal === true ? globalKeyOf(bench.scope.programme, sourceKey) : '';
  const decision = decide({
    draft: candidate.draft,
    day: candidate.day,
    now: step.now,
    keyDigest,
    books: step.books,
    beside: besideOf(bench, candidate, step.books),
    isDayClosed: day.document.closedAt !== undefined,
    standing: required(bench.standings.get(candidate.account), 'standing').refusedAs ?? 'good',
    isClaimedElsewhere: boards.claims.isClaimedElsewhere(step.at),
    isGlobalKeyTaken: globalKey !== '' && boards.globalKeys.isTaken(globalKey),
  });
  if (decision.kind === 'duplicate') {
    decided.outcomes.push({ kind: 'duplicate' });
    return;
  }
  const activity = day.nextActivity;
  const place = { day, sourceKey, globalKey };
  const isKept =
    decision.kind === 'accepted'
      ? accept(step, { ...place, decision })
      : refuse(step, { ...place, state: decision.kind === 'held' ? 'h' : 'r', code: decision.code });
  if (isKept) leaveTraces(step, { globalKey, activity, isClaim: decision.kind === 'accepted' });
}

/** What counts, or may yet count, holds its key; what counts holds its journey against other accounts. */
function leaveTraces(
  { bench, boards, candidate, at }: Step,
  {
    globalKey,
    activity,
    isClaim,
  }: { readonly globalKey: string; readonly activity: number; readonly isClaim: boolean },
): void {
  if (isClaim) boards.claims.leave(at, activity);
  if (globalKey === '') return;
  const scope = { programme: bench.scope.programme, day: candidate.day };
  boards.globalKeys.take(globalKey, sequenceId('act', scope, activity));
}

/** Where an activity goes, and the keyed digest under which its source key is kept: a card's number in it reaches no store. */
interface Place {
  readonly day: OpenDay;
  readonly sourceKey: string;
  /** Empty where the source key is unique within its day only. */
  readonly globalKey: string;
}

type Refusing = Place & { readonly state: 'r' | 'h'; readonly code: string };

type Accepting = Place & { readonly decision: Extract<Decision, { kind: 'accepted' }> };

/** Answers whether the activity counts; what no methodology takes is refused after all. */
function accept(step: Step, place: Accepting): boolean {
  const { bench, deps, candidate, decided } = step;
  const { creditedMeters, displaces } = place.decision;
  const quantified = deps.quantifier.quantify({
    programme: bench.scope.programme,
    day: candidate.day,
    draft: candidate.draft,
    ...(creditedMeters !== undefined && { creditedMeters }),
  });
  if (quantified.kind === 'refused') return refuse(step, { ...place, state: 'r', code: quantified.code });
  const sequence = place.day.nextRecord++;
  const activity = place.day.nextActivity++;
  const scope = { programme: bench.scope.programme, day: candidate.day };
  const ids = { record: sequenceId('rec', scope, sequence), activity: sequenceId('act', scope, activity) };
  const corrects = correctedBy(step, place);
  decided.records.push({ key: ids.record, value: recordOf(step, ids, { quantified, corrects }) });
  decided.activities.push({
    key: ids.activity,
    value: { ...activityOf(step, place.sourceKey), ...claimKeysOf(step), status: 'accepted', record: ids.record },
  });
  addLine(required(step.books[0], 'own day book'), {
    ...lineOf(candidate, { activity, keyDigest: place.sourceKey.slice(0, 11), state: 'a' }),
    r: sequence,
    mg: String(quantified.milligrams),
    ...(creditedMeters !== undefined && creditedMeters !== candidate.draft.distanceMeters && { c: creditedMeters }),
  });
  for (const other of candidate.others) noteReach(bookOf(bench, candidate.account, other), candidate.day);
  for (const displaced of displaces) {
    changeLine(displaced.book, displaced.line.a, { s: 'v' });
    decided.displaced.push({ ...displaced, candidate });
    freeKeyOf(step, displaced);
  }
  if (candidate.draft.mode === 'walk' || displaces.length > 0) decided.walked.add(candidate);
  count(step, place.day, quantified.milligrams);
  return true;
}

function claimKeysOf({ boards, at }: Step): Pick<ActivityDocument, 'claimKeys'> {
  const claimKeys = boards.claims.keysOf(at);
  return claimKeys.length === 0 ? {} : { claimKeys };
}

function freeKeyOf({ bench, boards }: Step, { book, line }: Displaced): void {
  const { programme } = bench.scope;
  const activity = sequenceId('act', { programme, day: book.day }, line.a);
  boards.globalKeys.free(activity, recordOfLine(programme, { book, line }));
}

/** The record that was taken back last under the same source key: the new one points to it, so that no nullifier stands twice. A key that holds whatever the day knows more than one day does. */
function correctedBy({ bench, boards, candidate }: Step, { decision, globalKey }: Accepting): string | undefined {
  const reversed = globalKey === '' ? undefined : boards.globalKeys.reversedUnder(globalKey);
  const line = decision.corrects;
  if (reversed !== undefined || line === undefined) return reversed;
  return recordOfLine(bench.scope.programme, { book: candidate, line });
}

function count({ bench, candidate, decided }: Step, day: OpenDay, milligrams: bigint): void {
  const { draft, account } = candidate;
  day.delta.activities.accepted += 1;
  const { mode, evidence, occurredAt } = draft;
  countGrams(day.delta, { mode, evidence, occurredAt, day: candidate.day }, { milligrams, sign: 1 });
  tally(decided.tallies.accepted, draft.mode);
  tally(decided.tallies.byEvidence, draft.evidence);
  decided.milligrams += milligrams;
  const standing = required(bench.standings.get(account), 'standing');
  const owner = creditedTo(standing, { programme: bench.scope.programme, day: candidate.day });
  decided.credits.set(owner, (decided.credits.get(owner) ?? 0n) + milligrams);
  decided.outcomes.push(used);
}

/** Answers whether the activity may yet count. */
function refuse(step: Step, place: Refusing): boolean {
  const { bench, candidate, decided } = step;
  const { day, code } = place;
  const isHeld = place.state === 'h';
  const isBarred = required(bench.standings.get(candidate.account), 'standing').refusedAs !== undefined;
  const key = isBarred ? undefined : keepRefused(step, place);
  const { mode, records } = candidate.draft;
  const refusal: Refused = {
    programme: bench.scope.programme,
    day: candidate.day,
    at: step.now,
    source: bench.scope.source,
    code,
    kind: isHeld ? 'held' : 'activity',
    mode,
    ...(key !== undefined && { activity: key }),
  };
  decided.refused.push({ refusal, records });
  day.delta.activities[isHeld ? 'held' : 'refused'] += 1;
  countRefusal(day.delta, code);
  tally(isHeld ? decided.tallies.held : decided.tallies.refused, code);
  decided.outcomes.push(isHeld ? used : { kind: 'refused', code });
  return isHeld;
}

/** Keeps a refused or held trip for the person to see. Of an account without consent nothing of a trip is kept: only that it was refused, and why. */
function keepRefused(step: Step, { day, code, sourceKey, state }: Refusing): string {
  const { bench, candidate, decided } = step;
  const activity = day.nextActivity++;
  const key = sequenceId('act', { programme: bench.scope.programme, day: candidate.day }, activity);
  decided.activities.push({
    key,
    value: {
      ...activityOf(step, sourceKey),
      ...(state === 'h'
        ? { status: 'held', claim: step.boards.claims.claimOf(step.at) }
        : { status: 'refused', ...claimKeysOf(step) }),
      code,
    },
  });
  const line = lineOf(candidate, { activity, keyDigest: sourceKey.slice(0, 11), state });
  addLine(required(step.books[0], 'own day book'), line);
  return key;
}
