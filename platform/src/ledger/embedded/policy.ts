import { common, msp } from '@hyperledger/fabric-protos';

/** Deeper nesting than this is no policy that anybody means. */
const maxDepth = 16;

/** Whether these organisations satisfy a `common.SignaturePolicyEnvelope`; principals are roles of an organisation, and an unreadable policy is satisfied by nobody. */
export function satisfies(policy: Uint8Array, signers: ReadonlySet<string>): boolean {
  try {
    const envelope = common.SignaturePolicyEnvelope.deserializeBinary(policy);
    const principals = envelope.getIdentitiesList().map(organisationOf);
    const rule = envelope.getRule();
    return rule !== undefined && holds({ principals, signers }, rule, maxDepth);
  } catch {
    return false;
  }
}

function organisationOf(principal: msp.MSPPrincipal): string | undefined {
  if (principal.getPrincipalClassification() !== msp.MSPPrincipal.Classification.ROLE) return undefined;
  return msp.MSPRole.deserializeBinary(principal.getPrincipal_asU8()).getMspIdentifier();
}

function holds(
  given: { readonly principals: readonly (string | undefined)[]; readonly signers: ReadonlySet<string> },
  rule: common.SignaturePolicy,
  depth: number,
): boolean {
  if (depth === 0) return false;
  const several = rule.getNOutOf();
  if (several !== undefined)
    return several.getRulesList().filter((each) => holds(given, each, depth - 1)).length >= several.getN();
  const organisation = given.principals[rule.getSignedBy()];
  return organisation !== undefined && given.signers.has(organisation);
}
