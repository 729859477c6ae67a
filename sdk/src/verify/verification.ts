import { fromHex, hex, MalformedError } from './bytes.ts';
import type { FailureCode } from './bytes.ts';
import type { ProvenFacts } from './endorsement.ts';
import type { PinnedRoots } from './pinned.ts';
import { checkEndorsed } from './endorsement.ts';
import type { Fields } from './fields.ts';
import { integer, list, object, text } from './fields.ts';
import { hashLeaf, rootFromPath } from './tree.ts';

/**
 * Each proves only together with those before it: a leaf is computed from `record`, which nothing is held against yet; `place` is where a change of the body, of its salt or of its place
 * shows; by `signatures` the organisations endorsed the writing of that header. That it stands in a block they do not prove.
 */
export type StepId = 'record' | 'place' | 'signatures' | 'checkpoint';

export interface VerificationStep {
  readonly id: StepId;
  readonly outcome: 'passed' | 'failed' | 'not-yet' | 'not-reached';
  /** What was found, for a log; words for people are the caller's. */
  readonly detail: string;
  /** Of a failed step: which of the closed list of reasons. */
  readonly code?: FailureCode;
  /** The hash that a reader may compare, hex. */
  readonly hash?: string;
}

/** A step as it was passed, with what it proves. */
type PassedStep = VerificationStep & { readonly proves?: ProvenFacts };

export interface Verification {
  readonly isValid: boolean;
  readonly steps: readonly VerificationStep[];
  /** What the signatures prove; only where all of them hold. */
  readonly proven?: ProvenFacts;
  /** What the receipt says of where it stands, and what nothing in it proves: ask a peer of your own. */
  readonly told: { readonly engine?: string; readonly block?: number };
  readonly elapsedMs: number;
}

/** What one kind of receipt has of its own; everything else is checked alike. */
export interface ReceiptKind {
  readonly format: string;
  /** Member that holds what was committed to. */
  readonly body: 'record' | 'settlement';
  /** Builds the leaf from the body; throws where there is none of it. Whether it is the one that was sealed, its place alone shows. */
  leafOf(receipt: Fields, body: Fields, header: Fields): Uint8Array;
  /** Composite key under which the ledger holds the header. */
  keyOf(header: Fields): readonly string[];
}

const maxReceiptSize = 262_144;
const ownSteps = ['record', 'place', 'signatures'] as const;

/** Runs the steps of docs/spec/canonical-v1.md §9 over one receipt; never throws on a bad one. */
export async function verify(
  receipt: unknown,
  kind: ReceiptKind,
  { pinned, now }: { readonly pinned: PinnedRoots; readonly now: () => number },
): Promise<Verification> {
  const startedAt = now();
  const steps: VerificationStep[] = [];
  let proven: ProvenFacts | undefined;
  try {
    for await (const { proves, ...step } of passed(object(receipt), kind, pinned)) {
      steps.push(step);
      proven ??= proves;
    }
  } catch (error) {
    const failed = ownSteps[steps.length] ?? 'signatures';
    const code = error instanceof MalformedError ? error.code : 'UNREADABLE';
    steps.push({ id: failed, outcome: 'failed', code, detail: error instanceof Error ? error.message : 'unreadable' });
  }
  for (const id of ownSteps.slice(steps.length)) steps.push({ id, outcome: 'not-reached', detail: '' });
  const isValid = steps.every(({ outcome }) => outcome === 'passed');
  steps.push({ id: 'checkpoint', outcome: 'not-yet', detail: 'checkpoints do not exist yet' });
  const told = toldBy(receipt);
  return { isValid, steps, ...(proven !== undefined && { proven }), told, elapsedMs: now() - startedAt };
}

async function* passed(whole: Fields, kind: ReceiptKind, pinned: PinnedRoots): AsyncGenerator<PassedStep> {
  if (JSON.stringify(whole).length > maxReceiptSize || whole['format'] !== kind.format)
    throw new MalformedError('format');
  const header = object(whole['header']);
  const body = object(whole[kind.body]);
  const leaf = kind.leafOf(whole, body, header);
  const computed = { id: 'record', outcome: 'passed', detail: `a leaf is computed from the ${kind.body}` } as const;
  yield { ...computed, hash: hex(leaf.subarray(32)) };
  checkPlace(whole, { body, header, leaf });
  const placed = {
    id: 'place',
    outcome: 'passed',
    detail: `the ${kind.body} stands unchanged under the root`,
  } as const;
  yield { ...placed, hash: text(header, 'root') };
  const transaction = object(whole['transaction']);
  const proves = await checkEndorsed(transaction, { key: kind.keyOf(header), header }, pinned);
  const signed = { id: 'signatures', outcome: 'passed', detail: proves.organisations.join(', ') } as const;
  yield { ...signed, hash: proves.transaction, proves };
}

function toldBy(receipt: unknown): Verification['told'] {
  const { transaction } = (receipt ?? {}) as { readonly transaction?: Fields | null };
  const { engine, block } = transaction ?? {};
  return {
    ...(typeof engine === 'string' && { engine }),
    ...(typeof block === 'number' && { block }),
  };
}

function checkPlace(
  receipt: Fields,
  { body, header, leaf }: { readonly body: Fields; readonly header: Fields; readonly leaf: Uint8Array },
): void {
  if (body['programme'] !== header['programme'] || body['day'] !== header['day'])
    throw new MalformedError('what was sealed and its header differ in programme or day', 'SCOPE_DIFFERS');
  const path = list(receipt['path'], 64).map((node) => fromHex(String(node), 32));
  const root = rootFromPath(hashLeaf(leaf), path, { index: integer(receipt, 'index'), size: integer(header, 'count') });
  if (root === undefined || hex(root) !== text(header, 'root'))
    throw new MalformedError('the path does not lead to the root of the header', 'ROOT_DIFFERS');
}
