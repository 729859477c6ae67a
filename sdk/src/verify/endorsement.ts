import { areEqual, concat, fromBase64, hex, MalformedError, utf8 } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import type { Signers } from './endorser.ts';
import { signersOf } from './endorser.ts';
import type { Fields } from './fields.ts';
import { object, text } from './fields.ts';
import type { PinnedRoots } from './pinned.ts';
import type { Message } from './protobuf.ts';
import { readMessage } from './protobuf.ts';
import { sha256 } from './sha256.ts';

/** What the endorsed transaction has to write: a header under a composite key. */
export interface Writing {
  readonly key: readonly string[];
  readonly header: Fields;
}

/** What the endorsers' signatures prove of a transaction. */
export interface ProvenFacts {
  readonly transaction: string;
  readonly chaincode: string;
  /** MSP ids of who signed. */
  readonly organisations: readonly string[];
  /** Absent of a receipt that does not hold what was proposed. */
  readonly channel?: string;
  /**
   * When its proposer said that he proposed it, milliseconds. The endorsers signed it, so nobody changed it afterwards; but he chose it, and no clock of theirs stands behind it: a peer of Fabric 3.x refuses what is
   * off by more than 15 minutes, one of 2.5 does not. It does not say when the transaction was ordered.
   */
  readonly proposedAt?: number;
}

/** The transaction is the one that the receipt names and writes exactly this, and every pinned organisation has signed it. */
export async function checkEndorsed(transaction: Fields, writing: Writing, pinned: PinnedRoots): Promise<ProvenFacts> {
  const payload = fromBase64(text(transaction, 'payload'));
  const endorsed = readMessage(payload);
  const chaincode = text(transaction, 'chaincode');
  checkWrites(within(endorsed, 2), writing, chaincode);
  const proposed = checkNames(endorsed, transaction, pinned);
  const { counted, discounted } = await signersOf({ payload, proposedAt: proposed?.proposedAt }, transaction, pinned);
  const missing = pinned.roots.find(({ mspId }) => !counted.has(mspId));
  if (missing !== undefined || pinned.roots.length === 0) throw unsigned(missing?.mspId, discounted);
  return { transaction: text(transaction, 'id'), chaincode, organisations: [...counted].sort(), ...proposed };
}

function unsigned(mspId = 'anybody', discounted: Signers['discounted']): MalformedError {
  const code = discounted.get(mspId);
  if (code === undefined) return new MalformedError(`no valid signature of ${mspId}`, 'SIGNATURE_MISSING');
  const why = code === 'CERTIFICATE_REVOKED' ? 'revoked' : 'not in force at the time of the transaction';
  return new MalformedError(`the certificate with which ${mspId} signed is ${why}`, code);
}

const separator = '\0';
const none = new Uint8Array();

type Proposed = Required<Pick<ProvenFacts, 'channel' | 'proposedAt'>>;

/** What a reader is shown is what was signed, and is what the caller has pinned. */
function checkNames(payload: Message, transaction: Fields, pinned: PinnedRoots): Proposed | undefined {
  const event = within(within(payload, 2), 2);
  if (!isText(event, 2, text(transaction, 'id'))) throw differs('the endorsed transaction has another id');
  const proposed = transaction['proposal'] === undefined ? undefined : checkProposal(payload, transaction);
  if (proposed === undefined && pinned.channel !== undefined)
    throw new MalformedError('the receipt holds no proposal, and so proves no channel', 'CHANNEL_NOT_PROVEN');
  for (const name of ['channel', 'chaincode'] as const)
    if ((pinned[name] ?? transaction[name]) !== transaction[name]) throw differs(`another ${name} than the pinned one`);
  return proposed;
}

/** The endorsers signed the hash of what was proposed to them, which names channel and id; and the id is that of its author and nonce. */
function checkProposal(payload: Message, transaction: Fields): Proposed {
  const proposal = object(transaction['proposal']);
  const part = (name: string): Uint8Array => fromBase64(text(proposal, name));
  const [channelBytes, signatureBytes] = [part('channelHeader'), part('signatureHeader')];
  const proposed = sha256(concat([channelBytes, signatureBytes, part('payload')]));
  if (!areEqual(payload.bytes(1) ?? none, proposed)) throw differs('the proposal is not what was endorsed');
  const [channelHeader, signatureHeader] = [readMessage(channelBytes), readMessage(signatureBytes)];
  const id = hex(sha256(concat([2, 1].map((field) => signatureHeader.bytes(field) ?? none))));
  if (id !== transaction['id'] || !isText(channelHeader, 5, id)) throw differs('the proposal has another id');
  if (!isText(channelHeader, 4, text(transaction, 'channel'))) throw differs('the transaction is of another channel');
  return { channel: text(transaction, 'channel'), proposedAt: timeOf(within(channelHeader, 3)) };
}

/** A `google.protobuf.Timestamp` in milliseconds. */
function timeOf(timestamp: Message): number {
  const [seconds, nanos] = [timestamp.number(1), timestamp.number(2) ?? 0n];
  if (seconds === undefined) throw new MalformedError('the proposal has no time');
  return Number(seconds * 1_000n + nanos / 1_000_000n);
}

function within(message: Message, field: number): Message {
  return readMessage(message.bytes(field) ?? none);
}

function isText(message: Message, field: number, wanted: string): boolean {
  return areEqual(message.bytes(field) ?? none, utf8(wanted));
}

function differs(message: string): MalformedError {
  return new MalformedError(message, 'TRANSACTION_DIFFERS');
}

/** What was endorsed writes exactly this header under exactly this key. */
function checkWrites(action: Message, { key: parts, header }: Writing, chaincode: string): void {
  if (readMessage(action.bytes(3) ?? none).number(1) !== 200n)
    throw new MalformedError('the contract did not succeed', 'CONTRACT_FAILED');
  const namespaces = readMessage(action.bytes(1) ?? none)
    .all(2)
    .map(readMessage);
  const own = namespaces.find((namespace) => areEqual(namespace.bytes(1) ?? none, utf8(chaincode)));
  const [kind = '', ...names] = parts;
  const key = utf8([`${separator}${kind}`, ...names, ''].join(separator));
  const value = utf8(canonicalText(header));
  const writes = readMessage(own?.bytes(2) ?? none)
    .all(3)
    .map(readMessage);
  const isWritten = writes.some(
    (write) => areEqual(write.bytes(1) ?? none, key) && areEqual(write.bytes(3) ?? none, value),
  );
  if (!isWritten) throw new MalformedError('the endorsed transaction does not write this header', 'HEADER_NOT_WRITTEN');
}
