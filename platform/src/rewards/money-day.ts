import type { Day } from '@tanhui/sdk/model';
import type { ProgrammeDayDocument } from '../carbon/index.ts';
import { newProgrammeDay, programmeDayKey, programmeDays } from '../carbon/index.ts';
import type { Reader, Transaction } from '../storage/index.ts';
import type { Amounts, MoneyDayDocument, RedemptionDocument } from './collections.ts';
import { moneyDays } from './collections.ts';
import { foldInto } from './folding.ts';

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

/** A redemption as one figure of a day counts it. */
export interface MoneyCount {
  readonly programme: string;
  readonly day: string;
  readonly as: 'taken' | 'returned' | 'paid' | 'settled';
  readonly redemption: Pick<RedemptionDocument, 'amountFen' | 'burnedMilligrams'>;
}

/** Counts redemptions into the figures of their days, in the unit of work that makes it true. */
export async function countMoney(tx: Transaction, counts: readonly MoneyCount[]): Promise<void> {
  const opened = new Map<string, ProgrammeDayDocument>();
  await foldInto(tx, moneyDays, {
    counts,
    keyOf: ({ programme, day }) => moneyDayKey(programme, day),
    add(before, { programme, day, as, redemption }) {
      if (before === undefined) opened.set(...newDay(programme, day as Day));
      const document = before ?? newMoneyDay(programme, day);
      const { count, fen, milligrams } = document[as];
      const after: Amounts = {
        count: count + 1,
        fen: String(BigInt(fen) + BigInt(redemption.amountFen)),
        milligrams: String(BigInt(milligrams) + BigInt(redemption.burnedMilligrams)),
      };
      return { ...document, [as]: after };
    },
  });
  // A day with money is a day of the programme, whether anybody travelled on it or not: it is listed, and can be closed. One that is there stays as it is.
  const days = [...opened].map(([key, value]) => ({ key, value }));
  await tx.insertMany(programmeDays, days);
}

function newDay(programme: string, day: Day): [key: string, value: ProgrammeDayDocument] {
  return [programmeDayKey(programme, day), newProgrammeDay(programme, day)];
}
