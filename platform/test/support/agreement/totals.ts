import type { Day } from '@tanhui/sdk/model';
import { expect } from 'vitest';
import { balances } from '../../../src/accounts/index.ts';
import type { DayBookLine } from '../../../src/activities/index.ts';
import { acceptedMilligrams, dayBooks, placeOfBook } from '../../../src/activities/index.ts';
import type { ProgrammeDayDocument } from '../../../src/carbon/index.ts';
import { parseSequenceId } from '../../../src/carbon/index.ts';
import { accountDocuments, creditedTo, isCredited, unclaimedAccount } from '../../../src/identity/index.ts';
import { erasures } from '../../../src/intake/index.ts';
import { required } from '../../../src/kernel/index.ts';
import type { DocumentStore } from '../../../src/storage/index.ts';
import type { Ledger } from './ledger.ts';
import { valuesOf } from './ledger.ts';

/** Whose balance the grams of an account's day went to; what an erasure under way has voided already is nobody's. */
export async function ownersOf(
  store: DocumentStore,
  programme: string,
): Promise<(account: string, day: Day) => string> {
  const holders = await valuesOf(store, accountDocuments);
  const underWay = [...(await valuesOf(store, erasures)).values()];
  return (account, day) => {
    const crediting = underWay.map(({ credited }) => credited?.[account]).find((one) => one !== undefined);
    if (crediting !== undefined && isCredited(crediting, { programme, day })) return `void:${programme}`;
    return creditedTo(holders.get(account) ?? {}, { programme, day });
  };
}

/** Each balance is what its trips earned. Of grams that were burned it is not told whose they were. */
export async function expectBalancesToBeEarned(store: DocumentStore, { programme }: Ledger): Promise<void> {
  const earned = await earnedIn(store, programme);
  const kept = await valuesOf(store, balances);
  if ([...kept].some(([key, { amount }]) => key.startsWith('burned:') && amount !== '0')) return;
  const owners = [...kept.keys()].flatMap((key) =>
    key.endsWith('/milligrams') ? key.slice(0, -'/milligrams'.length) : [],
  );
  const earning = owners.filter((owner) => owner.startsWith('citizen:') || owner === unclaimedAccount(programme));
  for (const owner of new Set([...earning, ...earned.keys()])) {
    const { amount, owed = '0' } = kept.get(`${owner}/milligrams`) ?? { amount: '0' };
    const told = [owner, BigInt(amount) - BigInt(owed)];
    expect(told, 'a balance is what its trips earned').toEqual([owner, earned.get(owner) ?? 0n]);
  }
}

async function earnedIn(store: DocumentStore, programme: string): Promise<Map<string, bigint>> {
  const ownerOf = await ownersOf(store, programme);
  const earned = new Map<string, bigint>();
  for (const [key, { lines }] of await valuesOf(store, dayBooks)) {
    const place = placeOfBook(key);
    const owner = ownerOf(place.account, place.day);
    if (place.programme !== programme || owner === `void:${programme}`) continue;
    earned.set(owner, (earned.get(owner) ?? 0n) + acceptedMilligrams(lines));
  }
  return earned;
}

/** A day counts what its records say, but for those that a record of a later day stands in for, and its lines. */
export function expectDaysToCount(ledger: Ledger): void {
  for (const document of ledger.days.values()) {
    expectDayToSumUp(ledger, document);
    if (ledger.isWhole) expectDayToCountLines(ledger, document);
  }
}

function expectDayToSumUp({ records }: Ledger, { day, totals, tooLate = [] }: ProgrammeDayDocument): void {
  const isMoved = (sequence: number) =>
    tooLate.some(({ first, standIns }) => first <= sequence && sequence < first + (standIns?.count ?? 0));
  let milligrams = 0n;
  const byMode = new Map<string, number>();
  for (const [id, record] of records) {
    const place = required(parseSequenceId(id), 'record id');
    if (place.day !== day || isMoved(place.sequence)) continue;
    const sign = record.kind === 'reversal' ? -1 : 1;
    milligrams += BigInt(sign) * BigInt(record.milligrams);
    byMode.set(record.mode, (byMode.get(record.mode) ?? 0) + sign);
  }
  expect([day, totals.milligrams], 'a day counts what its records say').toEqual([day, String(milligrams)]);
  for (const [mode, [count]] of Object.entries(totals.byMode))
    expect([day, mode, count], 'and as many of each mode').toEqual([day, mode, byMode.get(mode) ?? 0]);
}

function expectDayToCountLines({ lines, activities }: Ledger, { day, totals }: ProgrammeDayDocument): void {
  const own = lines.filter((one) => one.day === day);
  const counted = (...wanted: DayBookLine['s'][]) => own.filter(({ line }) => wanted.includes(line.s)).length;
  const reversed = [...activities.values()].filter(
    ({ status, reversals }) => status === 'reversed' && parseSequenceId(reversals?.at(-1) ?? '')?.day === day,
  );
  const { accepted, held, reversed: takenBack } = totals.activities;
  const told = [day, accepted, held, takenBack];
  expect(told, 'a day counts its lines').toEqual([day, counted('a', 'v'), counted('h'), reversed.length]);
}
