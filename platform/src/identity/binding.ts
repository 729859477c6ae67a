import type { Day, Instant } from '@tanhui/sdk/model';
import { refuser, required, without } from '../kernel/index.ts';
import type { Stored, Transaction } from '../storage/index.ts';
import type { AccountDocument, AccountsDeps, AccountStanding } from './accounts.ts';
import { accountDocuments, findAccounts, openAccounts, standingAt } from './accounts.ts';
import type { BoundAccount, CitizenDocument } from './citizens.ts';
import { citizenDocuments } from './citizens.ts';
import { consentText, grantConsent, withdrawConsents } from './consents.ts';
import type { AccountId } from './pseudonym.ts';
import { accountIdOf } from './pseudonym.ts';
import { identityRefusals } from './refusals.ts';

const refuse = refuser(identityRefusals);
const maxBoundAccounts = 20;
const tailLength = 4;

export async function citizenOf(tx: Pick<Transaction, 'get'>, citizen: string): Promise<Stored<CitizenDocument>> {
  const stored = await tx.get(citizenDocuments, citizen);
  if (stored === undefined || stored.value.erasedAt !== undefined) throw refuse('IDENTITY_CITIZEN_UNKNOWN');
  return stored;
}

export interface BindRequest {
  readonly citizen: string;
  readonly source: string;
  /** The account's name at the source. */
  readonly name: string;
  /** Version of the consent text that the person has read. */
  readonly consent: string;
  /** First day of the programme's window: earlier records are not credited. */
  readonly creditedFrom: Day;
  readonly at: Instant;
}

export interface BindingOutcome {
  readonly account: AccountId;
  /** False where the person had bound it already. */
  readonly isNew: boolean;
  /** Nobody had bound it before: what it earned rests on it still. */
  readonly isFirst: boolean;
}

/**
 * 绑定: records the person's consent for one account of one source, and from when its grams are credited. Answers the account, which is a new epoch
 * where the card was somebody else's before; what it earned before is credited by the caller.
 */
export async function bindAccount(tx: Transaction, deps: AccountsDeps, request: BindRequest): Promise<BindingOutcome> {
  if (request.consent !== consentText.version) throw refuse('IDENTITY_CONSENT_TEXT_CHANGED');
  const person = await citizenOf(tx, request.citizen);
  const newest = await newestEpoch(tx, deps, request);
  if (newest.refusedAs === 'suppressed') throw refuse('IDENTITY_ACCOUNT_ERASED');
  const stored = required(await tx.get(accountDocuments, newest.account), 'account that was opened');
  const { citizen, withdrawnAt } = stored.value;
  if (citizen === request.citizen && withdrawnAt === undefined)
    return { account: newest.account, isNew: false, isFirst: false };
  if (citizen !== undefined && withdrawnAt === undefined) throw refuse('IDENTITY_ACCOUNT_BOUND_ELSEWHERE');
  const running = person.value.accounts.filter(({ unboundAt }) => unboundAt === undefined);
  if (running.length >= maxBoundAccounts) throw refuse('IDENTITY_TOO_MANY_ACCOUNTS');
  const isForeign = citizen !== undefined && citizen !== request.citizen;
  const account = isForeign
    ? await openEpoch(tx, deps, { stored, person, request })
    : await creditFromNowOn(tx, { stored, person, request });
  await enterBinding(tx, deps, { person, request, account });
  return { account, isNew: true, isFirst: citizen === undefined };
}

async function newestEpoch(tx: Transaction, deps: AccountsDeps, request: BindRequest): Promise<AccountStanding> {
  const base = accountIdOf(deps.keys, request.source, request.name);
  const known = await findAccounts(tx, deps.keys, [base]);
  const standings = await openAccounts(tx, deps, { source: request.source, accounts: [base], known });
  return standingAt(required(standings.get(base), 'standing'), Infinity);
}

interface Binding {
  readonly person: Stored<CitizenDocument>;
  readonly request: BindRequest;
}

/** Bound again by the same person, the account goes on as it was; its first day of credit does not move. */
async function creditFromNowOn(
  tx: Transaction,
  { stored, person, request }: Binding & { readonly stored: Stored<AccountDocument> },
): Promise<AccountId> {
  const value: AccountDocument = {
    ...without(stored.value, 'withdrawnAt'),
    citizen: request.citizen,
    creditedIn: stored.value.creditedIn ?? person.value.programme,
    creditedFrom: stored.value.creditedFrom ?? request.creditedFrom,
    boundAt: request.at,
  };
  await tx.replaceMany(accountDocuments, [{ ...stored, value }]);
  return stored.key as AccountId;
}

/** 新账期: a card that changes hands begins anew, with a secret of its own; the earlier holder's records stay the earlier holder's. */
async function openEpoch(
  tx: Transaction,
  deps: AccountsDeps,
  { stored, person, request }: Binding & { readonly stored: Stored<AccountDocument> },
): Promise<AccountId> {
  const epoch = stored.value.epoch + 1;
  const account = `${stored.key.split('~')[0] ?? ''}~${String(epoch)}` as AccountId;
  const value: AccountDocument = {
    secret: Buffer.from(deps.random.bytes(32)).toString('base64'),
    source: stored.value.source,
    epoch,
    citizen: request.citizen,
    creditedIn: person.value.programme,
    creditedFrom: request.creditedFrom,
    boundAt: request.at,
  };
  await tx.insertMany(accountDocuments, [{ key: account, value }]);
  const successor = { account, from: request.at };
  await tx.replaceMany(accountDocuments, [{ ...stored, value: { ...stored.value, successor } }]);
  return account;
}

async function enterBinding(
  tx: Transaction,
  deps: AccountsDeps,
  { person, request, account }: Binding & { readonly account: AccountId },
): Promise<void> {
  const { citizen, source, at } = request;
  const before = person.value.accounts.find((bound) => bound.account === account);
  const bound: BoundAccount = {
    account,
    source,
    boundAt: at,
    tail: tailOf(request.name),
    creditedFrom: before?.creditedFrom ?? request.creditedFrom,
  };
  const accounts = [...person.value.accounts.filter((other) => other.account !== account), bound];
  await tx.replaceMany(citizenDocuments, [{ ...person, value: { ...person.value, accounts } }]);
  await grantConsent(tx, deps.random, { citizen, source, account, at });
}

/** Enough to know a card by, and never half of its name. */
function tailOf(name: string): string {
  return name.slice(-Math.min(tailLength, Math.floor(name.length / 2)) || name.length);
}

/** 解绑: ends the consent. What was credited stays the person's; from here on the account's records are refused until somebody consents again. */
export async function unbindAccount(
  tx: Transaction,
  request: { readonly citizen: string; readonly account: string; readonly at: number },
): Promise<void> {
  const { citizen, account, at } = request;
  const person = await citizenOf(tx, citizen);
  const isBound = (bound: BoundAccount) => bound.account === account && bound.unboundAt === undefined;
  if (!person.value.accounts.some(isBound)) throw refuse('IDENTITY_ACCOUNT_NOT_BOUND');
  const accounts = person.value.accounts.map((bound) => (isBound(bound) ? { ...bound, unboundAt: at } : bound));
  await tx.replaceMany(citizenDocuments, [{ ...person, value: { ...person.value, accounts } }]);
  const stored = required(await tx.get(accountDocuments, account), 'account that was bound');
  await tx.replaceMany(accountDocuments, [{ ...stored, value: { ...stored.value, withdrawnAt: at } }]);
  await withdrawConsents(tx, { citizen, account, at });
}
