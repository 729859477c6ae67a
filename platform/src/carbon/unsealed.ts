import type { Day } from '@tanhui/sdk/model';
import type { DayBookDocument } from '../activities/index.ts';
import { dayBookKey, dayBooks } from '../activities/index.ts';
import type { Reader } from '../storage/index.ts';
import { everyOf } from '../storage/index.ts';
import { batches, programmeDayKey, programmeDays } from './collections.ts';

/**
 * Milligrams of these accounts that no sealed batch holds yet: they cannot be redeemed, so that every burned gram has its transaction.
 * Asks only the days that have something unsealed – those with records in no batch, and those of batches under way – however old they are;
 * both indexes hold nothing else, so in a city at rest this is two empty reads.
 */
export async function unsealedMilligrams(
  reader: Reader,
  { programme, accounts }: { readonly programme: string; readonly accounts: readonly string[] },
): Promise<bigint> {
  const days = await unsealedDays(reader, programme);
  if (days.length === 0 || accounts.length === 0) return 0n;
  const stored = await reader.getMany(
    programmeDays,
    days.map((day) => programmeDayKey(programme, day)),
  );
  const sealedThrough = new Map([...stored.values()].map(({ value }) => [value.day, value.lastSealed]));
  let total = 0n;
  for (const account of accounts) {
    const books = await reader.getMany(
      dayBooks,
      days.map((day) => dayBookKey(programme, day, account)),
    );
    for (const { value } of books.values()) total += unsealedIn(value, sealedThrough.get(value.day) ?? 0);
  }
  return total;
}

function unsealedIn({ lines }: DayBookDocument, lastSealed: number): bigint {
  return lines
    .filter(({ s, r }) => s === 'a' && r !== undefined && r > lastSealed)
    .reduce((sum, { mg }) => sum + BigInt(mg ?? 0), 0n);
}

async function unsealedDays(reader: Reader, programme: string): Promise<Day[]> {
  const waiting = await everyOf(reader, programmeDays, { index: 'pending' });
  const underWay = await everyOf(reader, batches, { index: 'open' });
  const own = [...waiting, ...underWay].filter(({ value }) => value.programme === programme);
  return [...new Set(own.map(({ value }) => value.day as Day))];
}
