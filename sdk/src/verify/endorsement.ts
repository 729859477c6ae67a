import { areEqual, concat, fromBase64, hex, MalformedError, utf8 } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import type { Fields } from './fields.ts';
import { list, object, text } from './fields.ts';
import type { Message } from './protobuf.ts';
import { readMessage } from './protobuf.ts';
import { sha256 } from './sha256.ts';
import { isSigned, readCertificate } from './x509.ts';

export interface PinnedRoots {
  /** Organisations whose signature is asked for, with their root certificates (PEM). Pinned by the caller, never taken from a receipt. */
  readonly roots: readonly { readonly mspId: string; readonly certificate: string }[];
  /** The chaincode whose word is taken; where absent, that of the receipt, which the organisations may have endorsed for another purpose. */
  readonly chaincode?: string;
  /** The channel whose word is taken: a receipt that does not prove its channel is then not believed. Where absent, any channel of these organisations. */
  readonly channel?: string;
}

/** What the endorsed transaction has to write: a header under a composite key. */
export interface Writing {
  readonly key: readonly string[];
  readonly header: Fields;
}

/** The transaction is the one that the receipt names and writes exactly this, and every pinned organisation has signed it; gives who signed. */
export async function checkEndorsed(transaction: Fields, writing: Writing, pinned: PinnedRoots): Promise<string[]> {
  const payload = fromBase64(text(transaction, 'payload'));
  const endorsed = readMessage(payload);
  checkWrites(within(endorsed, 2), writing, text(transaction, 'chaincode'));
  checkNames(endorsed, transaction, pinned);
  const signers = await signersOf(payload, transaction, pinned);
  const missing = pinned.roots.find(({ mspId }) => !signers.has(mspId));
  if (missing !== undefined || pinned.roots.length === 0)
    throw new MalformedError(`no valid signature of ${missing?.mspId ?? 'anybody'}`, 'SIGNATURE_MISSING');
  return [...signers].sort();
}

async function signersOf(payload: Uint8Array, transaction: Fields, pinned: PinnedRoots): Promise<ReadonlySet<string>> {
  const signers = new Set<string>();
  for (const endorsement of list(transaction['endorsements'], 16)) {
    const endorser = fromBase64(text(object(endorsement), 'endorser'));
    const signer = await signerOf(endorser, pinned);
    if (signer === undefined) continue;
    const signature = fromBase64(text(object(endorsement), 'signature'));
    if (await isSigned(concat([payload, endorser]), signature, signer.publicKey)) signers.add(signer.mspId);
  }
  return signers;
}

/** Of all whom a root certifies, only an organisation's peers endorse; its clients' keys may be in other hands. */
const endorsingUnit = 'peer';

/** The endorser's certificate has to be a peer's, signed by the pinned root of the organisation that it claims. */
async function signerOf(
  endorser: Uint8Array,
  pinned: PinnedRoots,
): Promise<{ readonly mspId: string; readonly publicKey: Uint8Array } | undefined> {
  const identity = readMessage(endorser);
  const mspId = new TextDecoder().decode(identity.bytes(1));
  const certificate = readCertificate(new TextDecoder().decode(identity.bytes(2)));
  if (!certificate.units.includes(endorsingUnit)) return undefined;
  for (const root of pinned.roots.filter((candidate) => candidate.mspId === mspId)) {
    const issuer = readCertificate(root.certificate);
    if (await isSigned(certificate.signed, certificate.signature, issuer.publicKey))
      return { mspId, publicKey: certificate.publicKey };
  }
  return undefined;
}

const separator = '\0';
const none = new Uint8Array();

/** What a reader is shown is what was signed, and is what the caller has pinned. */
function checkNames(payload: Message, transaction: Fields, pinned: PinnedRoots): void {
  const event = within(within(payload, 2), 2);
  if (!isText(event, 2, text(transaction, 'id'))) throw differs('the endorsed transaction has another id');
  if (transaction['proposal'] !== undefined) checkProposal(payload, transaction);
  else if (pinned.channel !== undefined) throw differs('the receipt does not prove its channel');
  for (const name of ['channel', 'chaincode'] as const)
    if ((pinned[name] ?? transaction[name]) !== transaction[name]) throw differs(`another ${name} than the pinned one`);
}

/** The endorsers signed the hash of what was proposed to them, which names channel and id; and the id is that of its author and nonce. */
function checkProposal(payload: Message, transaction: Fields): void {
  const proposal = object(transaction['proposal']);
  const part = (name: string): Uint8Array => fromBase64(text(proposal, name));
  const [channelBytes, signatureBytes] = [part('channelHeader'), part('signatureHeader')];
  const proposed = sha256(concat([channelBytes, signatureBytes, part('payload')]));
  if (!areEqual(payload.bytes(1) ?? none, proposed)) throw differs('the proposal is not what was endorsed');
  const [channelHeader, signatureHeader] = [readMessage(channelBytes), readMessage(signatureBytes)];
  const id = hex(sha256(concat([2, 1].map((field) => signatureHeader.bytes(field) ?? none))));
  if (id !== transaction['id'] || !isText(channelHeader, 5, id)) throw differs('the proposal has another id');
  if (!isText(channelHeader, 4, text(transaction, 'channel'))) throw differs('the transaction is of another channel');
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
