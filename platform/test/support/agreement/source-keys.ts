import { expect } from 'vitest';
import type { GlobalKeyDocument } from '../../../src/activities/index.ts';
import { globalSourceKeys } from '../../../src/activities/index.ts';
import type { DocumentStore } from '../../../src/storage/index.ts';
import type { Ledger } from './ledger.ts';
import { isLive, valuesOf } from './ledger.ts';
import { originalOf, takenBackIn } from './records.ts';

/** Nothing counts twice under a source key, and a key that holds whatever the day is held by what counts under it, or names what was taken back last. */
export async function expectSourceKeysToBeOne(store: DocumentStore, ledger: Ledger): Promise<void> {
  const kept = await valuesOf(store, globalSourceKeys);
  const live: string[] = [];
  for (const { account, day, line, id } of ledger.lines.filter(isLive)) {
    const key = globalKeyOf(ledger, id);
    live.push(key ?? `${account}/${day}/${line.k}`);
    if (key === undefined) continue;
    const told = [kept.get(key)?.activity, kept.get(key)?.reversed];
    expect(told, `the key of ${id} is held by it`).toEqual([id, undefined]);
  }
  expect(new Set(live).size, 'no source key counts twice').toBe(live.length);
  for (const [key, value] of kept) if (key.startsWith(`${ledger.programme}/`)) expectKeyToStand(ledger, key, value);
}

function globalKeyOf({ programme, activities }: Ledger, activity: string): string | undefined {
  const trip = activities.get(activity);
  return trip?.sourceKeyIsGlobal === true ? `${programme}/${trip.sourceKey}` : undefined;
}

function expectKeyToStand(ledger: Ledger, key: string, { activity, reversed, before }: GlobalKeyDocument): void {
  const { records, isWhole } = ledger;
  const takenBack = takenBackIn(ledger);
  for (const record of [reversed, before].filter((one) => one !== undefined)) {
    expect([key, records.has(record)], 'a key names a record').toEqual([key, true]);
    if (isWhole) expect([key, takenBack.has(originalOf(ledger, record))], 'that was taken back').toEqual([key, true]);
  }
  if (reversed === undefined) expectHolderToCount(ledger, key, activity);
}

/** Of an account that is being erased, or was, nothing is told any more. */
function expectHolderToCount({ activities, holders }: Ledger, key: string, activity: string): void {
  const holder = activities.get(activity);
  const account = holders.get(holder?.account ?? '');
  if (holder === undefined || account === undefined || account.erasedAt !== undefined) return;
  expect(['accepted', 'held'], `${key} is held by what counts, or may`).toContain(holder.status);
}
