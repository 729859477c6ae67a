import { fromHex, hex, MalformedError } from './bytes.ts';
import type { FailureCode } from './bytes.ts';
import type { PinnedRoots } from './endorsement.ts';
import { checkEndorsed } from './endorsement.ts';
import type { Fields } from './fields.ts';
import { integer, list, object, text } from './fields.ts';
import { hashLeaf, rootFromPath } from './tree.ts';

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

export interface Verification {
  readonly isValid: boolean;
  readonly steps: readonly VerificationStep[];
  readonly elapsedMs: number;
}

/** What one kind of receipt has of its own; everything else is checked alike. */
export interface ReceiptKind {
  readonly format: string;
  /** Member that holds what was committed to. */
  readonly body: 'record' | 'settlement';
  /** Builds the leaf from the body; throws where it does not open its commitment. */
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
  try {
    for await (const step of passed(object(receipt), kind, pinned)) steps.push(step);
  } catch (error) {
    const failed = ownSteps[steps.length] ?? 'signatures';
    const code = error instanceof MalformedError ? error.code : 'UNREADABLE';
    steps.push({ id: failed, outcome: 'failed', code, detail: error instanceof Error ? error.message : 'unreadable' });
  }
  for (const id of ownSteps.slice(steps.length)) steps.push({ id, outcome: 'not-reached', detail: '' });
  const isValid = steps.every(({ outcome }) => outcome === 'passed');
  steps.push({ id: 'checkpoint', outcome: 'not-yet', detail: 'checkpoints do not exist yet' });
  return { isValid, steps, elapsedMs: now() - startedAt };
}

async function* passed(whole: Fields, kind: ReceiptKind, pinned: PinnedRoots): AsyncGenerator<VerificationStep> {
  if (JSON.stringify(whole).length > maxReceiptSize || whole['format'] !== kind.format)
    throw new MalformedError('format');
  const header = object(whole['header']);
  const body = object(whole[kind.body]);
  const leaf = kind.leafOf(whole, body, header);
  const opened = { id: 'record', outcome: 'passed', detail: `the ${kind.body} opens its commitment` } as const;
  yield { ...opened, hash: hex(leaf.subarray(32)) };
  checkPlace(whole, { body, header, leaf });
  yield { id: 'place', outcome: 'passed', detail: 'the leaf stands in the batch', hash: text(header, 'root') };
  const transaction = object(whole['transaction']);
  const signers = await checkEndorsed(transaction, { key: kind.keyOf(header), header }, pinned);
  yield { id: 'signatures', outcome: 'passed', detail: signers.join(', '), hash: text(transaction, 'id') };
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
