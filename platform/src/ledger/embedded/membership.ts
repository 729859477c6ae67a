import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Organisation {
  readonly mspId: string;
  readonly rootCertificate: string;
}

/** Whom an organisation has certified. */
export interface Membership {
  /** The public key of a certificate that the root of its organisation has signed; undefined of any other. */
  keyOf(identity: { readonly mspId: string; readonly certificate: string }): KeyObject | undefined;
}

/** A network has few identities; more than this are somebody's attempt. */
const maxKnown = 1_000;

/** 成员服务: checks each certificate once and remembers it, since the same few sign everything. */
export function createMembership(organisations: readonly Organisation[]): Membership {
  const roots = new Map(
    organisations.map(({ mspId, rootCertificate }) => [mspId, new X509Certificate(rootCertificate)] as const),
  );
  const known = new Map<string, KeyObject | undefined>();
  return {
    keyOf({ mspId, certificate }) {
      const name = `${mspId}\0${certificate}`;
      if (known.has(name)) return known.get(name);
      if (known.size >= maxKnown) known.clear();
      const key = certifiedKey(roots.get(mspId), certificate);
      known.set(name, key);
      return key;
    },
  };
}

function certifiedKey(root: X509Certificate | undefined, pem: string): KeyObject | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return root !== undefined && certificate.verify(root.publicKey) ? certificate.publicKey : undefined;
  } catch {
    return undefined;
  }
}
