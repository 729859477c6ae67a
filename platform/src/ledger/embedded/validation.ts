import { hash } from 'node:crypto';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import msp from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import chaincodeEvents from '@hyperledger/fabric-protos/lib/peer/chaincode_event_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import responses from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';
import transactions from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';
import { validationCodes } from '../port.ts';
import { isSignedBy } from '../signing.ts';
import type { Membership } from './membership.ts';
import type { Signers } from './policy.ts';
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
  /** What was endorsed is what this envelope proposes: its id, its channel, its arguments. */
  readonly isOfItsProposal: boolean;
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
  const header = payload.getHeader();
  return {
    payload: envelope.getPayload_asU8(),
    signature: envelope.getSignature_asU8(),
    ...headerOf(header),
    ...actionOf(payload.getData_asU8(), header?.getChannelHeader_asU8() ?? nothing),
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

function actionOf(
  data: Uint8Array,
  channelHeader: Uint8Array,
): Pick<OpenedEnvelope, 'isOfItsProposal' | 'set' | 'event' | 'responsePayload' | 'endorsements'> {
  const [action] = transactions.Transaction.deserializeBinary(data).getActionsList();
  const payload = transactions.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? nothing);
  const endorsed = payload.getAction();
  const responsePayload = endorsed?.getProposalResponsePayload_asU8() ?? nothing;
  const response = responses.ProposalResponsePayload.deserializeBinary(responsePayload);
  const chaincodeAction = proposals.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  const proposed = [channelHeader, action?.getHeader_asU8() ?? nothing, payload.getChaincodeProposalPayload_asU8()];
  return {
    isOfItsProposal: hash('sha256', Buffer.concat(proposed), 'buffer').equals(response.getProposalHash_asU8()),
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
  const event = chaincodeEvents.ChaincodeEvent.deserializeBinary(bytes);
  return { name: event.getEventName(), payload: event.getPayload_asU8() };
}

/** The state as the block so far leaves it, and what its transactions have done. */
export interface BlockView {
  readonly number: number;
  readonly state: State;
  readonly membership: Membership;
  /** Organisations that have to endorse what no key's own policy decides. */
  readonly organisations: readonly string[];
  /** What its valid transactions wrote. */
  readonly touched: Set<string>;
  /** Keys whose policy a transaction of this block was endorsed to change, valid or not: Fabric lets nobody write them in the same block. */
  readonly repoliced: Set<string>;
  /** Policies that stood before this block, of keys that it wrote: they decide until its end. */
  readonly policiesBefore: Map<string, Uint8Array | undefined>;
  /** Ids of its transactions that were endorsed as they have to be: only these make another one a duplicate. */
  readonly endorsed: Set<string>;
}

/** Whether the envelope is signed by somebody of the channel who may write: ordering takes no other. */
export function isFromWriter(membership: Membership, envelope: OpenedEnvelope): boolean {
  return isFromMember(membership, envelope) && membership.memberOf(envelope.creator)?.mayWrite === true;
}

function isFromMember(membership: Membership, { creator, payload, signature }: OpenedEnvelope): boolean {
  const member = membership.memberOf(creator);
  return member !== undefined && isSignedBy(payload, signature, member.key);
}

/** Validates one transaction of a block as Fabric does, in its order and with its codes. */
export function validate(view: BlockView, transaction: OpenedEnvelope): number {
  if (!isFromMember(view.membership, transaction)) return validationCodes.badCreatorSignature;
  if (!transaction.isIdOfItsCreator) return validationCodes.badProposalTransactionId;
  if (!transaction.isOfItsProposal) return validationCodes.invalidEndorserTransaction;
  const { set, id } = transaction;
  if (isInEarlierBlock(view, id)) return validationCodes.duplicateTransactionId;
  if (!isEndorsed(view, transaction)) return validationCodes.endorsementPolicyFailure;
  for (const key of set.policies.keys()) view.repoliced.add(key);
  if (view.endorsed.has(id)) return validationCodes.duplicateTransactionId;
  view.endorsed.add(id);
  return validateReads(view, set);
}

function isInEarlierBlock({ state, number }: BlockView, id: string): boolean {
  const place = state.place(id);
  return place !== undefined && place.block !== number;
}

function validateReads(view: BlockView, set: ReadWriteSet): number {
  if (!arePublicReadsSame(view, set)) return validationCodes.mvccReadConflict;
  if (set.ranges.some((range) => !isRangeSame(view.state, range))) return validationCodes.phantomReadConflict;
  return arePrivateReadsSame(view, set) ? validationCodes.valid : validationCodes.mvccReadConflict;
}

/** Notes what a valid transaction changes, before it does so, for those behind it in the block. */
export function noteChanges(view: BlockView, { set }: OpenedEnvelope): void {
  for (const key of [...set.writes.keys(), ...set.policies.keys()]) {
    view.touched.add(placeOf('', key));
    if (!view.policiesBefore.has(key)) view.policiesBefore.set(key, policyOf(view, key));
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
  const byAll = view.organisations.every((mspId) => signers.peers.has(mspId));
  const { writes, policies, collections } = transaction.set;
  const keys = new Set([...writes.keys(), ...policies.keys()]);
  const hasPrivateWrites = [...collections.values()].some((collection) => collection.writes.size > 0);
  if (keys.size === 0 || hasPrivateWrites) if (!byAll) return false;
  return [...keys].every((key) => {
    if (view.repoliced.has(key)) return false;
    const policy = policyOf(view, key);
    return policy === undefined ? byAll : satisfies(policy, signers);
  });
}

function policyOf({ policiesBefore, state }: BlockView, key: string): Uint8Array | undefined {
  return policiesBefore.has(key) ? policiesBefore.get(key) : state.get('', Buffer.from(key))?.policy;
}

function signersOf(membership: Membership, { responsePayload, endorsements }: OpenedEnvelope): Signers {
  const signers = { members: new Set<string>(), peers: new Set<string>() };
  for (const endorsement of endorsements) {
    const member = membership.memberOf(endorsement);
    const signed = Buffer.concat([responsePayload, endorsement.endorser]);
    if (member === undefined || !isSignedBy(signed, endorsement.signature, member.key)) continue;
    signers.members.add(endorsement.mspId);
    if (member.isPeer) signers.peers.add(endorsement.mspId);
  }
  return signers;
}

function arePublicReadsSame({ state, touched }: BlockView, { reads }: ReadWriteSet): boolean {
  return [...reads].every(
    ([key, version]) => !touched.has(placeOf('', key)) && isSame(state.get('', Buffer.from(key))?.version, version),
  );
}

function arePrivateReadsSame({ state, touched }: BlockView, { collections }: ReadWriteSet): boolean {
  return [...collections].every(([collection, { reads }]) =>
    [...reads].every(([keyHash, version]) => {
      const now = state.get(collection, Buffer.from(keyHash, 'hex'))?.version;
      return !touched.has(placeOf(collection, keyHash)) && isSame(now, version);
    }),
  );
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
