import type { CarbonRecordBody, Day, Instant, MethodologyReference } from '@tanhui/sdk/model';
import { required } from '../kernel/index.ts';
import { commitmentOf, nullifierOf, recordText, saltOf } from './canonical-record.ts';
import type { RecordDocument } from './collections.ts';
import { parseSequenceId } from './ids.ts';

/** Finds the digest that is pinned under `id@version`. */
export type MethodologyLookup = (reference: string) => MethodologyReference;

/** What a record is made of, before it is committed to. */
export interface RecordDraft extends Omit<RecordDocument, 'nullifier' | 'commitment'> {
  readonly kind: RecordDocument['kind'];
}

/** The canonical body of a stored record. @see docs/spec/canonical-v1.md §2 */
export function bodyOf(id: string, document: RecordDraft, methodologyOf: MethodologyLookup): CarbonRecordBody {
  const { programme, day } = required(parseSequenceId(id), 'record id');
  return {
    v: 1,
    programme,
    id,
    kind: document.kind,
    day,
    mode: document.mode,
    district: document.district,
    evidence: document.evidence,
    methodology: document.methodology,
    methodologyDigest: methodologyOf(document.methodology).digest,
    quantities: document.quantities,
    reductionMilligrams: document.milligrams,
    activity: document.activity,
    ...(document.startedAt !== undefined && { startedAt: document.startedAt }),
    ...(document.endedAt !== undefined && { endedAt: document.endedAt }),
    ...(document.retrospective && { retrospective: document.retrospective }),
    ...(document.reverses !== undefined && { reverses: document.reverses }),
  };
}

/** What a record's leaf commits to. */
interface Opening {
  /** Of its account. */
  readonly secret: Uint8Array;
  readonly methodologyOf: MethodologyLookup;
}

function commitmentTo(id: string, draft: RecordDraft, { secret, methodologyOf }: Opening): string {
  return commitmentOf(saltOf(secret, id), recordText(bodyOf(id, draft, methodologyOf)));
}

/** Commits to a record: derives salt and nullifier from the account's secret and gives the document to store. */
export function sealable(
  id: string,
  draft: RecordDraft,
  opening: Opening & { readonly scope: string },
): RecordDocument {
  return {
    ...draft,
    nullifier: nullifierOf(opening.secret, opening.scope),
    commitment: commitmentTo(id, draft, opening),
  };
}

/** A record that no batch will ever hold, because its day was closed on the ledger without it. */
export interface LateRecord {
  readonly id: string;
  readonly record: RecordDocument;
}

/**
 * 补封记录: stands in, on another day, for a record that came too late. It says what that one said: a correction that points back to it, or, for a reversal, the reversal of what
 * that one took back. The nullifier is that one's, which stands in no batch: so a fact has one nullifier, whatever else corrects the record, and a person who was erased
 * needs no secret for it. What has no secret any more is only what its leaf is made of, as an erasure leaves it.
 */
export function standInFor(
  id: string,
  { id: lateId, record }: LateRecord,
  opening: Opening | { readonly erasedAt: Instant },
): RecordDocument {
  const kind = record.kind === 'reversal' ? 'reversal' : 'correction';
  if ('erasedAt' in opening) return { ...erasedRecord(record, opening.erasedAt), kind };
  const reverses = kind === 'reversal' ? required(record.reverses, 'what a reversal takes back') : lateId;
  const value: RecordDocument = { ...record, kind, reverses };
  return { ...value, commitment: commitmentTo(id, value, opening) };
}

/** 抹除后的记录: what its leaf is made of and nothing else, so that batches that hold it are built again byte by byte. */
export function erasedRecord(document: RecordDocument, erasedAt: Instant): RecordDocument {
  const { kind, mode, district, evidence, methodology, milligrams, nullifier, commitment, retrospective } = document;
  return {
    ...{ account: '', activity: '', quantities: {}, erasedAt },
    ...{ kind, mode, district, evidence, methodology, milligrams, nullifier, commitment },
    ...(retrospective && { retrospective }),
  };
}

/** What a nullifier is derived from, for an activity of a source. §2 */
export function activityScope(activity: { programme: string; day: Day; source: string; sourceKey: string }): string {
  return `${activity.programme}/${activity.day}/${activity.source}/${activity.sourceKey}`;
}

export function reversalScope(kind: 'reversal' | 'correction', recordId: string): string {
  return `${kind}/${recordId}`;
}
