import type { Random } from '../kernel/index.ts';
import { required } from '../kernel/index.ts';
import type { Collection, Stored, Transaction } from '../storage/index.ts';
import type { AccountId, PlatformKeys } from './pseudonym.ts';
import { suppressionKeyOf } from './pseudonym.ts';

/** 账户 at a source, with the one secret from which its salts and nullifiers come. Nowhere else does the secret stand. */
export interface AccountDocument {
  /** 32 bytes, base64; overwritten when the account is erased. */
  readonly secret: string;
  readonly source: string;
  /** Grows when a card changes hands. */
  readonly epoch: number;
  /** 市民 to whom the account's grams are credited, while consent holds. */
  readonly citizen?: string;
  readonly boundAt?: number;
  /** Consent was withdrawn: records of this account are refused. */
  readonly withdrawnAt?: number;
}

export const accountDocuments: Collection<AccountDocument> = {
  name: 'source_accounts',
  keys: { exception: 'an account is asked for by its pseudonym, which is random by design' },
  indexes: [],
};

/** 抑制名单: accounts that were erased; importing their trips again must not mint them twice. */
export const suppressions: Collection<{ readonly erasedAt: number }> = {
  name: 'suppressions',
  keys: { exception: 'a keyed digest of an erased account' },
  indexes: [],
};

/** What the intake has to know of an account. */
export interface AccountStanding {
  readonly account: AccountId;
  readonly secret: Buffer;
  readonly citizen?: string;
  readonly refusedAs?: 'suppressed' | 'withdrawn';
}

export interface AccountsDeps {
  readonly keys: PlatformKeys;
  readonly random: Random;
}

/** Finds the accounts of a batch, and opens those that are seen for the first time; all in the caller's unit of work. */
export async function openAccounts(
  tx: Transaction,
  deps: AccountsDeps,
  request: { readonly source: string; readonly accounts: readonly AccountId[] },
): Promise<Map<AccountId, AccountStanding>> {
  const known = await tx.getMany(accountDocuments, request.accounts);
  const unknown = request.accounts.filter((account) => !known.has(account));
  const suppressed = await suppressedAmong(tx, deps.keys, unknown);
  const fresh = unknown.filter((account) => !suppressed.has(account));
  const secrets = deps.random.bytes(32 * fresh.length);
  const opened = fresh.map((account, at) => ({
    key: account,
    value: {
      secret: Buffer.from(secrets.subarray(32 * at, 32 * at + 32)).toString('base64'),
      source: request.source,
      epoch: 0,
    },
  }));
  await tx.insertMany(accountDocuments, opened);

  const standings = new Map<AccountId, AccountStanding>();
  for (const [key, stored] of known) standings.set(key as AccountId, standingOf(key as AccountId, stored.value));
  for (const { key, value } of opened) standings.set(key, standingOf(key, value));
  for (const account of suppressed)
    standings.set(account, { account, secret: Buffer.alloc(32), refusedAs: 'suppressed' });
  return standings;
}

function standingOf(account: AccountId, document: AccountDocument): AccountStanding {
  return {
    account,
    secret: Buffer.from(document.secret, 'base64'),
    ...(document.citizen !== undefined && { citizen: document.citizen }),
    ...(document.withdrawnAt !== undefined && { refusedAs: 'withdrawn' as const }),
  };
}

async function suppressedAmong(
  tx: Transaction,
  keys: PlatformKeys,
  accounts: readonly AccountId[],
): Promise<Set<AccountId>> {
  if (accounts.length === 0 || !(await isAnybodySuppressed(tx))) return new Set();
  const byKey = new Map(accounts.map((account) => [suppressionKeyOf(keys, account), account]));
  const found = await tx.getMany(suppressions, [...byKey.keys()]);
  return new Set([...found.keys()].map((key) => required(byKey.get(key), 'suppression that was asked for')));
}

/** Where nobody has been erased, nobody has to be looked for: one question a batch instead of a digest and a lookup for each account. */
async function isAnybodySuppressed(tx: Transaction): Promise<boolean> {
  return (await tx.find(suppressions, { index: 'key', limit: 1 })).items.length > 0;
}

/** 抹除: overwrites the secret, then removes the document, and leaves the suppression entry that refuses the account from now on. */
export async function eraseAccount(
  tx: Transaction,
  deps: AccountsDeps,
  erasure: { readonly stored: Stored<AccountDocument>; readonly at: number },
): Promise<void> {
  const { stored, at } = erasure;
  const blank = { secret: Buffer.alloc(32).toString('base64'), source: stored.value.source, epoch: stored.value.epoch };
  await tx.replaceMany(accountDocuments, [{ key: stored.key, version: stored.version, value: blank }]);
  await tx.removeMany(accountDocuments, [stored.key]);
  await tx.insertMany(suppressions, [
    { key: suppressionKeyOf(deps.keys, stored.key as AccountId), value: { erasedAt: at } },
  ]);
}
