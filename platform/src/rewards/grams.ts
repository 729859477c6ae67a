import { balanceOf } from '../accounts/index.ts';
import { unsealedMilligrams } from '../carbon/index.ts';
import { citizenOf } from '../identity/index.ts';
import type { Reader } from '../storage/index.ts';

/** 市民的减排账户, in milligrams. */
export interface Grams {
  readonly balance: bigint;
  /** Balance less what is held and what no sealed batch holds yet. */
  readonly redeemable: bigint;
  /** 追回: taken back after it was redeemed; the next grams fill it first. */
  readonly clawback: bigint;
}

export async function gramsOf(reader: Reader, citizen: string): Promise<Grams> {
  const [{ value }, { amount, held, owed }] = await Promise.all([
    citizenOf(reader, citizen),
    balanceOf(reader, `citizen:${citizen}`, 'milligrams'),
  ]);
  const accounts = value.accounts.map(({ account }) => account);
  const free = amount - held - (await unsealedMilligrams(reader, { programme: value.programme, accounts }));
  return { balance: amount, redeemable: free < 0n ? 0n : free, clawback: owed };
}
