import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Organisation {
  readonly mspId: string;
  readonly rootCertificate: string;
}

/** Somebody whom the root of an organisation has certified. */
export interface Member {
  readonly key: KeyObject;
  /** A peer endorses for its organisation; a client does not. */
  readonly isPeer: boolean;
  /** Clients and administrators hand envelopes to ordering; peers and orderers do not: the channel's policy for writers. */
  readonly mayWrite: boolean;
}

/** Whom an organisation has certified. */
export interface Membership {
  /** Undefined where the root of the organisation has not signed the certificate. */
  memberOf(identity: { readonly mspId: string; readonly certificate: string }): Member | undefined;
}

/** A network has few identities; more than this are somebody's attempt. */
const maxKnown = 1_000;

/** 成员服务: checks each certificate once and remembers it, since the same few sign everything. */
export function createMembership(organisations: readonly Organisation[]): Membership {
  const roots = new Map(
    organisations.map(({ mspId, rootCertificate }) => [mspId, new X509Certificate(rootCertificate)] as const),
  );
  const known = new Map<string, Member | undefined>();
  return {
    memberOf({ mspId, certificate }) {
      const name = `${mspId}\0${certificate}`;
      if (known.has(name)) return known.get(name);
      if (known.size >= maxKnown) known.clear();
      const member = certified(roots.get(mspId), certificate);
      known.set(name, member);
      return member;
    },
  };
}

function certified(root: X509Certificate | undefined, pem: string): Member | undefined {
  try {
    const certificate = new X509Certificate(pem);
    if (root === undefined || !certificate.verify(root.publicKey)) return undefined;
    const parts = certificate.subject.split('\n');
    return {
      key: certificate.publicKey,
      isPeer: parts.includes('OU=peer'),
      mayWrite: parts.includes('OU=client') || parts.includes('OU=admin'),
    };
  } catch {
    return undefined;
  }
}
