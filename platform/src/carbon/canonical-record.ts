import type { CarbonRecordBody } from '@tanhui/sdk/model';
import { sha256 } from '../kernel/index.ts';

const saltTag = 'tanhui-salt-v1\0';
const commitmentTag = 'tanhui-commitment-v1\0';
const nullifierTag = 'tanhui-nullifier-v1\0';
const nullifierDigits = 32;

/**
 * The canonical text of a record: the same as `canonicalJson` of it, which a property test holds it to. Members are laid down in their sorted
 * order, so that the engine's own writer gives canonical bytes; absent ones are undefined, which it leaves out.
 * @see docs/spec/canonical-v1.md §2
 */
export function recordText(body: CarbonRecordBody): string {
  return JSON.stringify({
    activity: body.activity,
    day: body.day,
    district: body.district,
    endedAt: body.endedAt,
    evidence: body.evidence,
    id: body.id,
    kind: body.kind,
    methodology: body.methodology,
    methodologyDigest: body.methodologyDigest,
    mode: body.mode,
    programme: body.programme,
    quantities: inOrder(body.quantities),
    reductionMilligrams: body.reductionMilligrams,
    retrospective: body.retrospective,
    reverses: body.reverses,
    startedAt: body.startedAt,
    v: body.v,
  });
}

function inOrder(quantities: CarbonRecordBody['quantities']): CarbonRecordBody['quantities'] {
  const names = Object.keys(quantities);
  if (names.length < 2) return quantities;
  return Object.fromEntries(names.sort().map((name) => [name, quantities[name] ?? '']));
}

/** Opens a record's commitment, hex; derived from the account's one secret, so that destroying the secret closes every opening at once. §2 */
export function saltOf(secret: Uint8Array, recordId: string): string {
  return sha256([saltTag, secret, recordId], 'hex');
}

/** @param salt hex */
export function commitmentOf(salt: string, record: string): string {
  return sha256([commitmentTag, { hex: salt }, record], 'base64');
}

/** Names the fact without the person, hex: the same trip of the same account always has the same one. §2 */
export function nullifierOf(secret: Uint8Array, scope: string): string {
  return sha256([nullifierTag, secret, scope], 'hex').slice(0, nullifierDigits);
}
