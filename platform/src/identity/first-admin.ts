import { hash, timingSafeEqual } from 'node:crypto';
import type { Instant } from '@tanhui/sdk/model';
import type { TrailActor } from '../kernel/index.ts';
import { refuser } from '../kernel/index.ts';
import type { Collection, Transaction } from '../storage/index.ts';
import { credentialRefusals } from './credential-refusals.ts';
import { issueCredential } from './credentials.ts';
import type { CredentialDeps, ShownSecret } from './credentials.ts';

/** 引导: the one-time token with which the first administrator is made; one document an installation. */
interface FirstAdminDocument {
  readonly digest: string;
  readonly madeAt: Instant;
  readonly usedAt?: Instant;
}

export const firstAdmins: Collection<FirstAdminDocument> = {
  name: 'first_admins',
  keys: { exception: 'one document an installation' },
  indexes: [],
};

const theOne = 'installation';
const refuse = refuser(credentialRefusals);

export type BootstrapState = 'none' | 'waiting' | 'done';

export async function bootstrapState(reader: Pick<Transaction, 'get'>): Promise<BootstrapState> {
  const stored = await reader.get(firstAdmins, theOne);
  if (stored === undefined) return 'none';
  return stored.value.usedAt === undefined ? 'waiting' : 'done';
}

/** Makes the token anew; the one before it is void. Refused once the first administrator exists. */
export async function makeBootstrapToken(tx: Transaction, deps: CredentialDeps): Promise<string> {
  const stored = await tx.get(firstAdmins, theOne);
  if (stored?.value.usedAt !== undefined) throw refuse('IDENTITY_BOOTSTRAP_DONE');
  const token = `tnb_${Buffer.from(deps.random.bytes(32)).toString('base64url')}`;
  const value = { digest: hash('sha256', token, 'hex'), madeAt: deps.clock.now() };
  await tx.replaceMany(firstAdmins, [{ key: theOne, version: stored?.version ?? 0, value }]);
  return token;
}

/** Trades the token for the first operator credential; token and credential change in one unit of work, so it works once. */
export async function bootstrapFirstAdmin(
  tx: Transaction,
  deps: CredentialDeps,
  request: { readonly token: string; readonly subject: string; readonly label: string },
): Promise<ShownSecret> {
  const stored = await tx.get(firstAdmins, theOne);
  const digest = Buffer.from(hash('sha256', request.token, 'hex'));
  const isRight =
    stored !== undefined &&
    stored.value.usedAt === undefined &&
    timingSafeEqual(Buffer.from(stored.value.digest), digest);
  if (!isRight) throw refuse('IDENTITY_BOOTSTRAP_INVALID');
  await tx.replaceMany(firstAdmins, [{ ...stored, value: { ...stored.value, usedAt: deps.clock.now() } }]);
  const by: TrailActor = { subject: 'bootstrap', role: 'system' };
  const { subject, label } = request;
  await deps.trail.append(tx, { actor: by, action: 'admin-bootstrapped', subject });
  return issueCredential(tx, deps, { credential: { role: 'operator', subject, label }, by });
}
