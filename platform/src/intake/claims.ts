import type { Day, Instant } from '@tanhui/sdk/model';
import type { ActivityDocument, ClaimDocument } from '../activities/index.ts';
import { activities, claims, otherDays } from '../activities/index.ts';
import { sequenceId } from '../carbon/index.ts';
import type { AccountId } from '../identity/index.ts';
import { keyedDigest } from '../identity/index.ts';
import { required } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { IntakeDeps } from './model.ts';
import type { Candidate, Workbench } from './workbench.ts';

/** Of the cells of a way, this share has to stand on another account before the journey counts as the same. */
const sameWayNumerator = 3;
const sameWayDenominator = 5;
const maxClaimsPerKey = 50;
const dayLength = 10;

type Claim = ClaimDocument['claims'][number];

/** What a journey is known by, its vehicle or a cell of its way: the keys under which it claims that, one for each day that it touches, that of its own day first. */
type Mark = readonly [home: string, ...others: readonly string[]];

const none: readonly Mark[] = [];

/** 行程主张板: which journeys of a batch stand on another account already. Only what is accepted leaves a claim. */
export interface ClaimBoard {
  isClaimedElsewhere(candidate: number): boolean;
  /** Of a candidate that is claimed elsewhere: the activity that stands in its way, and the keys of its own claim on its own day. */
  claimOf(candidate: number): NonNullable<ActivityDocument['claim']>;
  /** The keys of a candidate's own claim on its own day. */
  keysOf(candidate: number): readonly string[];
  leave(candidate: number, activity: number): void;
  writeBack(tx: Transaction): void;
}

/** What a candidate is known by: its vehicle, or the cells of its way. Taps claim nothing: a crowd shares station and minute. */
function marksOf(deps: IntakeDeps, bench: Workbench, candidate: Candidate): readonly Mark[] {
  const { draft, day } = candidate;
  if (draft.vehicle === undefined && draft.sketch === undefined) return none;
  const prefix = `${day}/${bench.scope.programme}/`;
  const others = otherDays(spanOf(candidate), day);
  const markOf = (digest: string) => onEveryDay(prefix + digest, others);
  const cells = (draft.sketch ?? []).map((cell) => markOf(keyedDigest(deps.keys, 'cell', cell)));
  return draft.vehicle === undefined ? cells : [markOf(keyedDigest(deps.keys, 'vehicle', draft.vehicle)), ...cells];
}

/** The key of a claim on its own day, and the same on others that its journey reaches into: two that share an instant share the day of it. */
function onEveryDay(home: string, others: readonly Day[]): Mark {
  if (others.length === 0) return [home];
  const rest = home.slice(dayLength);
  return [home, ...others.map((day) => day + rest)];
}

/**
 * Reads the claims that a batch may meet. The second claim of a journey is held, never refused: only a person can tell whether two accounts are one.
 */
export async function openClaims(tx: Transaction, deps: IntakeDeps, bench: Workbench): Promise<ClaimBoard> {
  const marks = bench.candidates.map((candidate) => marksOf(deps, bench, candidate));
  const wanted = [...new Set(marks.flat(2))];
  const stored = wanted.length === 0 ? new Map<string, Stored<ClaimDocument>>() : await tx.getMany(claims, wanted);
  const books = new Map<string, Claim[]>();
  for (const key of wanted) books.set(key, [...(stored.get(key)?.value.claims ?? [])]);
  const holders = await holdersOf(tx, bench, books);
  const left = new Set<string>();
  const hitsOf = (at: number, own: readonly Mark[]) => {
    const candidate = bench.candidates[at];
    if (candidate === undefined) return [];
    const owners = [candidate.account, ...(bench.siblings.get(candidate.account) ?? [])];
    return claimsInTheWay({ span: spanOf(candidate), owners, marks: own, books, bench, holders });
  };
  const keysOf = (at: number) => (marks[at] ?? none).map(([home]) => home);
  return {
    keysOf,
    isClaimedElsewhere(at) {
      const own = marks[at] ?? none;
      return own.length > 0 && isSameWay(own, hitsOf(at, own));
    },
    claimOf(at) {
      const against = required(hitsOf(at, marks[at] ?? none)[0], 'claim that stands in the way');
      return { against, keys: keysOf(at) };
    },
    leave(at, activity) {
      const candidate = bench.candidates[at];
      const own = marks[at] ?? none;
      if (candidate === undefined || own.length === 0) return;
      const { day, account } = candidate;
      const claim = { ...spanOf(candidate), activity };
      holders.set(sequenceId('act', { programme: bench.scope.programme, day }, activity), account);
      for (const key of own.flat()) {
        const list = withRoom(books.get(key) ?? [], (one) => holders.get(activityOf(key, bench, one)));
        if (list.length >= maxClaimsPerKey) continue;
        list.push(claimUnder(key, { day, claim }));
        books.set(key, list);
        left.add(key);
      }
    },
    writeBack(transaction) {
      if (left.size === 0) return;
      const replacements = [...left].map((key) => ({
        key,
        version: stored.get(key)?.version ?? 0,
        value: { claims: books.get(key) ?? [] },
      }));
      transaction.later.replaceMany(claims, replacements);
    },
  };
}

function isSameWay(own: readonly Mark[], hits: readonly string[]): boolean {
  return hits.length * sameWayDenominator >= own.length * sameWayNumerator;
}

/** Where a key has no room left, what holds nobody up makes some: a run that was undone and came again claims no more than it did. */
function withRoom(list: Claim[], holderOf: (claim: Claim) => Holder | undefined): Claim[] {
  return list.length < maxClaimsPerKey ? list : list.filter((claim) => holderOf(claim) !== 'nobody');
}

type Stretch = { readonly from: Instant; readonly to: Instant };

function spanOf({ draft }: Candidate): Stretch {
  return stretchOf(draft);
}

function stretchOf(of: Pick<ActivityDocument, 'startedAt' | 'endedAt' | 'occurredAt'>): Stretch {
  return { from: of.startedAt ?? of.occurredAt, to: of.endedAt ?? of.occurredAt };
}

type Scoped = { readonly scope: Pick<Workbench['scope'], 'programme'> };

/** `nobody` where the activity has been taken back or refused since: its claim holds nobody up. */
type Holder = AccountId | 'nobody';

/** Whose each claimed activity is. One that is not found was erased: it goes on holding its journey. */
async function holdersOf(
  tx: Transaction,
  bench: Scoped,
  books: ReadonlyMap<string, readonly Claim[]>,
): Promise<Map<string, Holder>> {
  const named = new Set<string>();
  for (const [key, list] of books) for (const claim of list) named.add(activityOf(key, bench, claim));
  if (named.size === 0) return new Map();
  const found = await tx.getMany(activities, [...named]);
  return new Map([...found].map(([id, { value }]) => [id, isVoid(value) ? 'nobody' : (value.account as AccountId)]));
}

function isVoid({ status }: ActivityDocument): boolean {
  return status === 'reversed' || status === 'refused';
}

/** The day of a claim stands at the front of its key, unless it says that its own is another. */
function activityOf(key: string, bench: Scoped, { activity, day }: Claim): string {
  return sequenceId('act', { programme: bench.scope.programme, day: day ?? dayOfKey(key) }, activity);
}

function dayOfKey(key: string): Day {
  return key.slice(0, dayLength) as Day;
}

/** A claim of a day as it is left under a key. */
function claimUnder(key: string, { day, claim }: { readonly day: Day; readonly claim: Omit<Claim, 'day'> }): Claim {
  return dayOfKey(key) === day ? claim : { ...claim, day };
}

/** For each mark under which the journey stands on another account, the activity that claimed it. */
function claimsInTheWay(subject: {
  readonly span: Stretch;
  /** Accounts of the person whose journey it is. */
  readonly owners: readonly string[];
  readonly marks: readonly Mark[];
  readonly books: ReadonlyMap<string, readonly Claim[]>;
  readonly bench: Scoped;
  readonly holders: ReadonlyMap<string, Holder>;
}): string[] {
  const { span, owners, marks, books, bench, holders } = subject;
  const own = new Set<string>(['nobody', ...owners]);
  const standingUnder = (key: string) => {
    const standing = books.get(key)?.find((claim) => {
      const holder = holders.get(activityOf(key, bench, claim));
      return claim.from < span.to && span.from < claim.to && (holder === undefined || !own.has(holder));
    });
    return standing === undefined ? [] : [activityOf(key, bench, standing)];
  };
  return marks.flatMap((keys) => keys.flatMap(standingUnder).slice(0, 1));
}

type Trip = Pick<ActivityDocument, 'programme' | 'startedAt' | 'endedAt' | 'occurredAt' | 'claim' | 'claimKeys'>;

function marksOfTrip({ claim, claimKeys, ...trip }: Trip): readonly Mark[] {
  const span = stretchOf(trip);
  return (claim?.keys ?? claimKeys ?? []).map((home) => onEveryDay(home, otherDays(span, dayOfKey(home))));
}

/** Whether the journey of a trip that does not count stands on the account of somebody else by now: then it would be held, if it came today. */
export async function isClaimedByOthers(
  tx: Transaction,
  { trip, owners }: { readonly trip: Trip; readonly owners: readonly string[] },
): Promise<boolean> {
  const marks = marksOfTrip(trip);
  if (marks.length === 0) return false;
  const stored = await tx.getMany(claims, marks.flat());
  const books = new Map([...stored].map(([key, { value }]) => [key, value.claims]));
  const bench = { scope: trip };
  const holders = await holdersOf(tx, bench, books);
  return isSameWay(marks, claimsInTheWay({ span: stretchOf(trip), owners, marks, books, bench, holders }));
}

/** Leaves the claim of a trip that comes to count, on every day that it touches; what counted before has left it already. */
export async function leaveClaim(
  tx: Transaction,
  { activity, trip }: { readonly activity: number; readonly trip: Trip },
): Promise<void> {
  const left = marksOfTrip(trip).flatMap((keys) => {
    const day = dayOfKey(keys[0]);
    return keys.map((key) => ({ key, claim: claimUnder(key, { day, claim: { ...stretchOf(trip), activity } }) }));
  });
  if (left.length === 0) return;
  const stored = await tx.getMany(
    claims,
    left.map(({ key }) => key),
  );
  const replacements = left.flatMap(({ key, claim: own }) => {
    const found = stored.get(key);
    const others = found?.value.claims ?? [];
    const isLeft = others.some((claim) => claim.activity === own.activity && claim.day === own.day);
    return isLeft ? [] : [{ key, version: found?.version ?? 0, value: { claims: [...others, own] } }];
  });
  await tx.replaceMany(claims, replacements);
}
