import type { Instant } from '@tanhui/sdk/model';
import type { ActivityDocument, Decision, Displaced, RefusalDocument } from '../activities/index.ts';
import { addLine, changeLine, decide, evidenceIndex, modeIndex } from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { activityScope, sealable, sequenceId } from '../carbon/index.ts';
import { keyedDigest } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import { tally } from './counts.ts';
import type { IntakeDeps, Quantified } from './model.ts';
import { countGrams, countRefusal } from './totals.ts';
import type { Candidate, OpenDay, Workbench } from './workbench.ts';
import { booksOf } from './workbench.ts';

/** What a batch has to write, and what became of each of its drafts. */
export interface Decided {
  readonly activities: { readonly key: string; readonly value: ActivityDocument }[];
  readonly records: { readonly key: string; readonly value: RecordDocument }[];
  readonly refusals: RefusalDocument[];
  /** Rides that gave way, to be reversed once their records are at hand. */
  readonly displaced: (Displaced & { readonly candidate: Candidate })[];
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

export function nothingDecided(): Decided {
  return {
    activities: [],
    records: [],
    refusals: [],
    displaced: [],
    outcomes: [],
    credits: new Map(),
    tallies: { accepted: {}, byEvidence: {}, refused: {}, held: {} },
    milligrams: 0n,
  };
}

/** Decides every candidate of a batch in order. Pure but for the workbench it works on; there is nothing to wait for in the loop. */
export function decideAll(bench: Workbench, deps: IntakeDeps, claimed: ReadonlySet<number>): Decided {
  const decided = nothingDecided();
  const now = deps.clock.now();
  for (const [at, candidate] of bench.candidates.entries()) {
    decideOne({ bench, deps, decided, now, candidate, isClaimedElsewhere: claimed.has(at) });
  }
  return decided;
}

interface Step {
  readonly bench: Workbench;
  readonly deps: IntakeDeps;
  readonly decided: Decided;
  readonly now: Instant;
  readonly candidate: Candidate;
  readonly isClaimedElsewhere: boolean;
}

function decideOne(step: Step): void {
  const { bench, candidate, decided } = step;
  const day = required(bench.days.get(candidate.day), 'day of a candidate');
  const sourceKey = keyedDigest(step.deps.keys, 'source-key', `${bench.scope.source}\0${candidate.draft.sourceKey}`);
  const keyDigest = sourceKey.slice(0, 11);
  const decision = decide({
    draft: candidate.draft,
    day: candidate.day,
    now: step.now,
    keyDigest,
    books: booksOf(bench, candidate),
    isDayClosed: day.document.closedAt !== undefined,
    standing: required(bench.standings.get(candidate.account), 'standing').refusedAs ?? 'good',
    isClaimedElsewhere: step.isClaimedElsewhere,
  });
  if (decision.kind === 'duplicate') {
    decided.outcomes.push({ kind: 'duplicate' });
    return;
  }
  if (decision.kind === 'accepted') accept(step, { day, sourceKey, decision });
  else refuse(step, { day, sourceKey, state: decision.kind === 'held' ? 'h' : 'r', code: decision.code });
}

/** Where an activity goes, and the keyed digest under which its source key is kept: a card's number in it reaches no store. */
interface Place {
  readonly day: OpenDay;
  readonly sourceKey: string;
}

function accept(step: Step, place: Place & { readonly decision: Extract<Decision, { kind: 'accepted' }> }): void {
  const { bench, deps, candidate, decided } = step;
  const { creditedMeters, displaces } = place.decision;
  const quantified = deps.quantifier.quantify({
    programme: bench.scope.programme,
    day: candidate.day,
    draft: candidate.draft,
    ...(creditedMeters !== undefined && { creditedMeters }),
  });
  if (quantified.kind === 'refused') {
    refuse(step, { ...place, state: 'r', code: quantified.code });
    return;
  }
  const sequence = place.day.nextRecord++;
  const activity = place.day.nextActivity++;
  const scope = { programme: bench.scope.programme, day: candidate.day };
  const ids = { record: sequenceId('rec', scope, sequence), activity: sequenceId('act', scope, activity) };
  decided.records.push({ key: ids.record, value: recordOf(step, ids, quantified) });
  decided.activities.push({
    key: ids.activity,
    value: { ...activityOf(step, place.sourceKey), status: 'accepted', record: ids.record },
  });
  const [book] = booksOf(bench, candidate);
  addLine(required(book, 'own day book'), {
    ...lineOf(candidate, { activity, keyDigest: place.sourceKey.slice(0, 11), state: 'a' }),
    r: sequence,
    mg: String(quantified.milligrams),
  });
  for (const displaced of displaces) {
    changeLine(displaced.book, displaced.line.a, 'v');
    decided.displaced.push({ ...displaced, candidate });
  }
  count(step, place.day, quantified.milligrams);
}

function count({ bench, candidate, decided }: Step, day: OpenDay, milligrams: bigint): void {
  const { draft, account } = candidate;
  day.delta.activities.accepted += 1;
  countGrams(day.delta, { ...draft, day: candidate.day }, { milligrams, sign: 1 });
  tally(decided.tallies.accepted, draft.mode);
  tally(decided.tallies.byEvidence, draft.evidence);
  decided.milligrams += milligrams;
  const owner = ownerOf(bench, account);
  decided.credits.set(owner, (decided.credits.get(owner) ?? 0n) + milligrams);
  decided.outcomes.push({ kind: 'used' });
}

/** Whose ledger account the grams go to: the citizen's once the account is bound, the account's own until then. */
export function ownerOf(bench: Pick<Workbench, 'standings'>, account: Candidate['account']): string {
  const citizen = bench.standings.get(account)?.citizen;
  return citizen === undefined ? `account:${account}` : `citizen:${citizen}`;
}

function refuse(step: Step, place: Place & { readonly state: 'r' | 'h'; readonly code: string }): void {
  const { bench, candidate, decided } = step;
  const { day, code } = place;
  const isHeld = place.state === 'h';
  const activity = day.nextActivity++;
  const key = sequenceId('act', { programme: bench.scope.programme, day: candidate.day }, activity);
  decided.activities.push({
    key,
    value: { ...activityOf(step, place.sourceKey), status: isHeld ? 'held' : 'refused', code },
  });
  decided.refusals.push({
    programme: bench.scope.programme,
    day: candidate.day,
    at: step.now,
    source: bench.scope.source,
    run: bench.scope.run,
    code,
    kind: isHeld ? 'held' : 'activity',
    records: candidate.draft.records.length,
    mode: candidate.draft.mode,
    activity: key,
  });
  const [book] = booksOf(bench, candidate);
  addLine(
    required(book, 'own day book'),
    lineOf(candidate, { activity, keyDigest: place.sourceKey.slice(0, 11), state: place.state }),
  );
  day.delta.activities[isHeld ? 'held' : 'refused'] += 1;
  countRefusal(day.delta, code);
  tally(isHeld ? decided.tallies.held : decided.tallies.refused, code);
  decided.outcomes.push(isHeld ? { kind: 'used' } : { kind: 'refused', code });
}

function lineOf(
  { draft }: Candidate,
  line: { readonly activity: number; readonly keyDigest: string; readonly state: 'a' | 'r' | 'h' },
) {
  const { occupies } = draft;
  const span =
    occupies.kind === 'none'
      ? {}
      : occupies.kind === 'point'
        ? { f: occupies.at, t: occupies.at }
        : { f: occupies.from, t: occupies.to };
  return {
    a: line.activity,
    m: modeIndex(draft.mode),
    e: evidenceIndex(draft),
    k: line.keyDigest,
    s: line.state,
    ...span,
    ...(draft.distanceMeters !== undefined && { d: draft.distanceMeters }),
  };
}

function recordOf(
  { bench, deps, candidate }: Step,
  ids: { readonly record: string; readonly activity: string },
  quantified: Extract<Quantified, { kind: 'quantified' }>,
): RecordDocument {
  const { draft, account, day } = candidate;
  const { programme, source } = bench.scope;
  const { methodology } = quantified;
  return sealable(
    ids.record,
    {
      account,
      activity: ids.activity,
      kind: 'record',
      mode: draft.mode,
      district: draft.district ?? deps.quantifier.districtOf(programme),
      evidence: draft.evidence,
      methodology: `${methodology.id}@${methodology.version}`,
      milligrams: String(quantified.milligrams),
      quantities: quantified.quantities,
      ...(draft.startedAt !== undefined && { startedAt: draft.startedAt }),
      ...(draft.endedAt !== undefined && { endedAt: draft.endedAt }),
      ...(quantified.isRetrospective && { retrospective: true as const }),
    },
    {
      secret: required(bench.standings.get(account), 'standing').secret,
      scope: activityScope({ programme, day, source, sourceKey: draft.sourceKey }),
      methodologyOf: deps.quantifier.methodologyOf,
    },
  );
}

function activityOf({ bench, deps, candidate }: Step, sourceKey: string): Omit<ActivityDocument, 'status'> {
  const { draft, account, day } = candidate;
  const { programme, source, run } = bench.scope;
  return {
    programme,
    day,
    source,
    run,
    account,
    sourceKey,
    mode: draft.mode,
    evidence: draft.evidence,
    occurredAt: draft.occurredAt,
    district: draft.district ?? deps.quantifier.districtOf(programme),
    basis: draft.basis,
    ...optionalFacts(draft),
  };
}

const optionalNames = [
  'startedAt',
  'endedAt',
  'distanceMeters',
  'energyWattHours',
  'steps',
  'fromPlace',
  'toPlace',
  'basedOn',
] as const;

function optionalFacts(draft: Candidate['draft']): Partial<Pick<ActivityDocument, (typeof optionalNames)[number]>> {
  const facts: Record<string, string | number> = {};
  for (const name of optionalNames) {
    const value = draft[name];
    if (value !== undefined) facts[name] = value;
  }
  return facts;
}
