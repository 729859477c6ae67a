import type { Reader, Transaction } from '../storage/index.ts';
import type { Amounts, MoneyDayDocument } from './collections.ts';
import { moneyDays } from './collections.ts';

const nothing: Amounts = { count: 0, fen: '0', milligrams: '0' };

export function moneyDayKey(programme: string, day: string): string {
  return `${day}/${programme}`;
}

export function newMoneyDay(programme: string, day: string): MoneyDayDocument {
  return { programme, day, taken: nothing, returned: nothing, paid: nothing, settled: nothing, seals: 0 };
}

/** The day's figures; all nothing on a day without money. */
export async function moneyDayOf(store: Reader, programme: string, day: string): Promise<MoneyDayDocument> {
  return (await store.get(moneyDays, moneyDayKey(programme, day)))?.value ?? newMoneyDay(programme, day);
}

/** Counts a redemption into one figure of a day, in the unit of work that makes it true. */
export async function countMoney(
  tx: Transaction,
  where: { readonly programme: string; readonly day: string; readonly as: 'taken' | 'returned' | 'paid' | 'settled' },
  { amountFen, burnedMilligrams }: { readonly amountFen: string; readonly burnedMilligrams: string },
): Promise<void> {
  const key = moneyDayKey(where.programme, where.day);
  const stored = await tx.get(moneyDays, key);
  const before = stored?.value ?? newMoneyDay(where.programme, where.day);
  const sums = before[where.as];
  const after: Amounts = {
    count: sums.count + 1,
    fen: String(BigInt(sums.fen) + BigInt(amountFen)),
    milligrams: String(BigInt(sums.milligrams) + BigInt(burnedMilligrams)),
  };
  await tx.replaceMany(moneyDays, [{ key, version: stored?.version ?? 0, value: { ...before, [where.as]: after } }]);
}
