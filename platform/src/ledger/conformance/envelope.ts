import { common } from '@hyperledger/fabric-protos';

/** The time of the proposal that an envelope came from. */
export function proposalTimeOf(envelope: Uint8Array): { readonly seconds: number; readonly nanos: number } {
  const timestamp = channelHeaderOf(envelope).getTimestamp();
  return { seconds: timestamp?.getSeconds() ?? 0, nanos: timestamp?.getNanos() ?? 0 };
}

export function transactionIdOf(envelope: Uint8Array): string {
  return channelHeaderOf(envelope).getTxId();
}

function channelHeaderOf(envelope: Uint8Array): common.ChannelHeader {
  const payload = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(envelope).getPayload_asU8());
  return common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array());
}
