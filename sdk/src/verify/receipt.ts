import { areEqual, concat, fromBase64, fromHex, hex, MalformedError, unsigned, utf8 } from './bytes.ts';
import { canonicalText } from './canonical.ts';
import { readMessage } from './protobuf.ts';
import { sha256 } from './sha256.ts';
import { hashLeaf, rootFromPath } from './tree.ts';
import { isSigned, readCertificate } from './x509.ts';

export interface PinnedRoots {
  /** Organisations whose signature is asked for, with their root certificates (PEM). Pinned by the caller, never taken from a receipt. */
  readonly roots: readonly { readonly mspId: string; readonly certificate: string }[];
}

export type StepId = 'record' | 'place' | 'signatures' | 'checkpoint';

export interface VerificationStep {
  readonly id: StepId;
  readonly outcome: 'passed' | 'failed' | 'not-yet' | 'not-reached';
  /** What was found, for a log; words for people are the caller's. */
  readonly detail: string;
  /** The hash that a reader may compare, hex. */
  readonly hash?: string;
}

export interface Verification {
  readonly isValid: boolean;
  readonly steps: readonly VerificationStep[];
  readonly elapsedMs: number;
}

type Fields = Readonly<Record<string, unknown>>;

const kinds = ['record', 'reversal', 'correction'];
const modes = ['metro', 'bus', 'bike', 'walk', 'ev-charging', 'tram', 'train', 'ferry'];
const dayMs = 86_400_000;
const maxReceiptSize = 262_144;

/**
 * Verifies a receipt without a network, as docs/spec/canonical-v1.md §9 says: the record opens its commitment, the leaf stands in the batch, the batch
 * was endorsed by every pinned organisation. It shares no code with what it checks, and never throws on a bad receipt.
 */
export async function verifyReceipt(
  receipt: unknown,
  pinned: PinnedRoots,
  now: () => number = () => performance.now(),
): Promise<Verification> {
  const startedAt = now();
  const steps: VerificationStep[] = [];
  try {
    const whole = object(receipt);
    if (JSON.stringify(whole).length > maxReceiptSize || whole['format'] !== 'tanhui-receipt-v1')
      throw new MalformedError('format');
    const header = object(whole['header']);
    const leaf = leafOf(whole, object(whole['record']), header);
    steps.push({
      id: 'record',
      outcome: 'passed',
      detail: 'the record opens its commitment',
      hash: hex(leaf.subarray(32)),
    });
    checkPlace(whole, header, leaf);
    steps.push({ id: 'place', outcome: 'passed', detail: 'the leaf stands in the batch', hash: text(header, 'root') });
    const signers = await checkSignatures(object(whole['transaction']), header, pinned);
    steps.push({
      id: 'signatures',
      outcome: 'passed',
      detail: signers.join(', '),
      hash: text(object(whole['transaction']), 'id'),
    });
  } catch (error) {
    const failed = (['record', 'place', 'signatures'] as const)[steps.length] ?? 'signatures';
    steps.push({ id: failed, outcome: 'failed', detail: error instanceof Error ? error.message : 'unreadable' });
  }
  for (const id of (['record', 'place', 'signatures'] as const).slice(steps.length))
    steps.push({ id, outcome: 'not-reached', detail: '' });
  const isValid = steps.every(({ outcome }) => outcome === 'passed');
  steps.push({ id: 'checkpoint', outcome: 'not-yet', detail: 'checkpoints do not exist yet' });
  return { isValid, steps, elapsedMs: now() - startedAt };
}

function object(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedError('an object is missing');
  return value as Fields;
}

function list(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new MalformedError('a list is missing or too long');
  return value;
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new MalformedError(`${name} is missing`);
  return value;
}

function integer(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new MalformedError(`${name} is no number`);
  return value;
}

function indexIn(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index < 0) throw new MalformedError(`${name} is not known`);
  return index;
}

function leafOf(receipt: Fields, record: Fields, header: Fields): Uint8Array {
  const salt = fromHex(text(receipt, 'salt'), 32);
  const commitment = sha256(concat([utf8('tanhui-commitment-v1\0'), salt, utf8(canonicalText(record))]));
  const district = text(receipt, 'leafDistrict');
  const own = text(record, 'district');
  if (district !== own && district !== `${own.slice(0, 4)}00`)
    throw new MalformedError('the district is neither the record’s nor its city');
  return concat([
    Uint8Array.of(1, indexIn(kinds, text(record, 'kind')), indexIn(modes, text(record, 'mode'))),
    unsigned(BigInt(methodologyIndex(record, header)), 2),
    unsigned(BigInt(district), 3),
    unsigned(BigInt(Date.parse(`${text(record, 'day')}T00:00:00Z`) / dayMs), 2),
    unsigned(BigInt(text(record, 'reductionMilligrams')), 6),
    fromHex(text(receipt, 'nullifier'), 16),
    commitment,
  ]);
}

function methodologyIndex(record: Fields, header: Fields): number {
  const index = list(header['methodologies'], 256).findIndex((line) => {
    const { id, version, digest } = object(line);
    return record['methodology'] === `${String(id)}@${String(version)}` && record['methodologyDigest'] === digest;
  });
  if (index < 0) throw new MalformedError('the batch does not name the record’s methodology');
  return index;
}

function checkPlace(receipt: Fields, header: Fields, leaf: Uint8Array): void {
  const record = object(receipt['record']);
  if (record['programme'] !== header['programme'] || record['day'] !== header['day'])
    throw new MalformedError('record and batch differ in programme or day');
  const path = list(receipt['path'], 64).map((node) => fromHex(String(node), 32));
  const root = rootFromPath(hashLeaf(leaf), path, { index: integer(receipt, 'index'), size: integer(header, 'count') });
  if (root === undefined || hex(root) !== text(header, 'root'))
    throw new MalformedError('the path does not lead to the batch’s root');
}

async function checkSignatures(transaction: Fields, header: Fields, pinned: PinnedRoots): Promise<string[]> {
  const payload = fromBase64(text(transaction, 'payload'));
  checkWrites(payload, header, text(transaction, 'chaincode'));
  const signers = new Set<string>();
  for (const endorsement of list(transaction['endorsements'], 16)) {
    const endorser = fromBase64(text(object(endorsement), 'endorser'));
    const signer = await signerOf(endorser, pinned);
    if (signer === undefined) continue;
    const signature = fromBase64(text(object(endorsement), 'signature'));
    if (await isSigned(concat([payload, endorser]), signature, signer.publicKey)) signers.add(signer.mspId);
  }
  const missing = pinned.roots.find(({ mspId }) => !signers.has(mspId));
  if (missing !== undefined || pinned.roots.length === 0)
    throw new MalformedError(`no valid signature of ${missing?.mspId ?? 'anybody'}`);
  return [...signers].sort();
}

/** The endorser's certificate has to be signed by the pinned root of the organisation that it claims. */
async function signerOf(
  endorser: Uint8Array,
  pinned: PinnedRoots,
): Promise<{ readonly mspId: string; readonly publicKey: Uint8Array } | undefined> {
  const identity = readMessage(endorser);
  const mspId = new TextDecoder().decode(identity.bytes(1));
  const certificate = readCertificate(new TextDecoder().decode(identity.bytes(2)));
  for (const root of pinned.roots.filter((candidate) => candidate.mspId === mspId)) {
    const issuer = readCertificate(root.certificate);
    if (await isSigned(certificate.signed, certificate.signature, issuer.publicKey))
      return { mspId, publicKey: certificate.publicKey };
  }
  return undefined;
}

const separator = '\0';
const none = new Uint8Array();

/** What was endorsed writes exactly this header, under the key that its programme, day and batch make. */
function checkWrites(payload: Uint8Array, header: Fields, chaincode: string): void {
  const action = readMessage(readMessage(payload).bytes(2) ?? none);
  if (readMessage(action.bytes(3) ?? none).number(1) !== 200n) throw new MalformedError('the contract did not succeed');
  const namespaces = readMessage(action.bytes(1) ?? none)
    .all(2)
    .map(readMessage);
  const own = namespaces.find((namespace) => areEqual(namespace.bytes(1) ?? none, utf8(chaincode)));
  const key = utf8(
    [`${separator}BATCH`, text(header, 'programme'), text(header, 'day'), text(header, 'batch'), ''].join(separator),
  );
  const value = utf8(canonicalText(header));
  const writes = readMessage(own?.bytes(2) ?? none)
    .all(3)
    .map(readMessage);
  const isWritten = writes.some(
    (write) => areEqual(write.bytes(1) ?? none, key) && areEqual(write.bytes(3) ?? none, value),
  );
  if (!isWritten) throw new MalformedError('the endorsed transaction does not write this batch');
}
