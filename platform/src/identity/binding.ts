import type { RefusalTable } from '../kernel/index.ts';
import { refuser, without } from '../kernel/index.ts';
import type { Transaction } from '../storage/index.ts';
import { accountDocuments, openAccounts } from './accounts.ts';
import type { AccountsDeps } from './accounts.ts';
import { citizenDocuments } from './citizens.ts';
import type { CitizenDocument } from './citizens.ts';
import type { AccountId } from './pseudonym.ts';
import { accountIdOf } from './pseudonym.ts';
import type { Stored } from '../storage/index.ts';

export const identityRefusals = {
  IDENTITY_CITIZEN_UNKNOWN: {
    kind: 'not-found',
    'zh-CN': '没有这位市民',
    en: 'There is no such citizen',
    next: { 'zh-CN': '请重新登录', en: 'Sign in again' },
  },
  IDENTITY_ACCOUNT_BOUND_ELSEWHERE: {
    kind: 'conflict',
    'zh-CN': '这个账户已绑定给他人',
    en: 'The account is bound to somebody else',
    next: { 'zh-CN': '如果账户是您的，请申诉', en: 'Appeal if the account is yours' },
  },
  IDENTITY_ACCOUNT_NOT_BOUND: {
    kind: 'not-found',
    'zh-CN': '这个账户没有绑定',
    en: 'The account is not bound',
    next: { 'zh-CN': '在“我的”中查看已绑定的账户', en: 'See the bound accounts under Mine' },
  },
  IDENTITY_ACCOUNT_ERASED: {
    kind: 'forbidden',
    'zh-CN': '这个账户已按本人要求删除',
    en: 'The account was erased at the person’s request',
    next: { 'zh-CN': '删除不可撤销', en: 'An erasure cannot be undone' },
  },
} as const satisfies RefusalTable;

const refuse = refuser(identityRefusals);

export async function citizenOf(tx: Pick<Transaction, 'get'>, citizen: string): Promise<Stored<CitizenDocument>> {
  const stored = await tx.get(citizenDocuments, citizen);
  if (stored === undefined || stored.value.erasedAt !== undefined) throw refuse('IDENTITY_CITIZEN_UNKNOWN');
  return stored;
}

/** 绑定: records the person's consent for one account of one source; gives its id. What it earned before is moved by the caller. */
export async function bindAccount(
  tx: Transaction,
  deps: AccountsDeps,
  request: { readonly citizen: string; readonly source: string; readonly name: string; readonly at: number },
): Promise<{ readonly account: AccountId; readonly isNew: boolean }> {
  const account = accountIdOf(deps.keys, request.source, request.name);
  const person = await citizenOf(tx, request.citizen);
  const standings = await openAccounts(tx, deps, { source: request.source, accounts: [account] });
  if (standings.get(account)?.refusedAs === 'suppressed') throw refuse('IDENTITY_ACCOUNT_ERASED');
  const stored = await tx.get(accountDocuments, account);
  if (stored === undefined) throw refuse('IDENTITY_ACCOUNT_NOT_BOUND');
  if (stored.value.citizen === request.citizen) return { account, isNew: false };
  if (stored.value.citizen !== undefined) throw refuse('IDENTITY_ACCOUNT_BOUND_ELSEWHERE');
  const value = { ...without(stored.value, 'withdrawnAt'), citizen: request.citizen, boundAt: request.at };
  await tx.replaceMany(accountDocuments, [{ ...stored, value }]);
  const accounts = [...person.value.accounts, { account, source: request.source, boundAt: request.at }];
  await tx.replaceMany(citizenDocuments, [{ ...person, value: { ...person.value, accounts } }]);
  return { account, isNew: true };
}

/** 解绑: as complete as binding; from here on the account's records are refused until somebody consents again. */
export async function unbindAccount(
  tx: Transaction,
  request: { readonly citizen: string; readonly account: string; readonly at: number },
): Promise<void> {
  const person = await citizenOf(tx, request.citizen);
  const accounts = person.value.accounts.filter(({ account }) => account !== request.account);
  if (accounts.length === person.value.accounts.length) throw refuse('IDENTITY_ACCOUNT_NOT_BOUND');
  await tx.replaceMany(citizenDocuments, [{ ...person, value: { ...person.value, accounts } }]);
  const stored = await tx.get(accountDocuments, request.account);
  if (stored === undefined) return;
  const value = { ...without(stored.value, 'citizen', 'boundAt'), withdrawnAt: request.at };
  await tx.replaceMany(accountDocuments, [{ ...stored, value }]);
}
