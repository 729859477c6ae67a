import type { ActivityDocument } from '../activities/index.ts';
import { evidenceIndex, modeIndex, spanOf } from '../activities/index.ts';
import type { RecordDocument } from '../carbon/index.ts';
import { activityScope, reversalScope, sealable } from '../carbon/index.ts';
import { required } from '../kernel/index.ts';
import type { IntakeDeps, Quantified } from './model.ts';
import type { Candidate, Workbench } from './workbench.ts';

/** What the documents of a candidate are made from. */
export interface Subject {
  readonly bench: Workbench;
  readonly deps: IntakeDeps;
  readonly candidate: Candidate;
}

/** Its line in the book of its day. */
export function lineOf(
  { draft }: Candidate,
  line: { readonly activity: number; readonly keyDigest: string; readonly state: 'a' | 'r' | 'h' },
) {
  const span = spanOf(draft.occupies);
  return {
    a: line.activity,
    m: modeIndex(draft.mode),
    e: evidenceIndex(draft),
    k: line.keyDigest,
    s: line.state,
    ...(span !== undefined && { f: span.from, t: span.to }),
    ...(draft.distanceMeters !== undefined && { d: draft.distanceMeters }),
  };
}

type Grams = Extract<Quantified, { kind: 'quantified' }>;

/** The record of its grams, committed to. */
export function recordOf(
  { bench, deps, candidate }: Subject,
  ids: { readonly record: string; readonly activity: string },
  { quantified, corrects }: { readonly quantified: Grams; readonly corrects: string | undefined },
): RecordDocument {
  const { draft, account, day } = candidate;
  const { programme, source } = bench.scope;
  const { methodology } = quantified;
  return sealable(
    ids.record,
    {
      account,
      activity: ids.activity,
      kind: corrects === undefined ? 'record' : 'correction',
      mode: draft.mode,
      district: draft.district ?? deps.quantifier.districtOf(programme),
      evidence: draft.evidence,
      methodology: `${methodology.id}@${methodology.version}`,
      milligrams: String(quantified.milligrams),
      quantities: quantified.quantities,
      ...(draft.startedAt !== undefined && { startedAt: draft.startedAt }),
      ...(draft.endedAt !== undefined && { endedAt: draft.endedAt }),
      ...(quantified.isRetrospective && { retrospective: true as const }),
      ...(corrects !== undefined && { reverses: corrects }),
    },
    {
      secret: required(bench.standings.get(account), 'standing').secret,
      scope:
        corrects === undefined
          ? activityScope({ programme, day, source, sourceKey: draft.sourceKey })
          : reversalScope('correction', corrects),
      methodologyOf: deps.quantifier.methodologyOf,
    },
  );
}

/** @param sourceKey the keyed digest of its source key */
export function activityOf({ bench, deps, candidate }: Subject, sourceKey: string): Omit<ActivityDocument, 'status'> {
  const { draft, account, day } = candidate;
  const { programme, source, run } = bench.scope;
  return {
    programme,
    day,
    source,
    run,
    account,
    sourceKey,
    mode: draft.mode,
    evidence: draft.evidence,
    occurredAt: draft.occurredAt,
    district: draft.district ?? deps.quantifier.districtOf(programme),
    basis: draft.basis,
    ...(draft.sourceKeyIsGlobal === true && { sourceKeyIsGlobal: true }),
    ...optionalFacts(draft),
  };
}

const optionalNames = [
  'startedAt',
  'endedAt',
  'distanceMeters',
  'energyWattHours',
  'steps',
  'fromPlace',
  'toPlace',
  'basedOn',
] as const;

function optionalFacts(draft: Candidate['draft']): Partial<Pick<ActivityDocument, (typeof optionalNames)[number]>> {
  const facts: Record<string, string | number> = {};
  for (const name of optionalNames) {
    const value = draft[name];
    if (value !== undefined) facts[name] = value;
  }
  return facts;
}
