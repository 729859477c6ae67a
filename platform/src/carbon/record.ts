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

/** Commits to a record: derives salt and nullifier from the account's secret and gives the document to store. */
export function sealable(
  id: string,
  draft: RecordDraft,
  opening: { readonly secret: Uint8Array; readonly scope: string; readonly methodologyOf: MethodologyLookup },
): RecordDocument {
  const text = recordText(bodyOf(id, draft, opening.methodologyOf));
  return {
    ...draft,
    nullifier: nullifierOf(opening.secret, opening.scope),
    commitment: commitmentOf(saltOf(opening.secret, id), text),
  };
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
