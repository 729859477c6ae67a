import type { AnyReceipt } from '@tanhui/sdk/model';
import { nextSteps } from '@tanhui/sdk/verify';
import type { Verification, VerificationStep } from '@tanhui/sdk/verify';
import { count, milliseconds } from '../../shared/format.ts';
import { inLanguage } from '../../shared/language.ts';
import { partyName } from '../../shared/parties.ts';
import { sayProof } from './proof-texts.ts';

/** One rung of the proof story, for a person. */
export interface ProofStep {
  readonly id: VerificationStep['id'];
  readonly outcome: VerificationStep['outcome'];
  readonly title: string;
  readonly sentence: string;
  readonly hash?: { readonly name: string; readonly hex: string };
}

/** What was sealed: a trip's record in a batch, or a payment in a settlement seal. */
export type SealedKind = 'record' | 'settlement';

export function kindOf({ format }: Pick<AnyReceipt, 'format'>): SealedKind {
  return format === 'tanhui-settlement-receipt-v1' ? 'settlement' : 'record';
}

/** The four steps as sentences: a fingerprint of what was sealed → its place under the root → what the organisations signed → the co-signed checkpoint. */
export function proofStory(receipt: AnyReceipt, { steps }: Verification): readonly ProofStep[] {
  return steps.map((step) => ({
    id: step.id,
    outcome: step.outcome,
    title: titleOf(receipt, step),
    sentence: sentenceOf(receipt, step),
    ...(step.hash !== undefined && { hash: { name: sayProof(`hash.${step.id}`), hex: step.hash } }),
  }));
}

function titleOf(receipt: AnyReceipt, { id }: VerificationStep): string {
  if (id === 'record') return sayProof(`record.title.${kindOf(receipt)}`);
  if (id === 'place') return sayProof(`place.title.${kindOf(receipt)}`, { place: count(placeOf(receipt)) });
  return sayProof(`${id}.title`);
}

/** People count from one. An unreadable receipt has no place. */
function placeOf({ index }: AnyReceipt): string {
  return Number.isSafeInteger(index) ? String(index + 1) : '?';
}

function sentenceOf(receipt: AnyReceipt, step: VerificationStep): string {
  if (step.outcome === 'not-reached') return sayProof('skipped');
  if (step.outcome === 'failed') return sayProof(`failed.${step.code ?? 'UNREADABLE'}`);
  if (step.id === 'checkpoint') return sayProof('checkpoint.waiting');
  if (step.id === 'place') return unchanged(receipt);
  if (step.id === 'signatures')
    return sayProof('signatures.passed', { who: step.detail.split(', ').map(partyName).join(' · ') });
  return sayProof('record.passed');
}

function unchanged(receipt: AnyReceipt): string {
  if (receipt.header.count === 1) return sayProof('place.alone');
  return sayProof(`place.${kindOf(receipt)}`, { count: count(receipt.header.count), steps: receipt.path.length });
}

/** What it comes to, and of a proof that does not hold what to do. */
export function verdictOf({ isValid, steps, elapsedMs }: Verification): string {
  if (isValid) return sayProof('verdict.passed', { ms: milliseconds(elapsedMs) });
  const code = steps.find(({ outcome }) => outcome === 'failed')?.code ?? 'UNREADABLE';
  return sayProof('verdict.failed', { next: inLanguage(nextSteps[code]) });
}

/** Where it stands: the seal by its id, and the block that the platform tells. */
export function factsOf(receipt: AnyReceipt, { told }: Verification): readonly (readonly [name: string, is: string])[] {
  const { batch, settlement } = receipt.header as { readonly batch?: unknown; readonly settlement?: unknown };
  const seal = kindOf(receipt) === 'record' ? batch : settlement;
  return [
    ...(typeof seal === 'string' ? [[sayProof(`fact.${kindOf(receipt)}`), seal] as const] : []),
    ...(told.block === undefined
      ? []
      : [[sayProof('fact.block'), sayProof('fact.blockTold', { block: count(String(told.block)) })] as const]),
  ];
}
