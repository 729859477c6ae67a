import { hash, randomBytes } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import { signLowS } from '../signing.ts';
import type { SigningIdentity } from './harness.ts';

/** The time of the proposal that an envelope came from. */
export function proposalTimeOf(envelope: Uint8Array): { readonly seconds: number; readonly nanos: number } {
  const timestamp = channelHeaderOf(envelope).getTimestamp();
  return { seconds: timestamp?.getSeconds() ?? 0, nanos: timestamp?.getNanos() ?? 0 };
}

export function transactionIdOf(envelope: Uint8Array): string {
  return channelHeaderOf(envelope).getTxId();
}

/** The same envelope as if somebody else had made it: it names him, and he has signed it. */
export function signedBy(bytes: Uint8Array, who: SigningIdentity): Uint8Array {
  return changedBy(bytes, who, (_header, signatureHeader) => {
    signatureHeader.setCreator(creatorOf(who));
  });
}

/** The same endorsement in an envelope of its own: another id, which is that of its author, who has signed it. */
export function anewBy(bytes: Uint8Array, who: SigningIdentity): Uint8Array {
  return changedBy(bytes, who, (header, signatureHeader) => {
    const [creator, nonce] = [creatorOf(who), randomBytes(24)];
    signatureHeader.setCreator(creator);
    signatureHeader.setNonce(nonce);
    const channelHeader = channelHeaderOf(bytes);
    channelHeader.setTxId(hash('sha256', Buffer.concat([nonce, creator]), 'hex'));
    header.setChannelHeader(channelHeader.serializeBinary());
  });
}

function creatorOf({ mspId, certificate }: SigningIdentity): Uint8Array {
  const creator = new msp.SerializedIdentity();
  creator.setMspid(mspId);
  creator.setIdBytes(Buffer.from(certificate));
  return creator.serializeBinary();
}

function changedBy(
  bytes: Uint8Array,
  who: SigningIdentity,
  change: (header: common.Header, signatureHeader: common.SignatureHeader) => void,
): Uint8Array {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = payload.getHeader() ?? new common.Header();
  const signatureHeader = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  change(header, signatureHeader);
  header.setSignatureHeader(signatureHeader.serializeBinary());
  payload.setHeader(header);
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(signLowS(envelope.getPayload_asU8(), who.privateKey));
  return envelope.serializeBinary();
}

function channelHeaderOf(envelope: Uint8Array): common.ChannelHeader {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  return common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array());
}
