import { assert, required, without } from '../kernel/index.ts';
import type { ProgrammeDayDocument, TooLate } from './collections.ts';

type Late = Pick<ProgrammeDayDocument, 'tooLate'>;

/** How many records of a day its close on the ledger came before. */
export function countTooLate({ tooLate = [] }: Late): number {
  return tooLate.reduce((sum, { count }) => sum + count, 0);
}

/** For how many of them a record of a later day stands in. */
export function countStandIns({ tooLate = [] }: Late): number {
  return tooLate.reduce((sum, { standIns }) => sum + (standIns?.count ?? 0), 0);
}

/** What those come to that stand in, net of reversals. */
export function milligramsOfStandIns({ tooLate = [] }: Late): bigint {
  return tooLate.reduce((sum, { standIns }) => sum + BigInt(standIns?.milligrams ?? 0), 0n);
}

/** Those for which nothing stands in yet, and what they come to, net of reversals. */
export function leftTooLate(day: Late): { readonly records: number; readonly milligrams: bigint } {
  const all = (day.tooLate ?? []).reduce((sum, { milligrams }) => sum + BigInt(milligrams), 0n);
  return { records: countTooLate(day) - countStandIns(day), milligrams: all - milligramsOfStandIns(day) };
}

/** The oldest of those, up to so many. */
export function nextTooLate(
  { tooLate = [] }: Late,
  most: number,
): { readonly first: number; readonly count: number } | undefined {
  const range = tooLate.find(isUnfinished);
  if (range === undefined) return undefined;
  const done = range.standIns?.count ?? 0;
  return { first: range.first + done, count: Math.min(most, range.count - done) };
}

/** The day once records stand in for the next so many of its too late ones. */
export function withStandIns(
  day: ProgrammeDayDocument,
  added: { readonly count: number; readonly milligrams: bigint },
): ProgrammeDayDocument {
  const ranges = required(day.tooLate, 'ranges of a day');
  const at = ranges.findIndex(isUnfinished);
  const tooLate = ranges.map((range, place) => (place === at ? withMore(range, added) : range));
  return tooLate.some(isUnfinished) ? { ...day, tooLate } : { ...without(day, 'tooLateAt'), tooLate };
}

function isUnfinished({ count, standIns }: TooLate): boolean {
  return (standIns?.count ?? 0) < count;
}

function withMore(range: TooLate, added: { readonly count: number; readonly milligrams: bigint }): TooLate {
  const count = (range.standIns?.count ?? 0) + added.count;
  const milligrams = BigInt(range.standIns?.milligrams ?? 0) + added.milligrams;
  assert(count <= range.count, 'one record stands in for one');
  return { ...range, standIns: { count, milligrams: String(milligrams) } };
}
