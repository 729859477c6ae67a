import type { Day, Instant } from '@tanhui/sdk/model';
import type { Random } from '../kernel/index.ts';
import { required } from '../kernel/index.ts';
import type { Collection, Stored, Transaction } from '../storage/index.ts';
import type { AccountId, PlatformKeys } from './pseudonym.ts';
import { suppressionKeyOf } from './pseudonym.ts';

/**
 * 账户 at a source, with the one secret from which its salts and nullifiers come. Nowhere else does the secret stand. A document has one holder for
 * good; when a card changes hands, a new epoch with a secret of its own follows it.
 */
export interface AccountDocument {
  /** 32 bytes, base64; overwritten when the account is erased. */
  readonly secret: string;
  readonly source: string;
  /** Grows when a card changes hands. */
  readonly epoch: number;
  /** 市民 to whom the account's grams are credited; kept after consent ends, because what was credited before stays. */
  readonly citizen?: string;
  /** Only grams of this programme, and of days from here on, are credited to the citizen; others rest on the account. */
  readonly creditedIn?: string;
  readonly creditedFrom?: string;
  readonly boundAt?: number;
  /** Consent was withdrawn: records of this account are refused. */
  readonly withdrawnAt?: number;
  /** The person asked for erasure; the stub stays where a later epoch has to be found through it. */
  readonly erasedAt?: number;
  /** The epoch that holds whatever happened from an instant on. */
  readonly successor?: { readonly account: string; readonly from: number };
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
export interface AccountStanding extends Pick<AccountDocument, 'citizen' | 'creditedIn' | 'creditedFrom'> {
  readonly account: AccountId;
  readonly secret: Buffer;
  readonly refusedAs?: 'suppressed' | 'withdrawn';
  /** Whose the records are from an instant on. */
  readonly next?: { readonly from: Instant; readonly standing: AccountStanding };
}

export interface AccountsDeps {
  readonly keys: PlatformKeys;
  readonly random: Random;
}

/** The account that a fact of an instant belongs to: a card's earlier and later holders are different accounts. */
export function standingAt(standing: AccountStanding, at: Instant): AccountStanding {
  let found = standing;
  while (found.next !== undefined && at >= found.next.from) found = found.next.standing;
  return found;
}

/** 待认领减排量: what the trips of a programme earned that no citizen has bound. Whose it is say the day books, whose accepted lines sum to it. */
export function unclaimedAccount(programme: string): string {
  return `unclaimed:${programme}`;
}

/** What of an account is credited to the citizen who has bound it. */
export type Crediting = Pick<AccountDocument, 'creditedIn' | 'creditedFrom'>;

export function isCredited(
  { creditedIn, creditedFrom }: { readonly [Name in keyof Crediting]: Crediting[Name] | undefined },
  { programme, day }: { readonly programme: string; readonly day: Day },
): boolean {
  return creditedIn === programme && (creditedFrom ?? '') <= day;
}

/** Whose account in the books the grams of a day go to: the citizen's where the account is bound and the day is credited, the unclaimed ones otherwise. */
export function creditedTo(
  { citizen, creditedIn, creditedFrom }: Pick<AccountDocument, 'citizen' | 'creditedIn' | 'creditedFrom'>,
  { programme, day }: { readonly programme: string; readonly day: Day },
): string {
  const isClaimed = citizen !== undefined && isCredited({ creditedIn, creditedFrom }, { programme, day });
  return isClaimed ? `citizen:${citizen}` : unclaimedAccount(programme);
}

/** What the store knows of some accounts. */
export interface KnownAccounts {
  readonly documents: ReadonlyMap<string, Stored<AccountDocument>>;
  readonly suppressed: ReadonlySet<AccountId>;
}

/** Asks for everything in one go. */
export async function findAccounts(
  tx: Transaction,
  keys: PlatformKeys,
  accounts: readonly AccountId[],
): Promise<KnownAccounts> {
  const [documents, suppressed] = await Promise.all([
    tx.getMany(accountDocuments, accounts),
    suppressedAmong(tx, keys, accounts),
  ]);
  return { documents, suppressed };
}

/** The standing of accounts, of which those that are seen for the first time are opened; all in the caller's unit of work. */
export async function openAccounts(
  tx: Transaction,
  deps: AccountsDeps,
  request: { readonly source: string; readonly accounts: readonly AccountId[]; readonly known: KnownAccounts },
): Promise<Map<AccountId, AccountStanding>> {
  const { documents: known, suppressed } = request.known;
  const barred = request.accounts.filter((account) => !known.has(account) && suppressed.has(account));
  const fresh = request.accounts.filter((account) => !known.has(account) && !suppressed.has(account));
  const opened = openings(deps.random, request.source, fresh);
  tx.later.insertMany(accountDocuments, opened);
  const epochs = await laterEpochs(tx, known);
  const standings = new Map<AccountId, AccountStanding>();
  for (const [key, { value }] of known) standings.set(key as AccountId, standingOf(key as AccountId, value, epochs));
  for (const { key, value } of opened) standings.set(key, standingOf(key, value, epochs));
  for (const account of barred) standings.set(account, suppressedStanding(account));
  return standings;
}

function openings(random: Random, source: string, accounts: readonly AccountId[]) {
  const secrets = random.bytes(32 * accounts.length);
  return accounts.map((key, at) => ({
    key,
    value: {
      secret: Buffer.from(secrets.subarray(32 * at, 32 * at + 32)).toString('base64'),
      source,
      epoch: 0,
    },
  }));
}

/** Cards that changed hands are few: without one this reads nothing. */
async function laterEpochs(
  tx: Transaction,
  known: KnownAccounts['documents'],
): Promise<ReadonlyMap<string, AccountDocument>> {
  const found = new Map<string, AccountDocument>();
  let wanted = successorsOf([...known.values()].map(({ value }) => value));
  while (wanted.length > 0) {
    const documents = [...(await tx.getMany(accountDocuments, wanted))].map(
      ([key, { value }]) => [key, value] as const,
    );
    for (const [key, value] of documents) found.set(key, value);
    wanted = successorsOf(documents.map(([, value]) => value));
  }
  return found;
}

function successorsOf(documents: readonly AccountDocument[]): string[] {
  return documents.flatMap(({ successor }) => (successor === undefined ? [] : [successor.account]));
}

function standingOf(
  account: AccountId,
  document: AccountDocument,
  epochs: ReadonlyMap<string, AccountDocument>,
): AccountStanding {
  const { citizen, creditedIn, creditedFrom, successor } = document;
  const refusedAs = barOf(document);
  return {
    account,
    secret: Buffer.from(document.secret, 'base64'),
    ...(citizen !== undefined && { citizen }),
    ...(creditedIn !== undefined && { creditedIn }),
    ...(creditedFrom !== undefined && { creditedFrom }),
    ...(refusedAs !== undefined && { refusedAs }),
    ...(successor !== undefined && { next: { from: successor.from, standing: epochOf(successor.account, epochs) } }),
  };
}

function barOf({ erasedAt, withdrawnAt }: AccountDocument): AccountStanding['refusedAs'] {
  if (erasedAt !== undefined) return 'suppressed';
  return withdrawnAt === undefined ? undefined : 'withdrawn';
}

/** An epoch whose document is gone was erased. */
function epochOf(key: string, epochs: ReadonlyMap<string, AccountDocument>): AccountStanding {
  const document = epochs.get(key);
  const account = key as AccountId;
  return document === undefined ? suppressedStanding(account) : standingOf(account, document, epochs);
}

function suppressedStanding(account: AccountId): AccountStanding {
  return { account, secret: Buffer.alloc(32), refusedAs: 'suppressed' };
}

async function suppressedAmong(
  tx: Transaction,
  keys: PlatformKeys,
  accounts: readonly AccountId[],
): Promise<Set<AccountId>> {
  const byKey = new Map(accounts.map((account) => [suppressionKeyOf(keys, account), account]));
  const found = await tx.getMany(suppressions, [...byKey.keys()]);
  return new Set([...found.keys()].map((key) => required(byKey.get(key), 'suppression that was asked for')));
}

/**
 * 抹除: overwrites the secret, then removes the document, and leaves the suppression entry that refuses the account from now on. Where a later epoch
 * follows, a blank stub stays that leads to it.
 */
export async function eraseAccount(
  tx: Transaction,
  deps: AccountsDeps,
  erasure: { readonly stored: Stored<AccountDocument>; readonly at: number },
): Promise<void> {
  const { stored, at } = erasure;
  const { source, epoch, successor } = stored.value;
  const blank = {
    secret: Buffer.alloc(32).toString('base64'),
    source,
    epoch,
    erasedAt: at,
    ...(successor !== undefined && { successor }),
  };
  await tx.replaceMany(accountDocuments, [{ key: stored.key, version: stored.version, value: blank }]);
  if (successor === undefined) await tx.removeMany(accountDocuments, [stored.key]);
  await tx.insertMany(suppressions, [
    { key: suppressionKeyOf(deps.keys, stored.key as AccountId), value: { erasedAt: at } },
  ]);
}
