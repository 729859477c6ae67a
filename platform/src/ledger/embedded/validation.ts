import { common, ledger, msp, peer } from '@hyperledger/fabric-protos';
import { validationCodes } from '../port.ts';
import { isSignedBy } from '../signing.ts';
import type { Chain, CommittedTransaction } from './chain.ts';
import type { RangeRead, Version } from './messages.ts';

/** An envelope taken apart for validation. */
export interface OpenedEnvelope {
  readonly id: string;
  readonly at: number;
  readonly envelope: Uint8Array;
  readonly reads: readonly { readonly key: string; readonly version: Version | undefined }[];
  readonly ranges: readonly RangeRead[];
  readonly writes: ReadonlyMap<string, Uint8Array | undefined>;
  readonly event: { readonly name: string; readonly payload: Uint8Array } | undefined;
  readonly creator: string;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly {
    readonly mspId: string;
    readonly certificate: string;
    readonly endorser: Uint8Array;
    readonly signature: Uint8Array;
  }[];
}

export function openEnvelope(bytes: Uint8Array): OpenedEnvelope {
  const envelope = common.Envelope.deserializeBinary(bytes);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  return {
    envelope: bytes,
    payload: envelope.getPayload_asU8(),
    signature: envelope.getSignature_asU8(),
    ...headerOf(payload.getHeader()),
    ...actionOf(payload.getData_asU8()),
  };
}

const nothing = new Uint8Array();

function headerOf(header: common.Header | undefined): Pick<OpenedEnvelope, 'id' | 'at' | 'creator'> {
  const channelHeader = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? nothing);
  const signatureHeader = common.SignatureHeader.deserializeBinary(header?.getSignatureHeader_asU8() ?? nothing);
  return {
    id: channelHeader.getTxId(),
    at: (channelHeader.getTimestamp()?.getSeconds() ?? 0) * 1000,
    creator: identityOf(signatureHeader.getCreator_asU8()).certificate,
  };
}

function actionOf(
  data: Uint8Array,
): Pick<OpenedEnvelope, 'reads' | 'ranges' | 'writes' | 'event' | 'responsePayload' | 'endorsements'> {
  const [action] = peer.Transaction.deserializeBinary(data).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? nothing).getAction();
  const responsePayload = endorsed?.getProposalResponsePayload_asU8() ?? nothing;
  const extension = peer.ProposalResponsePayload.deserializeBinary(responsePayload).getExtension_asU8();
  const chaincodeAction = peer.ChaincodeAction.deserializeBinary(extension);
  return {
    ...readWriteSet(chaincodeAction.getResults_asU8()),
    event: eventOf(chaincodeAction.getEvents_asU8()),
    responsePayload,
    endorsements: (endorsed?.getEndorsementsList() ?? []).map((endorsement) => ({
      ...identityOf(endorsement.getEndorser_asU8()),
      endorser: endorsement.getEndorser_asU8(),
      signature: endorsement.getSignature_asU8(),
    })),
  };
}

function identityOf(bytes: Uint8Array): { readonly mspId: string; readonly certificate: string } {
  const identity = msp.SerializedIdentity.deserializeBinary(bytes);
  return { mspId: identity.getMspid(), certificate: Buffer.from(identity.getIdBytes_asU8()).toString() };
}

function eventOf(bytes: Uint8Array): { readonly name: string; readonly payload: Uint8Array } | undefined {
  if (bytes.length === 0) return undefined;
  const event = peer.ChaincodeEvent.deserializeBinary(bytes);
  return { name: event.getEventName(), payload: event.getPayload_asU8() };
}

function readWriteSet(bytes: Uint8Array): Pick<OpenedEnvelope, 'reads' | 'ranges' | 'writes'> {
  const [namespace] = ledger.rwset.TxReadWriteSet.deserializeBinary(bytes).getNsRwsetList();
  const set = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(namespace?.getRwset_asU8() ?? new Uint8Array());
  return {
    reads: set.getReadsList().map((read) => ({ key: read.getKey(), version: versionOf(read.getVersion()) })),
    ranges: set.getRangeQueriesInfoList().map((info) => ({
      from: info.getStartKey(),
      to: info.getEndKey(),
      keys: (info.getRawReads()?.getKvReadsList() ?? []).map((read) => ({
        key: read.getKey(),
        version: versionOf(read.getVersion()) ?? { block: 0, transaction: 0 },
      })),
    })),
    writes: new Map(
      set.getWritesList().map((write) => [write.getKey(), write.getIsDelete() ? undefined : write.getValue_asU8()]),
    ),
  };
}

function versionOf(version: ledger.rwset.kvrwset.Version | undefined): Version | undefined {
  return version === undefined ? undefined : { block: version.getBlockNum(), transaction: version.getTxNum() };
}

/** State as the block so far leaves it: what earlier valid transactions of the same block wrote is newer than anything that was read. */
export interface BlockView {
  readonly chain: Chain;
  readonly written: Map<string, 'written' | 'removed'>;
  readonly seen: Set<string>;
  readonly organisations: readonly string[];
}

/** Validates one transaction of a block as Fabric does, with Fabric's codes. */
export function validate(view: BlockView, transaction: OpenedEnvelope): number {
  if (!isSignedBy(transaction.payload, transaction.signature, transaction.creator))
    return validationCodes.badCreatorSignature;
  if (view.seen.has(transaction.id) || view.chain.transaction(transaction.id) !== undefined)
    return validationCodes.duplicateTransactionId;
  if (!isEndorsed(view.organisations, transaction)) return validationCodes.endorsementPolicyFailure;
  if (
    transaction.reads.some(
      ({ key, version }) => view.written.has(key) || !isSame(view.chain.state(key)?.version, version),
    )
  ) {
    return validationCodes.mvccReadConflict;
  }
  return transaction.ranges.some((range) => !isRangeSame(view, range))
    ? validationCodes.phantomReadConflict
    : validationCodes.valid;
}

function isSame(first: Version | undefined, second: Version | undefined): boolean {
  return first?.block === second?.block && first?.transaction === second?.transaction;
}

function isEndorsed(organisations: readonly string[], { responsePayload, endorsements }: OpenedEnvelope): boolean {
  return organisations.every((mspId) =>
    endorsements.some(
      (endorsement) =>
        endorsement.mspId === mspId &&
        isSignedBy(
          Buffer.concat([responsePayload, endorsement.endorser]),
          endorsement.signature,
          endorsement.certificate,
        ),
    ),
  );
}

function isRangeSame(view: BlockView, range: RangeRead): boolean {
  for (const key of view.written.keys()) if (key >= range.from && (range.to === '' || key < range.to)) return false;
  const now = view.chain.range(range.from, range.to);
  return (
    now.length === range.keys.length &&
    now.every(({ key, version }, at) => range.keys[at]?.key === key && isSame(range.keys[at].version, version))
  );
}

export function committedOf(transaction: OpenedEnvelope, code: number): CommittedTransaction {
  const { id, envelope, writes, event, at } = transaction;
  return { id, code, envelope, writes, event, at };
}
