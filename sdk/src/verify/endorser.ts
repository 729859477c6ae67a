import { concat, fromBase64 } from './bytes.ts';
import type { FailureCode } from './bytes.ts';
import type { PinnedRoots } from './pinned.ts';
import type { Fields } from './fields.ts';
import { list, object, text } from './fields.ts';
import { readMessage } from './protobuf.ts';
import type { Revocations } from './revocation.ts';
import { readRevocations } from './revocation.ts';
import type { Certificate } from './x509.ts';
import { isSigned, readCertificate } from './x509.ts';

/** Whose signatures hold, and of whom else a signature was found that does not count, and why. */
export interface Signers {
  readonly counted: ReadonlySet<string>;
  readonly discounted: ReadonlyMap<string, FailureCode>;
}

interface Judge {
  readonly roots: readonly { readonly mspId: string; readonly certificate: Certificate }[];
  readonly revocations: Revocations;
  /** When the transaction says that it was proposed; unknown of a receipt that does not hold the proposal. */
  readonly proposedAt: number | undefined;
}

/** @param endorsed what they signed, and when it says that it was proposed */
export async function signersOf(
  endorsed: { readonly payload: Uint8Array; readonly proposedAt: number | undefined },
  transaction: Fields,
  pinned: PinnedRoots,
): Promise<Signers> {
  const roots = pinned.roots.map((root) => ({ mspId: root.mspId, certificate: readCertificate(root.certificate) }));
  const certificates = roots.map(({ certificate }) => certificate);
  const revocations = await readRevocations(pinned.revocationLists ?? [], certificates);
  const judge = { roots, revocations, proposedAt: endorsed.proposedAt };
  const counted = new Set<string>();
  const discounted = new Map<string, FailureCode>();
  for (const endorsement of list(transaction['endorsements'], 16)) {
    const endorser = fromBase64(text(object(endorsement), 'endorser'));
    const signer = await signerOf(endorser, judge);
    if (signer === undefined) continue;
    const signature = fromBase64(text(object(endorsement), 'signature'));
    if (!(await isSigned(concat([endorsed.payload, endorser]), signature, signer.publicKey))) continue;
    if (signer.objection === undefined) counted.add(signer.mspId);
    else discounted.set(signer.mspId, signer.objection);
  }
  return { counted, discounted };
}

/** Of all whom a root certifies, only an organisation's peers endorse; its clients' keys may be in other hands. */
const endorsingUnit = 'peer';

interface Signer {
  readonly mspId: string;
  readonly publicKey: Uint8Array;
  readonly objection: FailureCode | undefined;
}

/** The endorser's certificate has to be a peer's, signed by the pinned root of the organisation that it claims. */
async function signerOf(endorser: Uint8Array, judge: Judge): Promise<Signer | undefined> {
  const identity = readMessage(endorser);
  const mspId = new TextDecoder().decode(identity.bytes(1));
  const certificate = readCertificate(new TextDecoder().decode(identity.bytes(2)));
  if (!certificate.units.includes(endorsingUnit)) return undefined;
  const { signed, signature, publicKey } = certificate;
  for (const root of judge.roots.filter((candidate) => candidate.mspId === mspId)) {
    if (await isSigned(signed, signature, root.certificate.publicKey))
      return { mspId, publicKey, objection: objectionTo(certificate, root.certificate, judge) };
  }
  return undefined;
}

function objectionTo(certificate: Certificate, root: Certificate, judge: Judge): FailureCode | undefined {
  if (judge.revocations.isRevoked(certificate, root)) return 'CERTIFICATE_REVOKED';
  const at = judge.proposedAt;
  const isInForce = (one: Certificate): boolean => at === undefined || (one.notBefore <= at && at <= one.notAfter);
  return isInForce(certificate) && isInForce(root) ? undefined : 'CERTIFICATE_NOT_IN_FORCE';
}
