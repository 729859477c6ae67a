/** Whose word is taken. */
export interface PinnedRoots {
  /** Organisations whose signature is asked for, with their root certificates (PEM). Pinned by the caller, never taken from a receipt. */
  readonly roots: readonly { readonly mspId: string; readonly certificate: string }[];
  /** The chaincode whose word is taken; where absent, that of the receipt, which the organisations may have endorsed for another purpose. */
  readonly chaincode?: string;
  /** The channel whose word is taken: a receipt that does not prove its channel is then not believed. Where absent, any channel of these organisations. */
  readonly channel?: string;
  /** Revocation lists of these organisations' authorities (X.509 CRL, PEM), pinned like the roots: whom they withdraw has signed nothing. */
  readonly revocationLists?: readonly string[];
}
