import policies from '@hyperledger/fabric-protos/lib/common/policies_pb.js';
import principals from '@hyperledger/fabric-protos/lib/msp/msp_principal_pb.js';

/** Deeper nesting than this is no policy that anybody means. */
const maxDepth = 16;

/** MSP ids of who signed: as anybody of the organisation, and as one of its peers. */
export interface Signers {
  readonly members: ReadonlySet<string>;
  readonly peers: ReadonlySet<string>;
}

/** Whether these organisations satisfy a `common.SignaturePolicyEnvelope`; principals are roles of an organisation, and an unreadable policy is satisfied by nobody. */
export function satisfies(policy: Uint8Array, signers: Signers): boolean {
  try {
    const envelope = policies.SignaturePolicyEnvelope.deserializeBinary(policy);
    const signed = envelope.getIdentitiesList().map((principal) => isSignedBy(principal, signers));
    const rule = envelope.getRule();
    return rule !== undefined && holds(signed, rule, maxDepth);
  } catch {
    return false;
  }
}

const { MSPRoleType } = principals.MSPRole;

/** Of roles there are two that endorse: any member, and a peer. */
function isSignedBy(principal: principals.MSPPrincipal, { members, peers }: Signers): boolean {
  if (principal.getPrincipalClassification() !== principals.MSPPrincipal.Classification.ROLE) return false;
  const role = principals.MSPRole.deserializeBinary(principal.getPrincipal_asU8());
  if (role.getRole() === MSPRoleType.MEMBER) return members.has(role.getMspIdentifier());
  return role.getRole() === MSPRoleType.PEER && peers.has(role.getMspIdentifier());
}

/** @param signed of each principal whether it has */
function holds(signed: readonly boolean[], rule: policies.SignaturePolicy, depth: number): boolean {
  if (depth === 0) return false;
  const several = rule.getNOutOf();
  if (several !== undefined)
    return several.getRulesList().filter((each) => holds(signed, each, depth - 1)).length >= several.getN();
  return signed[rule.getSignedBy()] === true;
}
