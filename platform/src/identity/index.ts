export { accountIdOf, keyedDigest, suppressionKeyOf } from './pseudonym.ts';
export type { AccountId, PlatformKeys } from './pseudonym.ts';
export {
  accountDocuments,
  creditedTo,
  findAccounts,
  isCredited,
  openAccounts,
  standingAt,
  suppressions,
  unclaimedAccount,
} from './accounts.ts';
export type { AccountDocument, AccountsDeps, AccountStanding, Crediting, KnownAccounts } from './accounts.ts';
export { citizenDocuments } from './citizens.ts';
export type { BoundAccount, CitizenDocument } from './citizens.ts';
export { bindAccount, citizenOf, unbindAccount } from './binding.ts';
export { consentDigest, consents, consentsOf, consentText } from './consents.ts';
export type { ConsentDocument } from './consents.ts';
export { eraseCitizen } from './erasing.ts';
export { holdToKeys, keyMarks } from './key-mark.ts';
export { identityRefusals } from './refusals.ts';
export { credentialRefusals } from './credential-refusals.ts';
export {
  admitSecret,
  checkScope,
  checkWithin,
  credentialOf,
  credentials,
  issueCredential,
  listCredentials,
  listedCredential,
  maxOverlapMs,
  revokeCredential,
  rotateCredential,
  standingOfToken,
} from './credentials.ts';
export type { CredentialDeps, CredentialRole, ListedCredential, ShownSecret } from './credentials.ts';
export { bootstrapFirstAdmin, bootstrapState, firstAdmins, makeBootstrapToken } from './first-admin.ts';
