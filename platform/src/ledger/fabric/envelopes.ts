import type { KeyObject } from 'node:crypto';
import { common, gateway, msp } from '@hyperledger/fabric-protos';
import { assert } from '../../kernel/index.ts';
import { signLowS } from '../signing.ts';

/** The signed envelope inside what the gateway prepared: bytes that anyone may store and hand to ordering later. */
export function signedEnvelope(prepared: Uint8Array, key: KeyObject): Uint8Array {
  const envelope = gateway.PreparedTransaction.deserializeBinary(prepared).getEnvelope();
  assert(envelope !== undefined, 'a prepared transaction has an envelope');
  envelope.setSignature(signLowS(envelope.getPayload_asU8(), key));
  return envelope.serializeBinary();
}

/** The way back: what the gateway takes for submission, and the transaction's id. */
export function preparedTransaction(envelopeBytes: Uint8Array): {
  readonly transactionId: string;
  readonly bytes: Uint8Array;
} {
  const envelope = common.Envelope.deserializeBinary(envelopeBytes);
  const transactionId = transactionIdOf(envelope);
  const prepared = new gateway.PreparedTransaction();
  prepared.setTransactionId(transactionId);
  prepared.setEnvelope(envelope);
  return { transactionId, bytes: prepared.serializeBinary() };
}

export function transactionIdOf(envelope: common.Envelope): string {
  const header = common.Payload.deserializeBinary(envelope.getPayload_asU8()).getHeader();
  return common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array()).getTxId();
}

/** A question for a transaction's status, as the gateway takes it back; it signs it itself. */
export function statusQuestion(about: {
  readonly channel: string;
  readonly transactionId: string;
  readonly mspId: string;
  readonly certificate: string;
}): Uint8Array {
  const creator = new msp.SerializedIdentity();
  creator.setMspid(about.mspId);
  creator.setIdBytes(Buffer.from(about.certificate));
  const request = new gateway.CommitStatusRequest();
  request.setChannelId(about.channel);
  request.setTransactionId(about.transactionId);
  request.setIdentity(creator.serializeBinary());
  const signed = new gateway.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return signed.serializeBinary();
}

/** The envelope of a valid transaction of a block. */
export function validEnvelope(block: common.Block, transactionId: string): Uint8Array | undefined {
  const codes = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.TRANSACTIONS_FILTER];
  return block
    .getData()
    ?.getDataList_asU8()
    .find(
      (bytes, at) => codes?.[at] === 0 && transactionIdOf(common.Envelope.deserializeBinary(bytes)) === transactionId,
    );
}

/** Ids of a block's transactions, in their order. */
export function transactionIds(block: common.Block): readonly string[] {
  const envelopes = block.getData()?.getDataList_asU8() ?? [];
  return envelopes.map((bytes) => transactionIdOf(common.Envelope.deserializeBinary(bytes)));
}
