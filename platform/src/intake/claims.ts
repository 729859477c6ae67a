import type { Day, Instant } from '@tanhui/sdk/model';
import type { ActivityDocument, ClaimDocument } from '../activities/index.ts';
import { activities, claims } from '../activities/index.ts';
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

type Claim = ClaimDocument['claims'][number];

const none: readonly string[] = [];

/** 行程主张板: which journeys of a batch stand on another account already. Only what is accepted leaves a claim. */
export interface ClaimBoard {
  isClaimedElsewhere(candidate: number): boolean;
  /** Of a candidate that is claimed elsewhere: the activity that stands in its way, and the keys of its own claim. */
  claimOf(candidate: number): NonNullable<ActivityDocument['claim']>;
  leave(candidate: number, activity: number): void;
  writeBack(tx: Transaction): void;
}

/** Keys under which a candidate claims its journey: its vehicle, or the cells of its way. Taps claim nothing: a crowd shares station and minute. */
function claimKeys(deps: IntakeDeps, bench: Workbench, { draft, day }: Candidate): readonly string[] {
  if (draft.vehicle === undefined && draft.sketch === undefined) return none;
  const prefix = `${day}/${bench.scope.programme}/`;
  const cells = (draft.sketch ?? []).map((cell) => prefix + keyedDigest(deps.keys, 'cell', cell));
  const vehicle = draft.vehicle === undefined ? [] : [prefix + keyedDigest(deps.keys, 'vehicle', draft.vehicle)];
  return [...vehicle, ...cells];
}

/**
 * Reads the claims that a batch may meet. The second claim of a journey is held, never refused: only a person can tell whether two accounts are one.
 */
export async function openClaims(tx: Transaction, deps: IntakeDeps, bench: Workbench): Promise<ClaimBoard> {
  const keysOf = bench.candidates.map((candidate) => claimKeys(deps, bench, candidate));
  const wanted = [...new Set(keysOf.flat())];
  const stored = wanted.length === 0 ? new Map<string, Stored<ClaimDocument>>() : await tx.getMany(claims, wanted);
  const books = new Map<string, Claim[]>();
  for (const key of wanted) books.set(key, [...(stored.get(key)?.value.claims ?? [])]);
  const holders = await holdersOf(tx, bench, books);
  const left = new Set<string>();
  const hitsOf = (at: number, keys: readonly string[]) => {
    const candidate = bench.candidates[at];
    return candidate === undefined ? [] : claimsInTheWay({ candidate, keys, books, bench, holders });
  };
  return {
    isClaimedElsewhere(at) {
      const keys = keysOf[at] ?? none;
      return keys.length > 0 && hitsOf(at, keys).length * sameWayDenominator >= keys.length * sameWayNumerator;
    },
    claimOf(at) {
      const keys = keysOf[at] ?? [];
      return { against: required(hitsOf(at, keys)[0], 'claim that stands in the way'), keys };
    },
    leave(at, activity) {
      const candidate = bench.candidates[at];
      const keys = keysOf[at] ?? none;
      if (candidate === undefined || keys.length === 0) return;
      const claim = { ...spanOf(candidate), activity };
      holders.set(
        sequenceId('act', { programme: bench.scope.programme, day: candidate.day }, activity),
        candidate.account,
      );
      for (const key of keys) {
        const list = withRoom(books.get(key) ?? [], (one) => holders.get(activityOf(key, bench, one.activity)));
        if (list.length >= maxClaimsPerKey) continue;
        list.push(claim);
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

/** Where a key has no room left, what holds nobody up makes some: a run that was undone and came again claims no more than it did. */
function withRoom(list: Claim[], holderOf: (claim: Claim) => Holder | undefined): Claim[] {
  return list.length < maxClaimsPerKey ? list : list.filter((claim) => holderOf(claim) !== 'nobody');
}

function spanOf({ draft }: Candidate): { readonly from: Instant; readonly to: Instant } {
  return { from: draft.startedAt ?? draft.occurredAt, to: draft.endedAt ?? draft.occurredAt };
}

/** `nobody` where the activity has been taken back or refused since: its claim holds nobody up. */
type Holder = AccountId | 'nobody';

/** Whose each claimed activity is. One that is not found was erased: it goes on holding its journey. */
async function holdersOf(
  tx: Transaction,
  bench: Workbench,
  books: ReadonlyMap<string, readonly Claim[]>,
): Promise<Map<string, Holder>> {
  const named = new Set<string>();
  for (const [key, list] of books) for (const { activity } of list) named.add(activityOf(key, bench, activity));
  if (named.size === 0) return new Map();
  const found = await tx.getMany(activities, [...named]);
  return new Map([...found].map(([id, { value }]) => [id, isVoid(value) ? 'nobody' : (value.account as AccountId)]));
}

function isVoid({ status }: ActivityDocument): boolean {
  return status === 'reversed' || status === 'refused';
}

/** The day of a claim stands at the front of its key. */
function activityOf(key: string, bench: Workbench, activity: number): string {
  return sequenceId('act', { programme: bench.scope.programme, day: key.slice(0, 10) as Day }, activity);
}

/** For each key under which the journey stands on another account, the activity that claimed it. */
function claimsInTheWay(subject: {
  readonly candidate: Candidate;
  readonly keys: readonly string[];
  readonly books: ReadonlyMap<string, readonly Claim[]>;
  readonly bench: Workbench;
  readonly holders: ReadonlyMap<string, Holder>;
}): string[] {
  const { candidate, keys, books, bench } = subject;
  const span = spanOf(candidate);
  const own = new Set<Holder>(['nobody', candidate.account, ...(bench.siblings.get(candidate.account) ?? [])]);
  return keys.flatMap((key) => {
    const standing = books.get(key)?.find((claim) => {
      const holder = subject.holders.get(activityOf(key, bench, claim.activity));
      return claim.from < span.to && span.from < claim.to && (holder === undefined || !own.has(holder));
    });
    return standing === undefined ? [] : [activityOf(key, bench, standing.activity)];
  });
}

/** Leaves the claim of an activity that was held and counts after all. */
export async function leaveClaim(
  tx: Transaction,
  claim: { readonly keys: readonly string[]; readonly from: Instant; readonly to: Instant; readonly activity: number },
): Promise<void> {
  const { keys, ...own } = claim;
  const stored = await tx.getMany(claims, keys);
  await tx.replaceMany(
    claims,
    keys.map((key) => {
      const found = stored.get(key);
      return { key, version: found?.version ?? 0, value: { claims: [...(found?.value.claims ?? []), own] } };
    }),
  );
}
