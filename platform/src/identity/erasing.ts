import type { Instant } from '@tanhui/sdk/model';
import type { Stored, Transaction } from '../storage/index.ts';
import type { AccountDocument, AccountsDeps } from './accounts.ts';
import { accountDocuments, eraseAccount } from './accounts.ts';
import { citizenDocuments } from './citizens.ts';
import { citizenOf } from './binding.ts';
import { consents, consentsOf } from './consents.ts';

/**
 * 抹除市民: destroys the secrets of every account that is the person's, bound now or before, and leaves their suppression entries; removes consents and
 * what is known of the person. A stub without a name stays, so that a token that is still good finds nobody. Answers the accounts as they stood.
 */
export async function eraseCitizen(
  tx: Transaction,
  deps: AccountsDeps,
  { citizen, at }: { readonly citizen: string; readonly at: Instant },
): Promise<readonly Stored<AccountDocument>[]> {
  const person = await citizenOf(tx, citizen);
  const stored = await tx.getMany(
    accountDocuments,
    person.value.accounts.map(({ account }) => account),
  );
  const own = [...stored.values()].filter(({ value }) => value.citizen === citizen);
  for (const account of own) await eraseAccount(tx, deps, { stored: account, at });
  const given = await consentsOf(tx, citizen);
  await tx.removeMany(
    consents,
    given.map(({ key }) => key),
  );
  const { programme, isSimulated, createdAt } = person.value;
  const value = { name: '', programme, isSimulated, createdAt, accounts: [], erasedAt: at };
  await tx.replaceMany(citizenDocuments, [{ ...person, value }]);
  return own;
}
