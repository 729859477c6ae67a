import { hash } from 'node:crypto';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import { validationCodes } from '../port.ts';
import { isSignedBy } from '../signing.ts';
import type { Membership } from './membership.ts';
import { satisfies } from './policy.ts';
import { decodeSet } from './read-write-set.ts';
import type { RangeRead, ReadWriteSet } from './read-write-set.ts';
import { isSame } from './simulation.ts';
import type { State } from './state.ts';

interface Identity {
  readonly mspId: string;
  readonly certificate: string;
}

/** An envelope taken apart for validation. */
export interface OpenedEnvelope {
  readonly id: string;
  readonly at: number;
  readonly channel: string;
  readonly isIdOfItsCreator: boolean;
  readonly creator: Identity;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly set: ReadWriteSet;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly (Identity & { readonly endorser: Uint8Array; readonly signature: Uint8Array })[];
}

/** Takes an envelope apart; throws where it is none. */
export function openEnvelope(bytes: Uint8Array): OpenedEnvelope {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  return {
    payload: envelope.getPayload_asU8(),
    signature: envelope.getSignature_asU8(),
    ...headerOf(payload.getHeader()),
    ...actionOf(payload.getData_asU8()),
  };
}

const nothing = new Uint8Array();

function headerOf(
  header: common.Header | undefined,
): Pick<OpenedEnvelope, 'id' | 'at' | 'channel' | 'creator' | 'isIdOfItsCreator'> {
  const channelHeader = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? nothing);
  const signatureHeader = common.SignatureHeader.deserializeBinary(header?.getSignatureHeader_asU8() ?? nothing);
  const creator = signatureHeader.getCreator_asU8();
  const timestamp = channelHeader.getTimestamp();
  return {
    id: channelHeader.getTxId(),
    at: (timestamp?.getSeconds() ?? 0) * 1000 + Math.floor((timestamp?.getNanos() ?? 0) / 1_000_000),
    channel: channelHeader.getChannelId(),
    isIdOfItsCreator:
      hash('sha256', Buffer.concat([signatureHeader.getNonce_asU8(), creator]), 'hex') === channelHeader.getTxId(),
    creator: identityOf(creator),
  };
}

function actionOf(data: Uint8Array): Pick<OpenedEnvelope, 'set' | 'event' | 'responsePayload' | 'endorsements'> {
  const [action] = peer.Transaction.deserializeBinary(data).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? nothing).getAction();
  const responsePayload = endorsed?.getProposalResponsePayload_asU8() ?? nothing;
  const extension = peer.ProposalResponsePayload.deserializeBinary(responsePayload).getExtension_asU8();
  const chaincodeAction = peer.ChaincodeAction.deserializeBinary(extension);
  return {
    set: decodeSet(chaincodeAction.getResults_asU8()),
    event: eventOf(chaincodeAction.getEvents_asU8()),
    responsePayload,
    endorsements: (endorsed?.getEndorsementsList() ?? []).map((endorsement) => ({
      ...identityOf(endorsement.getEndorser_asU8()),
      endorser: endorsement.getEndorser_asU8(),
      signature: endorsement.getSignature_asU8(),
    })),
  };
}

function identityOf(bytes: Uint8Array): Identity {
  const identity = msp.SerializedIdentity.deserializeBinary(bytes);
  return { mspId: identity.getMspid(), certificate: Buffer.from(identity.getIdBytes_asU8()).toString() };
}

function eventOf(bytes: Uint8Array): OpenedEnvelope['event'] {
  if (bytes.length === 0) return undefined;
  const event = peer.ChaincodeEvent.deserializeBinary(bytes);
  return { name: event.getEventName(), payload: event.getPayload_asU8() };
}

/** The state as the block so far leaves it, and what its valid transactions have touched. */
export interface BlockView {
  readonly state: State;
  readonly membership: Membership;
  /** Organisations that have to endorse what no key's own policy decides. */
  readonly organisations: readonly string[];
  readonly touched: Set<string>;
  /** Keys whose policy changed in this block: Fabric lets nobody write them in the same block. */
  readonly repoliced: Set<string>;
  readonly seen: Set<string>;
}

/** Whether the envelope is signed by somebody of the channel: ordering takes no other. */
export function isFromMember(membership: Membership, { creator, payload, signature }: OpenedEnvelope): boolean {
  const key = membership.keyOf(creator);
  return key !== undefined && isSignedBy(payload, signature, key);
}

/** Validates one transaction of a block as Fabric does, in its order and with its codes. */
export function validate(view: BlockView, transaction: OpenedEnvelope): number {
  if (!isFromMember(view.membership, transaction)) return validationCodes.badCreatorSignature;
  if (!transaction.isIdOfItsCreator) return validationCodes.badProposalTransactionId;
  if (view.seen.has(transaction.id) || view.state.place(transaction.id) !== undefined)
    return validationCodes.duplicateTransactionId;
  if (!isEndorsed(view, transaction)) return validationCodes.endorsementPolicyFailure;
  if (!areReadsSame(view, transaction.set)) return validationCodes.mvccReadConflict;
  return transaction.set.ranges.some((range) => !isRangeSame(view.state, range))
    ? validationCodes.phantomReadConflict
    : validationCodes.valid;
}

/** Notes what a valid transaction changed, for those behind it in the block. */
export function noteChanges(view: BlockView, { set }: OpenedEnvelope): void {
  for (const key of set.writes.keys()) view.touched.add(placeOf('', key));
  for (const key of set.policies.keys()) {
    view.touched.add(placeOf('', key));
    view.repoliced.add(key);
  }
  for (const [collection, { writes }] of set.collections)
    for (const keyHash of writes.keys()) view.touched.add(placeOf(collection, keyHash));
}

function placeOf(space: string, key: string): string {
  return `${space}\0${key}`;
}

/** A key with a policy of its own is decided by it; whatever else is written, and a transaction that writes nothing, by the chaincode's. */
function isEndorsed(view: BlockView, transaction: OpenedEnvelope): boolean {
  const signers = signersOf(view.membership, transaction);
  const byAll = view.organisations.every((mspId) => signers.has(mspId));
  const { writes, policies, collections } = transaction.set;
  const keys = new Set([...writes.keys(), ...policies.keys()]);
  const hasPrivateWrites = [...collections.values()].some((collection) => collection.writes.size > 0);
  if (keys.size === 0 || hasPrivateWrites) if (!byAll) return false;
  return [...keys].every((key) => {
    if (view.repoliced.has(key)) return false;
    const policy = view.state.get('', Buffer.from(key))?.policy;
    return policy === undefined ? byAll : satisfies(policy, signers);
  });
}

function signersOf(membership: Membership, { responsePayload, endorsements }: OpenedEnvelope): ReadonlySet<string> {
  const signers = new Set<string>();
  for (const endorsement of endorsements) {
    const key = membership.keyOf(endorsement);
    const signed = Buffer.concat([responsePayload, endorsement.endorser]);
    if (key !== undefined && isSignedBy(signed, endorsement.signature, key)) signers.add(endorsement.mspId);
  }
  return signers;
}

function areReadsSame({ state, touched }: BlockView, set: ReadWriteSet): boolean {
  for (const [key, version] of set.reads)
    if (touched.has(placeOf('', key)) || !isSame(state.get('', Buffer.from(key))?.version, version)) return false;
  for (const [collection, { reads }] of set.collections) {
    for (const [keyHash, version] of reads) {
      const now = state.get(collection, Buffer.from(keyHash, 'hex'))?.version;
      if (touched.has(placeOf(collection, keyHash)) || !isSame(now, version)) return false;
    }
  }
  return true;
}

/** A range that was not read to its end is compared up to and with the last key seen. */
function isRangeSame(state: State, range: RangeRead): boolean {
  const limit = range.keys.length + 1;
  const to = range.isExhausted ? range.to : `${range.to}\0`;
  const now = state.range({ from: range.from, to, limit });
  return (
    now.length === range.keys.length &&
    now.every(({ key, version }, at) => range.keys[at]?.key === key && isSame(range.keys[at].version, version))
  );
}
