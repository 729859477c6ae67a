import type { IntakeCounts } from './model.ts';

export const noCounts: IntakeCounts = {
  records: { read: 0, used: 0, duplicate: 0, refused: 0, open: 0 },
  activities: { accepted: {}, byEvidence: {}, refused: {}, held: {} },
  reductionMilligrams: '0',
};

/** Adds two sets of counts; used for a batch onto its run. */
export function addCounts(first: IntakeCounts, second: IntakeCounts): IntakeCounts {
  return {
    records: {
      read: first.records.read + second.records.read,
      used: first.records.used + second.records.used,
      duplicate: first.records.duplicate + second.records.duplicate,
      refused: first.records.refused + second.records.refused,
      open: first.records.open + second.records.open,
    },
    activities: {
      accepted: addTallies(first.activities.accepted, second.activities.accepted),
      byEvidence: addTallies(first.activities.byEvidence, second.activities.byEvidence),
      refused: addTallies(first.activities.refused, second.activities.refused),
      held: addTallies(first.activities.held, second.activities.held),
    },
    reductionMilligrams: String(BigInt(first.reductionMilligrams) + BigInt(second.reductionMilligrams)),
  };
}

type Tally = Readonly<Record<string, number>>;

export function addTallies(first: Tally, second: Tally): Tally {
  const total: Record<string, number> = { ...first };
  for (const [name, count] of Object.entries(second)) total[name] = (total[name] ?? 0) + count;
  return total;
}

export function tally(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
