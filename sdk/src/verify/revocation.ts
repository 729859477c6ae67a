import { hex, MalformedError } from './bytes.ts';
import type { Element } from './der.ts';
import { children, readSigned, tags } from './der.ts';
import type { Certificate } from './x509.ts';
import { isSigned, serialText } from './x509.ts';

/** Serial numbers that an authority has withdrawn, hex, by its key. */
export interface Revocations {
  isRevoked(certificate: Pick<Certificate, 'serial'>, issuer: Pick<Certificate, 'publicKey'>): boolean;
}

/**
 * Reads revocation lists 吊销列表 (X.509 v2, PEM), each of which one of the roots has to have signed: one that is not believed is a failure, for what it withdraws would pass unseen. When a
 * certificate was withdrawn does not matter: whoever holds a stolen key chooses the time that his transaction bears.
 */
export async function readRevocations(lists: readonly string[], roots: readonly Certificate[]): Promise<Revocations> {
  const withdrawn = new Set<string>();
  for (const pem of lists) {
    const { issuer, serials } = await believed(pem, roots);
    for (const serial of serials) withdrawn.add(nameOf(issuer, serial));
  }
  return { isRevoked: ({ serial }, issuer) => withdrawn.has(nameOf(issuer, serial)) };
}

function nameOf({ publicKey }: Pick<Certificate, 'publicKey'>, serial: string): string {
  return `${hex(publicKey)}/${serial}`;
}

async function believed(pem: string, roots: readonly Certificate[]) {
  try {
    const { fields, signed, signature } = readSigned(pem, 'X509 CRL');
    const serials = serialsOf(fields);
    for (const issuer of roots) if (await isSigned(signed, signature, issuer.publicKey)) return { issuer, serials };
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : 'unreadable');
  }
  throw unusable('no pinned root has signed it');
}

function unusable(why: string): MalformedError {
  return new MalformedError(`a pinned revocation list cannot be used: ${why}`, 'REVOCATION_LIST_UNUSABLE');
}

/** version, algorithm, issuer, this update, next update?, revoked certificates?, extensions? */
function serialsOf([version, , issuer, ...rest]: readonly Element[]): string[] {
  if (version?.tag !== tags.integer || issuer?.tag !== tags.sequence) throw new MalformedError('revocation list');
  const revoked = rest.find(({ tag }) => tag === tags.sequence);
  return revoked === undefined ? [] : children(revoked).map(serialOf);
}

function serialOf(entry: Element): string {
  const [serial] = children(entry);
  if (serial?.tag !== tags.integer) throw new MalformedError('revoked certificate');
  return serialText(serial);
}
