import { hash } from 'node:crypto';
// Of the messages only those that are read here: the server's own thread needs no others, and all of them bring gRPC along.
import chaincode from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import common from '@hyperledger/fabric-protos/lib/common/common_pb.js';
import msp from '@hyperledger/fabric-protos/lib/msp/identities_pb.js';
import proposals from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js';
import transaction from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js';
import type { EndorsedTransaction } from '@tanhui/sdk/model';
import { integer, octets, sequence } from './signing.ts';

export interface BlockTransaction {
  readonly id: string;
  /** Fabric's validation code. */
  readonly code: number;
  readonly function: string;
}

export interface ReadableBlock {
  readonly number: number;
  readonly previousHash: string;
  readonly dataHash: string;
  readonly headerHash: string;
  readonly transactions: readonly BlockTransaction[];
}

const filterMetadata = common.BlockMetadataIndex.TRANSACTIONS_FILTER;
const endorserTransaction = common.HeaderType.ENDORSER_TRANSACTION;

/** Fabric's header hash: SHA-256 over the ASN.1 sequence of number, previous hash and data hash. */
export function headerHashOf(header: {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}): Buffer {
  const number = Buffer.from(header.number.toString(16).padStart(16, '0'), 'hex');
  return hash('sha256', sequence([integer(number), octets(header.previousHash), octets(header.dataHash)]), 'buffer');
}

/** Reads a `common.Block` of either engine; hashes are computed, not taken. */
export function readBlock(bytes: Uint8Array): ReadableBlock {
  const block = common.Block.deserializeBinary(bytes);
  const header = block.getHeader();
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  const codes = block.getMetadata()?.getMetadataList_asU8()[filterMetadata] ?? new Uint8Array();
  const number = header?.getNumber() ?? 0;
  const dataHash = hash('sha256', Buffer.concat(envelopes), 'buffer');
  const previousHash = header?.getPreviousHash_asU8() ?? new Uint8Array();
  return {
    number,
    previousHash: Buffer.from(previousHash).toString('hex'),
    dataHash: dataHash.toString('hex'),
    headerHash: headerHashOf({ number, previousHash, dataHash }).toString('hex'),
    transactions: envelopes.map((envelope, at) => transactionOf(envelope, codes[at] ?? 254)),
  };
}

function transactionOf(envelope: Uint8Array, code: number): BlockTransaction {
  const { channelHeader, payload } = openEnvelope(envelope);
  if (channelHeader.getType() !== endorserTransaction)
    return { id: channelHeader.getTxId(), code, function: 'configuration' };
  const action = chaincodeAction(payload);
  const proposal = proposals.ChaincodeProposalPayload.deserializeBinary(action.getChaincodeProposalPayload_asU8());
  const spec = chaincode.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
  const [name] = spec.getChaincodeSpec()?.getInput()?.getArgsList_asU8() ?? [];
  return { id: channelHeader.getTxId(), code, function: Buffer.from(name ?? []).toString() };
}

function openEnvelope(bytes: Uint8Array) {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8());
  const channelHeader = common.ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
  );
  return { payload, channelHeader };
}

function chaincodeAction(payload: common.Payload): transaction.ChaincodeActionPayload {
  const [action] = transaction.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  return transaction.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array());
}

/** One envelope of a `common.Block`. */
export function envelopeOf(block: Uint8Array, transaction: number): Uint8Array | undefined {
  return common.Block.deserializeBinary(block).getData()?.getDataList_asU8()[transaction];
}

/** What the endorsers of one transaction of a block signed, and what had been proposed to them. */
export function endorsedTransaction(
  envelope: Uint8Array,
  about: Pick<EndorsedTransaction, 'engine' | 'channel' | 'chaincode' | 'block'>,
): EndorsedTransaction {
  const { payload, channelHeader } = openEnvelope(envelope);
  const action = chaincodeAction(payload);
  const endorsed = action.getAction();
  return {
    ...about,
    id: channelHeader.getTxId(),
    payload: endorsed?.getProposalResponsePayload_asB64() ?? '',
    proposal: {
      channelHeader: payload.getHeader()?.getChannelHeader_asB64() ?? '',
      signatureHeader: payload.getHeader()?.getSignatureHeader_asB64() ?? '',
      payload: action.getChaincodeProposalPayload_asB64(),
    },
    endorsements: (endorsed?.getEndorsementsList() ?? []).map((endorsement) => ({
      endorser: endorsement.getEndorser_asB64(),
      signature: endorsement.getSignature_asB64(),
    })),
  };
}

/** MSP id of an endorser, given as `msp.SerializedIdentity` in base64. */
export function mspIdOf(endorser: string): string {
  return msp.SerializedIdentity.deserializeBinary(Buffer.from(endorser, 'base64')).getMspid();
}
