import type { Receipt } from '@tanhui/sdk/model';
import type { Verification, VerificationStep } from '@tanhui/sdk/verify';
import { count } from '../../shared/format.ts';
import { partyName } from '../../shared/parties.ts';
import { say } from '../texts.ts';

/** One rung of the proof story, for a person. */
export interface ProofStep {
  readonly id: VerificationStep['id'];
  readonly outcome: VerificationStep['outcome'];
  readonly title: string;
  readonly sentence: string;
  readonly hash?: string;
}

/** The four steps as sentences: this record → its place → what two organisations signed → the co-signed checkpoint. */
export function proofStory(receipt: Receipt, { steps }: Verification): readonly ProofStep[] {
  return steps.map((step) => ({
    id: step.id,
    outcome: step.outcome,
    title: titleOf(receipt, step),
    sentence: sentenceOf(receipt, step),
    ...(step.hash !== undefined && { hash: step.hash }),
  }));
}

function titleOf(receipt: Receipt, { id }: VerificationStep): string {
  return id === 'place' ? say('proof.step.place', { place: count(placeOf(receipt)) }) : say(`proof.step.${id}`);
}

/** People count from one. An unreadable receipt has no place. */
function placeOf({ index }: Receipt): string {
  return Number.isSafeInteger(index) ? String(index + 1) : '?';
}

function sentenceOf(receipt: Receipt, step: VerificationStep): string {
  if (step.outcome === 'not-reached') return say('proof.step.skipped');
  if (step.outcome === 'not-yet') return say('proof.step.checkpoint.waiting');
  if (step.outcome === 'failed') return say(`proof.step.${step.id}.failed`);
  if (step.id === 'place')
    return say('proof.step.place.passed', { count: count(receipt.header.count), steps: receipt.path.length });
  if (step.id === 'signatures')
    return say('proof.step.signatures.passed', { who: step.detail.split(', ').map(partyName).join(' · ') });
  return say(`proof.step.${step.id}.passed`);
}
