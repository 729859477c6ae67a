import { hash } from 'node:crypto';
import { common, ledger, msp, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { signLowS } from '../signing.ts';

/** An identity that signs: an organisation's endorser, or one of our service roles. */
export interface Signer {
  readonly mspId: string;
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Proposal {
  readonly transactionId: string;
  readonly header: common.Header;
  readonly payload: peer.ChaincodeProposalPayload;
  readonly signed: peer.SignedProposal;
}

export function serializedIdentity({ mspId, certificate }: Pick<Signer, 'mspId' | 'certificate'>): Uint8Array {
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
  const proposal = new peer.Proposal();
  proposal.setHeader(header.serializeBinary());
  proposal.setPayload(payload.serializeBinary());
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(signLowS(signed.getProposalBytes_asU8(), request.signer.privateKey));
  return { transactionId, header, payload, signed };
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
  const chaincodeId = new peer.ChaincodeID();
  chaincodeId.setName(request.chaincode);
  const extension = new peer.ChaincodeHeaderExtension();
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
  readonly transient: Readonly<Record<string, Uint8Array>>;
}): peer.ChaincodeProposalPayload {
  const input = new peer.ChaincodeInput();
  input.setArgsList(request.args.map((arg) => Buffer.from(arg)));
  const id = new peer.ChaincodeID();
  id.setName(request.chaincode);
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(id);
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  for (const [name, bytes] of Object.entries(request.transient)) payload.getTransientmapMap().set(name, bytes);
  return payload;
}

/** A read-write set in Fabric's own shape, under one namespace. */
export interface ReadWriteSet {
  readonly reads: ReadonlyMap<string, Version | undefined>;
  readonly writes: ReadonlyMap<string, Uint8Array | undefined>;
  readonly ranges: readonly RangeRead[];
}

export interface Version {
  readonly block: number;
  readonly transaction: number;
}

export interface RangeRead {
  readonly from: string;
  readonly to: string;
  readonly keys: readonly { readonly key: string; readonly version: Version }[];
}

type KvRead = ledger.rwset.kvrwset.KVRead;

function readOf(key: string, version: Version | undefined): KvRead {
  const read = new ledger.rwset.kvrwset.KVRead();
  read.setKey(key);
  if (version !== undefined) {
    const stamped = new ledger.rwset.kvrwset.Version();
    stamped.setBlockNum(version.block);
    stamped.setTxNum(version.transaction);
    read.setVersion(stamped);
  }
  return read;
}

function encodeSet(chaincode: string, set: ReadWriteSet): Uint8Array {
  const kv = new ledger.rwset.kvrwset.KVRWSet();
  kv.setReadsList([...set.reads].map(([key, version]) => readOf(key, version)));
  kv.setRangeQueriesInfoList(
    set.ranges.map(({ from, to, keys }) => {
      const info = new ledger.rwset.kvrwset.RangeQueryInfo();
      info.setStartKey(from);
      info.setEndKey(to);
      info.setItrExhausted(true);
      const raw = new ledger.rwset.kvrwset.QueryReads();
      raw.setKvReadsList(keys.map(({ key, version }) => readOf(key, version)));
      info.setRawReads(raw);
      return info;
    }),
  );
  kv.setWritesList(
    [...set.writes].map(([key, value]) => {
      const write = new ledger.rwset.kvrwset.KVWrite();
      write.setKey(key);
      write.setIsDelete(value === undefined);
      if (value !== undefined) write.setValue(value);
      return write;
    }),
  );
  const namespace = new ledger.rwset.NsReadWriteSet();
  namespace.setNamespace(chaincode);
  namespace.setRwset(kv.serializeBinary());
  const whole = new ledger.rwset.TxReadWriteSet();
  whole.setDataModel(ledger.rwset.TxReadWriteSet.DataModel.KV);
  whole.setNsRwsetList([namespace]);
  return whole.serializeBinary();
}

/** Both organisations sign what the contract did; gives the envelope that ordering takes. */
export function createEnvelope(
  proposal: Proposal,
  outcome: {
    readonly chaincode: string;
    readonly set: ReadWriteSet;
    readonly result: Uint8Array;
    readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
    readonly endorsers: readonly Signer[];
    readonly submitter: Signer;
  },
): Uint8Array {
  const responsePayload = responsePayloadOf(proposal, outcome);
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(responsePayload);
  endorsed.setEndorsementsList(
    outcome.endorsers.map((signer) => {
      const endorser = serializedIdentity(signer);
      const endorsement = new peer.Endorsement();
      endorsement.setEndorser(endorser);
      endorsement.setSignature(signLowS(Buffer.concat([responsePayload, endorser]), signer.privateKey));
      return endorsement;
    }),
  );
  const withoutTransient = peer.ChaincodeProposalPayload.deserializeBinary(proposal.payload.serializeBinary());
  withoutTransient.getTransientmapMap().clear();
  const actionPayload = new peer.ChaincodeActionPayload();
  actionPayload.setChaincodeProposalPayload(withoutTransient.serializeBinary());
  actionPayload.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setHeader(proposal.header.getSignatureHeader_asU8());
  action.setPayload(actionPayload.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([action]);
  const payload = new common.Payload();
  payload.setHeader(proposal.header);
  payload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signLowS(envelope.getPayload_asU8(), outcome.submitter.privateKey));
  return envelope.serializeBinary();
}

function responsePayloadOf(
  proposal: Proposal,
  outcome: {
    readonly chaincode: string;
    readonly set: ReadWriteSet;
    readonly result: Uint8Array;
    readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  },
): Uint8Array {
  const id = new peer.ChaincodeID();
  id.setName(outcome.chaincode);
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(outcome.result);
  const action = new peer.ChaincodeAction();
  action.setResults(encodeSet(outcome.chaincode, outcome.set));
  action.setResponse(response);
  action.setChaincodeId(id);
  if (outcome.event !== undefined)
    action.setEvents(eventBytes(proposal.transactionId, { ...outcome.event, chaincode: outcome.chaincode }));
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(hash('sha256', proposal.signed.getProposalBytes_asU8(), 'buffer'));
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

function eventBytes(
  transactionId: string,
  event: { readonly name: string; readonly payload: Uint8Array; readonly chaincode: string },
): Uint8Array {
  const message = new peer.ChaincodeEvent();
  message.setChaincodeId(event.chaincode);
  message.setTxId(transactionId);
  message.setEventName(event.name);
  message.setPayload(event.payload);
  return message.serializeBinary();
}
