import type { Day } from '@tanhui/sdk/model';
import type { JournalDocument } from '../accounts/index.ts';
import { balanceOf, journal } from '../accounts/index.ts';
import type { Reader, Stored } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import type { RedemptionDocument } from './collections.ts';
import { redemptions } from './collections.ts';
import type { Difference } from './differences.ts';
import { difference } from './differences.ts';
import { burnedAccount } from './redemption.ts';

export interface Scope {
  readonly programme: string;
  readonly day: Day;
}

/** Fen that the journal has under a programme's day, by payment and by deposit. */
export interface BooksSide {
  readonly payouts: ReadonlyMap<string, bigint>;
  readonly deposits: ReadonlyMap<string, bigint>;
}

/** Reads what is booked on a day out of and into the budgets of one programme. */
export async function booksSide(reader: Reader, day: Day, budgets: ReadonlySet<string>): Promise<BooksSide> {
  const booked = async (kind: string) => {
    const entries = await everyOf(reader, journal, { index: 'by_booking', prefix: [day, kind] });
    return entries.flatMap(({ key, value }) => {
      const amount = budgetFen(value, budgets);
      return amount === undefined ? [] : [[key, amount] as const];
    });
  };
  const payouts = (await booked('payout')).map(([key, amount]) => [key.replace(/:hold:posted$/, ''), -amount] as const);
  return { payouts: new Map(payouts), deposits: new Map(await booked('budget')) };
}

/** What an entry brings into one of some budgets, or takes out of it below zero; undefined where it touches none. */
export function budgetFen({ legs }: JournalDocument, budgets: ReadonlySet<string>): bigint | undefined {
  const leg = legs.find(({ account, asset }) => asset === 'fen' && budgets.has(account));
  return leg === undefined ? undefined : BigInt(leg.amount);
}

export interface BurnedSide {
  readonly booksMilligrams: bigint;
  readonly redemptionMilligrams: bigint;
  readonly differences: readonly Difference[];
}

/**
 * Grams burned by what was redeemed on a day, whenever it is paid: each redemption's own entry, and the account they all went to. What that account has and no
 * entry of a redemption explains stands against the account.
 */
export async function burnedSide(reader: Reader, scope: Scope): Promise<BurnedSide> {
  const account = burnedAccount(scope.programme, scope.day);
  const own = await redeemedOn(reader, scope);
  const burned = await burnedBy(reader, scope.day, account);
  const { amount } = await balanceOf(reader, account, 'milligrams');
  const differences: Difference[] = [];
  let [accounted, expected] = [0n, 0n];
  for (const id of new Set([...own.keys(), ...burned.keys()])) {
    const redemption = own.get(id);
    const sides = { booksMilligrams: burned.get(id) ?? 0n, redemptionMilligrams: standing(redemption) };
    accounted += sides.booksMilligrams;
    expected += sides.redemptionMilligrams;
    if (sides.booksMilligrams === sides.redemptionMilligrams) continue;
    const kind = redemption === undefined ? 'BURNED_WITHOUT_REDEMPTION' : 'BURN_DIFFERS';
    differences.push(difference(kind, id, sides));
  }
  if (amount !== accounted)
    differences.push(
      difference('BURNED_WITHOUT_REDEMPTION', account, { booksMilligrams: amount, redemptionMilligrams: accounted }),
    );
  return { booksMilligrams: amount, redemptionMilligrams: expected, differences };
}

/** Milligrams that a redemption has burned: what was given back is not. */
function standing(redemption: RedemptionDocument | undefined): bigint {
  return redemption === undefined || redemption.status === 'rejected' ? 0n : BigInt(redemption.burnedMilligrams);
}

/** Ids of redemptions begin with their day, and so do the entries that carry them. */
function keysOf(day: Day): { readonly from: string; readonly before: string } {
  const start = `pay_${day.replaceAll('-', '')}`;
  return { from: `${start}_`, before: `${start}\`` };
}

async function redeemedOn(reader: Reader, { programme, day }: Scope): Promise<Map<string, RedemptionDocument>> {
  const all = await everyOf(reader, redemptions, { index: 'key', ...keysOf(day) });
  return new Map(ofProgramme(all, programme).map(({ key, value }) => [key, value]));
}

function ofProgramme(all: readonly Stored<RedemptionDocument>[], programme: string) {
  return all.filter(({ value }) => value.programme === programme);
}

/** What the entries of each redemption of a day brought into an account, less what a return took out again. */
async function burnedBy(reader: Reader, day: Day, account: string): Promise<Map<string, bigint>> {
  const burned = new Map<string, bigint>();
  for (const { key, value } of await everyOf(reader, journal, { index: 'key', ...keysOf(day) })) {
    const id = key.split(':')[0] ?? key;
    for (const leg of value.legs)
      if (leg.account === account) burned.set(id, (burned.get(id) ?? 0n) + BigInt(leg.amount));
  }
  return burned;
}
