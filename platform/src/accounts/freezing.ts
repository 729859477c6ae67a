import type { Transaction } from '../storage/index.ts';
import { balanceOfDocument, documentOf } from './balances.ts';
import type { Asset } from './collections.ts';
import { balanceKey, balances } from './collections.ts';

/** 冻结账户: from here on nothing leaves it but what is taken back and what was set aside before; credits still come in. */
export async function freezeAccount(tx: Transaction, account: string, asset: Asset): Promise<void> {
  await setFrozen(tx, balanceKey(account, asset), true);
}

export async function thawAccount(tx: Transaction, account: string, asset: Asset): Promise<void> {
  await setFrozen(tx, balanceKey(account, asset), false);
}

async function setFrozen(tx: Transaction, key: string, isFrozen: boolean): Promise<void> {
  const stored = await tx.get(balances, key);
  const value = documentOf(balanceOfDocument(stored?.value), isFrozen ? { isFrozen } : {});
  await tx.replaceMany(balances, [{ key, version: stored?.version ?? 0, value }]);
}
