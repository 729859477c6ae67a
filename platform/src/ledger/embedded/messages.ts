import { hash } from 'node:crypto';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import msp from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import chaincodeEvents from '@hyperledger/fabric-protos/lib/peer/chaincode_event_pb.js';
import chaincode from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import responses from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';
import transactions from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { signLowS } from '../signing.ts';
import { encodeSet } from './read-write-set.ts';
import type { ReadWriteSet } from './read-write-set.ts';

/** An identity that signs: an organisation's endorser, or one of our service roles. */
export interface Signer {
  readonly mspId: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Proposal {
  readonly transactionId: string;
  /** MSP id of who proposes. */
  readonly caller: string;
  readonly header: common.Header;
  /** `protos.ChaincodeProposalPayload` without the transient map: what may stand in a block. */
  readonly payload: Uint8Array;
  readonly signed: proposals.SignedProposal;
}

function serializedIdentity({ mspId, certificate }: Pick<Signer, 'mspId' | 'certificate'>): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

/** A signed proposal as a client of Fabric makes it: transaction id, timestamp, attributes and transient map behave as on a peer. */
export function createProposal(request: {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly string[];
  readonly transient: Readonly<Record<string, Uint8Array>>;
  readonly signer: Signer;
  readonly nonce: Uint8Array;
  readonly now: number;
}): Proposal {
  const creator = serializedIdentity(request.signer);
  const transactionId = hash('sha256', Buffer.concat([request.nonce, creator]), 'hex');
  const header = headerOf({ ...request, creator, transactionId });
  const payload = payloadOf(request);
  const bare = payload.serializeBinary();
  for (const [name, bytes] of Object.entries(request.transient)) payload.getTransientmapMap().set(name, bytes);
  const proposal = new proposals.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payload.serializeBinary());
  const signed = new proposals.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(signLowS(signed.getProposalBytes_asU8(), request.signer.privateKey));
  return { transactionId, caller: request.signer.mspId, header, payload: bare, signed };
}

function headerOf(request: {
  readonly channel: string;
  readonly chaincode: string;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly transactionId: string;
  readonly now: number;
}): common.Header {
  const timestamp = new timestamps.Timestamp();
  timestamp.setSeconds(Math.floor(request.now / 1000));
  timestamp.setNanos((request.now % 1000) * 1_000_000);
  const chaincodeId = new chaincode.ChaincodeID();
  chaincodeId.setName(request.chaincode);
  const extension = new proposals.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.ENDORSER_TRANSACTION);
  channelHeader.setTxId(request.transactionId);
  channelHeader.setTimestamp(timestamp);
  channelHeader.setChannelId(request.channel);
  channelHeader.setExtension$(extension.serializeBinary());
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(request.creator);
  signatureHeader.setNonce(request.nonce);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  return header;
}

function payloadOf(request: {
  readonly chaincode: string;
  readonly args: readonly string[];
}): proposals.ChaincodeProposalPayload {
  const input = new chaincode.ChaincodeInput();
  input.setArgsList(request.args.map((arg) => Buffer.from(arg)));
  const id = new chaincode.ChaincodeID();
  id.setName(request.chaincode);
  const spec = new chaincode.ChaincodeSpec();
  spec.setType(chaincode.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(id);
  spec.setInput(input);
  const invocation = new chaincode.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new proposals.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  return payload;
}

/** What the contract did, before anybody has signed it. */
export interface Outcome {
  readonly chaincode: string;
  readonly set: ReadWriteSet;
  readonly result: Uint8Array;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
}

/** `protos.ProposalResponsePayload`: what endorsers sign. Two executions that did the same give the same bytes. */
export function responsePayloadOf(proposal: Proposal, outcome: Outcome): Uint8Array {
  const id = new chaincode.ChaincodeID();
  id.setName(outcome.chaincode);
  const response = new responses.Response();
  response.setStatus(200);
  response.setPayload(outcome.result);
  const action = new proposals.ChaincodeAction();
  action.setResults(encodeSet(outcome.chaincode, outcome.set));
  action.setResponse(response);
  action.setChaincodeId(id);
  if (outcome.event !== undefined)
    action.setEvents(eventBytes(proposal.transactionId, { ...outcome.event, chaincode: outcome.chaincode }));
  const payload = new responses.ProposalResponsePayload();
  payload.setProposalHash(proposalHash(proposal));
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

/** Over both headers and the payload without its transient map, so that nothing in a block depends on a secret. */
function proposalHash({ header, payload }: Proposal): Uint8Array {
  const parts = [header.getChannelHeader_asU8(), header.getSignatureHeader_asU8(), payload];
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

/** The organisations sign; gives the envelope that ordering takes, signed by the submitter. */
export function createEnvelope(
  proposal: Proposal,
  signing: {
    readonly responsePayload: Uint8Array;
    readonly endorsers: readonly Signer[];
    readonly submitter: Signer;
  },
): Uint8Array {
  const { responsePayload, submitter } = signing;
  const endorsed = new transactions.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(responsePayload);
  endorsed.setEndorsementsList(signing.endorsers.map((signer) => endorsementOf(signer, responsePayload)));
  const actionPayload = new transactions.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(proposal.payload);
  actionPayload.setAction(endorsed);
  const action = new transactions.TransactionAction();
  action.setHeader(proposal.header.getSignatureHeader_asU8());
  action.setPayload(actionPayload.serializeBinary());
  const transaction = new transactions.Transaction();
  transaction.setActionsList([action]);
  const payload = new common.Payload();
  payload.setHeader(proposal.header);
  payload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signLowS(envelope.getPayload_asU8(), submitter.privateKey));
  return envelope.serializeBinary();
}

function endorsementOf(signer: Signer, responsePayload: Uint8Array): responses.Endorsement {
  const endorser = serializedIdentity(signer);
  const endorsement = new responses.Endorsement();
  endorsement.setEndorser(endorser);
  endorsement.setSignature(signLowS(Buffer.concat([responsePayload, endorser]), signer.privateKey));
  return endorsement;
}

function eventBytes(
  transactionId: string,
  event: { readonly name: string; readonly payload: Uint8Array; readonly chaincode: string },
): Uint8Array {
  const message = new chaincodeEvents.ChaincodeEvent();
  message.setChaincodeId(event.chaincode);
  message.setTxId(transactionId);
  message.setEventName(event.name);
  message.setPayload(event.payload);
  return message.serializeBinary();
}
