import { hash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '@tanhui/sdk/model';
import type { AuditTrail, Clock, Random, TrailActor } from '../kernel/index.ts';
import { refuser, without } from '../kernel/index.ts';
import type { Collection, Page, Reader, Stored, Transaction } from '../storage/index.ts';
import { credentialRefusals } from './credential-refusals.ts';

export type CredentialRole = 'partner' | 'agency' | 'operator';

/** A secret of a credential: its SHA-256, never itself. The secret has 256 random bits, so nothing slower than a hash is needed. */
interface SecretDocument {
  readonly digest: string;
  readonly madeAt: Instant;
  /** Of a secret that was rotated out: valid until then. */
  readonly until?: Instant;
}

/** 凭证: what an organisation's programs hold. Scoped to one role, for partners also to sources and a programme. */
export interface CredentialDocument {
  readonly role: CredentialRole;
  /** The organisation that holds it; several credentials may belong to one. */
  readonly subject: string;
  /** What its holder calls it. */
  readonly label: string;
  /** Sources it may send; all where absent. */
  readonly sources?: readonly string[];
  /** The one programme it may act in; any where absent. */
  readonly programme?: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt?: Instant;
  readonly revokedAt?: Instant;
  /** Newest first; at most two. */
  readonly secrets: readonly SecretDocument[];
}

export const credentials: Collection<CredentialDocument> = {
  name: 'credentials',
  keys: 'time-led',
  indexes: [
    {
      name: 'by_subject',
      fields: ['subject', 'createdAt'],
      exception: 'an organisation has a handful of credentials and lists its own',
    },
  ],
};

export interface CredentialDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly trail: AuditTrail<Transaction>;
}

export interface NewCredential {
  readonly role: CredentialRole;
  readonly subject: string;
  readonly label: string;
  readonly sources?: readonly string[] | undefined;
  readonly programme?: string | undefined;
  readonly expiresAt?: Instant | undefined;
}

/** A secret in the clear: shown to its receiver once, stored nowhere. */
export interface ShownSecret {
  readonly id: string;
  readonly secret: string;
}

/** Whose token is it: the credential and which of its secrets it was got with. */
export interface Admission {
  readonly credential: string;
  readonly generation: string;
}

const refuse = refuser(credentialRefusals);
const secretPattern = /^tnh_([0-9a-z]{9}_[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
export const maxOverlapMs = 30 * 86_400_000;

function digestOf(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Which secret a token stems from, short enough to stand in the token. */
function generationOf({ digest }: SecretDocument): string {
  return digest.slice(0, 16);
}

function newSecret(id: string, random: Random): string {
  return `tnh_${id.slice(4)}_${Buffer.from(random.bytes(32)).toString('base64url')}`;
}

/** 签发: a new credential; its secret is in the answer and nowhere else. */
export async function issueCredential(
  tx: Transaction,
  deps: CredentialDeps,
  request: { readonly credential: NewCredential; readonly by: TrailActor },
): Promise<ShownSecret> {
  const at = deps.clock.now();
  const id = `crd_${at.toString(36).padStart(9, '0')}_${Buffer.from(deps.random.bytes(6)).toString('hex')}`;
  const secret = newSecret(id, deps.random);
  const { role, subject, label, sources, programme, expiresAt } = request.credential;
  const value: CredentialDocument = {
    role,
    subject,
    label,
    ...(sources !== undefined && { sources }),
    ...(programme !== undefined && { programme }),
    createdAt: at,
    createdBy: request.by.subject,
    ...(expiresAt !== undefined && { expiresAt }),
    secrets: [{ digest: digestOf(secret), madeAt: at }],
  };
  await tx.insertMany(credentials, [{ key: id, value }]);
  await deps.trail.append(tx, { actor: request.by, action: 'credential-issued', subject: id });
  return { id, secret };
}

/** 轮换: a new secret; the one before it stays valid for the overlap, any older one ends now. */
export async function rotateCredential(
  tx: Transaction,
  deps: CredentialDeps,
  request: { readonly id: string; readonly overlapMs: number; readonly by: TrailActor },
): Promise<ShownSecret> {
  const stored = await credentialOf(tx, request.id);
  if (stored.value.revokedAt !== undefined) throw refuse('IDENTITY_CREDENTIAL_REVOKED');
  const at = deps.clock.now();
  const secret = newSecret(request.id, deps.random);
  const [newest] = stored.value.secrets;
  const kept = newest === undefined || request.overlapMs === 0 ? [] : [{ ...newest, until: at + request.overlapMs }];
  const secrets = [{ digest: digestOf(secret), madeAt: at }, ...kept];
  await tx.replaceMany(credentials, [{ ...stored, value: { ...stored.value, secrets } }]);
  await deps.trail.append(tx, { actor: request.by, action: 'credential-rotated', subject: request.id });
  return { id: request.id, secret };
}

/** 吊销, for good and at once: tokens that were got with it end with it. Revoking again changes nothing. */
export async function revokeCredential(
  tx: Transaction,
  deps: CredentialDeps,
  request: { readonly id: string; readonly by: TrailActor; readonly reason?: string | undefined },
): Promise<void> {
  const stored = await credentialOf(tx, request.id);
  if (stored.value.revokedAt !== undefined) return;
  const value = { ...stored.value, revokedAt: deps.clock.now(), secrets: [] };
  await tx.replaceMany(credentials, [{ ...stored, value }]);
  await deps.trail.append(tx, {
    actor: request.by,
    action: 'credential-revoked',
    subject: request.id,
    ...(request.reason !== undefined && { reason: request.reason }),
  });
}

/** A credential without its digests: what may be listed. */
export type ListedCredential = Omit<CredentialDocument, 'secrets'> & {
  readonly credential: string;
  /** Until when the secret before the last rotation is valid. */
  readonly overlapUntil?: Instant;
};

export function listedCredential({ key, value }: Stored<CredentialDocument>): ListedCredential {
  const overlapUntil = value.secrets.find(({ until }) => until !== undefined)?.until;
  return {
    credential: key,
    ...without(value, 'secrets' as never),
    ...(overlapUntil !== undefined && { overlapUntil }),
  };
}

/** Newest first: everybody's, or of one organisation. */
export function listCredentials(
  reader: Reader,
  query: { readonly subject?: string | undefined; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<CredentialDocument>> {
  return reader.find(credentials, {
    ...(query.subject === undefined ? { index: 'key' } : { index: 'by_subject', prefix: [query.subject] }),
    order: 'descending',
    limit: query.limit,
    ...(query.cursor !== undefined && { after: query.cursor }),
  });
}

export async function credentialOf(reader: Pick<Reader, 'get'>, id: string): Promise<Stored<CredentialDocument>> {
  const stored = await reader.get(credentials, id);
  if (stored === undefined) throw refuse('IDENTITY_CREDENTIAL_UNKNOWN');
  return stored;
}

/** Takes a secret for what it says it is, or refuses it without saying what is wrong with it. */
export async function admitSecret(
  reader: Pick<Reader, 'get'>,
  secret: string,
  now: Instant,
): Promise<Admission & { readonly document: CredentialDocument }> {
  const [, id] = secretPattern.exec(secret) ?? [];
  const stored = id === undefined ? undefined : await reader.get(credentials, `crd_${id}`);
  const digest = Buffer.from(digestOf(secret));
  const matching = stored?.value.secrets.find(
    (one) => isInForce(one, now) && timingSafeEqual(Buffer.from(one.digest), digest),
  );
  if (stored === undefined || matching === undefined || !isStanding(stored.value, now))
    throw refuse('IDENTITY_CREDENTIAL_INVALID');
  return { credential: stored.key, generation: generationOf(matching), document: stored.value };
}

/** What stands behind a token, asked at every call so that a revocation takes effect at once. */
export async function standingOfToken(
  reader: Pick<Reader, 'get'>,
  { credential, generation }: Admission,
  now: Instant,
): Promise<CredentialDocument> {
  const stored = await reader.get(credentials, credential);
  const isGood =
    stored !== undefined &&
    isStanding(stored.value, now) &&
    stored.value.secrets.some((one) => isInForce(one, now) && generationOf(one) === generation);
  if (!isGood) throw refuse('IDENTITY_CREDENTIAL_INVALID');
  return stored.value;
}

function isInForce({ until }: SecretDocument, now: Instant): boolean {
  return until === undefined || now < until;
}

function isStanding({ revokedAt, expiresAt }: CredentialDocument, now: Instant): boolean {
  return revokedAt === undefined && (expiresAt === undefined || now < expiresAt);
}

/** Refuses a source or programme that a credential does not cover. */
export function checkScope(
  scope: { readonly sources?: readonly string[]; readonly programme?: string },
  asked: { readonly source?: string | undefined; readonly programme?: string | undefined },
): void {
  const { source, programme } = asked;
  if (source !== undefined && scope.sources?.includes(source) === false) throw refuse('IDENTITY_SOURCE_NOT_YOURS');
  if (programme !== undefined && scope.programme !== undefined && scope.programme !== programme)
    throw refuse('IDENTITY_PROGRAMME_NOT_YOURS');
}

/** Refuses a new credential that its issuer's own scope does not cover: nobody passes on more than he has. */
export function checkWithin(
  own: { readonly sources?: readonly string[]; readonly programme?: string },
  asked: NewCredential,
): void {
  const sources = asked.sources;
  const isNarrower = own.sources === undefined || sources?.every((source) => own.sources?.includes(source)) === true;
  const isSameProgramme = own.programme === undefined || own.programme === asked.programme;
  if (!isNarrower || !isSameProgramme) throw refuse('IDENTITY_SCOPE_TOO_WIDE');
}
