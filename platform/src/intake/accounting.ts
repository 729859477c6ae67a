import type { SourceRefusal } from '@tanhui/sdk/model';
import type { TransformOutput } from '@tanhui/sdk/plugin';
import { assert, required } from '../kernel/index.ts';
import type { DraftOutcome } from './deciding.ts';
import type { RecordOutcome } from './model.ts';
import type { WaitingRecord } from './open-journeys.ts';
import { waitingRecord } from './open-journeys.ts';
import type { RecordCount } from './totals.ts';

type Fate = RecordOutcome extends infer One ? (One extends { line: number } ? Omit<One, 'line'> : never) : never;

/** Shared: nearly every record has one of these. */
const fates = {
  used: { outcome: 'used' },
  duplicate: { outcome: 'duplicate' },
  open: { outcome: 'open' },
} as const satisfies Record<string, Fate>;

/** What became of each record: fresh ones by their number, and those that waited and do no longer. */
export interface Accounting {
  readonly fresh: readonly Fate[];
  readonly resolved: readonly { readonly record: WaitingRecord; readonly became: 'used' | 'refused' | 'duplicate' }[];
}

/**
 * Gives every record exactly one fate. A source that forgets a record, or names one twice, is a defect: the balance read = used + duplicate + refused + open
 * is checked here, once for all sources.
 */
export function account(
  output: TransformOutput,
  work: {
    readonly freshCount: number;
    readonly waiting: ReadonlyMap<number, WaitingRecord>;
    readonly outcomes: readonly DraftOutcome[];
  },
): Accounting {
  const fresh: (Fate | undefined)[] = Array.from({ length: work.freshCount });
  const resolved: { record: WaitingRecord; became: 'used' | 'refused' | 'duplicate' }[] = [];
  const settle = (ref: number, fate: Fate): void => {
    if (ref < 0) {
      if (fate.outcome !== 'open') resolved.push({ record: waitingRecord(work.waiting, ref), became: fate.outcome });
      return;
    }
    assert(ref < fresh.length && fresh[ref] === undefined, `a source accounts for each record once: ${String(ref)}`);
    fresh[ref] = fate;
  };
  for (const [at, draft] of output.activities.entries()) {
    const outcome = required(work.outcomes[at], 'outcome of a draft');
    const fate: Fate = outcome.kind === 'refused' ? { outcome: 'refused', code: outcome.code } : fates[outcome.kind];
    for (const ref of draft.records) settle(ref, fate);
  }
  for (const refusal of output.refusals) for (const ref of refusal.records) settle(ref, fateOf(refusal));
  for (const ref of output.contextRecords ?? []) settle(ref, fates.used);
  for (const journey of Object.values(output.open)) {
    for (const { ref } of journey.records) settle(ref, fates.open);
  }
  return { fresh: fresh.map((fate, ref) => required(fate, `fate of record ${String(ref)}`)), resolved };
}

function fateOf({ code, field }: SourceRefusal): Fate {
  return { outcome: 'refused', code, ...(field !== undefined && { field }) };
}

/** Adds one record to a set of counts, or moves one that waited. */
export function countRecord(
  counts: Record<RecordCount, number>,
  outcome: 'used' | 'duplicate' | 'refused' | 'open',
): void {
  counts.read += 1;
  counts[outcome] += 1;
}

export function countResolved(counts: Record<RecordCount, number>, became: 'used' | 'refused' | 'duplicate'): void {
  counts.open -= 1;
  counts[became] += 1;
}
