import type { Instant } from '@tanhui/sdk/model';
import type { ClaimDocument } from '../activities/index.ts';
import { claims } from '../activities/index.ts';
import { keyedDigest } from '../identity/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { IntakeDeps } from './model.ts';
import type { Candidate, Workbench } from './workbench.ts';

/** Of the cells of a way, this share has to stand on another account before the journey counts as the same. */
const sameWayNumerator = 3;
const sameWayDenominator = 5;
const maxClaimsPerKey = 50;

type Claim = ClaimDocument['claims'][number];

/** Keys under which a candidate claims its journey: its vehicle, or the cells of its way. Taps claim nothing: a crowd shares station and minute. */
function claimKeys(deps: IntakeDeps, bench: Workbench, { draft, day }: Candidate): string[] {
  const prefix = `${day}/${bench.scope.programme}/`;
  const cells = (draft.sketch ?? []).map((cell) => prefix + keyedDigest(deps.keys, 'cell', cell));
  const vehicle = draft.vehicle === undefined ? [] : [prefix + keyedDigest(deps.keys, 'vehicle', draft.vehicle)];
  return [...vehicle, ...cells];
}

/**
 * Which candidates claim a journey that stands on another account already, by place in the batch; and leaves their own claims.
 * The second claim is held, never refused: only a person can tell whether two accounts are one.
 */
export async function findClaimedElsewhere(tx: Transaction, deps: IntakeDeps, bench: Workbench): Promise<Set<number>> {
  const keysOf = bench.candidates.map((candidate) => claimKeys(deps, bench, candidate));
  const wanted = [...new Set(keysOf.flat())];
  if (wanted.length === 0) return new Set();
  const stored = await tx.getMany(claims, wanted);
  const books = new Map<string, Claim[]>(wanted.map((key) => [key, [...(stored.get(key)?.value.claims ?? [])]]));
  const claimed = new Set<number>();
  for (const [at, candidate] of bench.candidates.entries()) {
    const keys = keysOf[at] ?? [];
    const span = spanOf(candidate);
    if (isClaimed({ candidate, keys, span, books, bench })) claimed.add(at);
    else leaveClaims(books, keys, { account: candidate.account, ...span, activity: at });
  }
  await writeBack(tx, books, stored);
  return claimed;
}

function spanOf({ draft }: Candidate): { readonly from: Instant; readonly to: Instant } {
  return { from: draft.startedAt ?? draft.occurredAt, to: draft.endedAt ?? draft.occurredAt };
}

function isClaimed(subject: {
  readonly candidate: Candidate;
  readonly keys: readonly string[];
  readonly span: { readonly from: Instant; readonly to: Instant };
  readonly books: ReadonlyMap<string, readonly Claim[]>;
  readonly bench: Workbench;
}): boolean {
  const { candidate, keys, span, books, bench } = subject;
  const own = new Set<string>([candidate.account, ...(bench.siblings.get(candidate.account) ?? [])]);
  const hits = keys.filter((key) =>
    books.get(key)?.some((claim) => !own.has(claim.account) && claim.from < span.to && span.from < claim.to),
  );
  return keys.length > 0 && hits.length * sameWayDenominator >= keys.length * sameWayNumerator;
}

function leaveClaims(books: Map<string, Claim[]>, keys: readonly string[], claim: Claim): void {
  for (const key of keys) {
    const list = books.get(key);
    if (list !== undefined && list.length < maxClaimsPerKey) list.push(claim);
  }
}

async function writeBack(
  tx: Transaction,
  books: ReadonlyMap<string, Claim[]>,
  stored: ReadonlyMap<string, Stored<ClaimDocument>>,
): Promise<void> {
  const changed = [...books].filter(([key, list]) => list.length !== (stored.get(key)?.value.claims.length ?? 0));
  await tx.replaceMany(
    claims,
    changed.map(([key, list]) => ({ key, version: stored.get(key)?.version ?? 0, value: { claims: list } })),
  );
}
