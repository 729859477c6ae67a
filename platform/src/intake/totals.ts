import type { ActivityDraft, Day, Instant } from '@tanhui/sdk/model';
import { startOfDay } from '@tanhui/sdk/model';
import type { DayTotals } from '../carbon/index.ts';

const hourMs = 3_600_000;

export type RecordCount = keyof DayTotals['records'];

/** What a batch adds to the totals of one programme and day; mutable while the batch is decided. */
export interface TotalsDelta {
  readonly records: Record<RecordCount, number>;
  readonly activities: { accepted: number; refused: number; held: number; reversed: number };
  milligrams: bigint;
  readonly byMode: Map<string, { count: number; milligrams: bigint }>;
  readonly byEvidence: Map<string, { count: number; milligrams: bigint }>;
  readonly byHour: Map<string, bigint>;
  readonly refusals: Map<string, number>;
}

export function newDelta(): TotalsDelta {
  return {
    records: { read: 0, used: 0, duplicate: 0, refused: 0, open: 0 },
    activities: { accepted: 0, refused: 0, held: 0, reversed: 0 },
    milligrams: 0n,
    byMode: new Map(),
    byEvidence: new Map(),
    byHour: new Map(),
    refusals: new Map(),
  };
}

/** Counts an accepted activity, or takes a reversed one back (`sign` −1); of which hour it was is not known of what was erased. */
export function countGrams(
  delta: TotalsDelta,
  draft: Pick<ActivityDraft, 'mode' | 'evidence'> & { readonly occurredAt: Instant | undefined; readonly day: Day },
  amount: { readonly milligrams: bigint; readonly sign: 1 | -1 },
): void {
  const signed = amount.sign === 1 ? amount.milligrams : -amount.milligrams;
  delta.milligrams += signed;
  const by = { count: amount.sign, milligrams: signed };
  addTo(delta.byMode, draft.mode, by);
  addTo(delta.byEvidence, draft.evidence, by);
  if (draft.occurredAt === undefined) return;
  const hour = Math.min(23, Math.max(0, Math.floor((draft.occurredAt - startOfDay(draft.day)) / hourMs)));
  const cell = `${String(hour)}/${draft.mode}`;
  delta.byHour.set(cell, (delta.byHour.get(cell) ?? 0n) + signed);
}

function addTo(
  lines: Map<string, { count: number; milligrams: bigint }>,
  name: string,
  by: { readonly count: number; readonly milligrams: bigint },
): void {
  const line = lines.get(name);
  if (line === undefined) lines.set(name, { ...by });
  else {
    line.count += by.count;
    line.milligrams += by.milligrams;
  }
}

export function countRefusal(delta: TotalsDelta, code: string): void {
  delta.refusals.set(code, (delta.refusals.get(code) ?? 0) + 1);
}

/** The stored totals with a batch's added. */
export function applyDelta(totals: DayTotals, delta: TotalsDelta): DayTotals {
  const records = { ...totals.records };
  for (const name of Object.keys(records) as RecordCount[]) records[name] += delta.records[name];
  const byHour: Record<string, string> = { ...totals.byHour };
  for (const [cell, milligrams] of delta.byHour) byHour[cell] = String(BigInt(byHour[cell] ?? 0) + milligrams);
  const refusals: Record<string, number> = { ...totals.refusals };
  for (const [code, count] of delta.refusals) refusals[code] = (refusals[code] ?? 0) + count;
  return {
    records,
    activities: {
      accepted: totals.activities.accepted + delta.activities.accepted,
      refused: totals.activities.refused + delta.activities.refused,
      held: totals.activities.held + delta.activities.held,
      reversed: totals.activities.reversed + delta.activities.reversed,
    },
    milligrams: String(BigInt(totals.milligrams) + delta.milligrams),
    byMode: addLines(totals.byMode, delta.byMode),
    byEvidence: addLines(totals.byEvidence, delta.byEvidence),
    byHour,
    refusals,
  };
}

function addLines(
  lines: DayTotals['byMode'],
  delta: ReadonlyMap<string, { readonly count: number; readonly milligrams: bigint }>,
): DayTotals['byMode'] {
  const sums: Record<string, readonly [number, string]> = { ...lines };
  for (const [name, by] of delta) {
    const [count, milligrams] = sums[name] ?? [0, '0'];
    sums[name] = [count + by.count, String(BigInt(milligrams) + by.milligrams)];
  }
  return sums;
}
